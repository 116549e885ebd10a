package baton.shell.console;

import baton.protocol.EventType;
import baton.protocol.KeeperState;
import baton.protocol.PathRules;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.List;
import java.util.Optional;

/** A node of this ensemble, or of another, and what is below it. */
final class ServerTree implements Tree {
    private static final String PREFIX = "zk://";

    private final Subtree.Asking server;
    private final String top;
    private final Runnable closing;

    private ServerTree(Subtree.Asking server, String top, Runnable closing) {
        this.server = server;
        this.top = top;
        this.closing = closing;
    }

    /** @throws WrongUsageException if that is neither a path nor {@code zk://host:port,.../path} */
    static ServerTree of(Arguments arguments, int operand, ZnodeShell shell) {
        String word = arguments.operands().get(operand);
        if (!word.startsWith(PREFIX)) {
            return new ServerTree(shell::ask, arguments.path(operand), () -> {});
        }
        int slash = word.indexOf('/', PREFIX.length());
        String path = slash < 0 ? "/" : word.substring(slash);
        PathRules.violation(path).ifPresent(violation -> {
            throw new InvalidPathException(path, violation);
        });
        String servers = word.substring(PREFIX.length(), slash < 0 ? word.length() : slash);
        Znodes other = shell.connection().openAlso(servers, new Unwatched(shell.output()));
        return new ServerTree((about, request) -> other.ask(Znodes.Scope.CHROOT, about, request), path, other::close);
    }

    /** Whether its nodes are those the shell works on. */
    static boolean isHere(Arguments arguments, int operand) {
        return !arguments.operands().get(operand).startsWith(PREFIX);
    }

    String top() {
        return top;
    }

    Subtree subtree() {
        return new Subtree(server, top);
    }

    /** Returns the node at a path of its server, which is below the top; empty if it is gone. */
    Optional<ExportedNode> nodeAt(String path) throws InterruptedException {
        return ExportVerb.read(path, top, server);
    }

    /** Returns the rights of the node at a path of its server; empty if it is gone. */
    Optional<Response.AclList> rightsAt(String path) throws InterruptedException {
        return Subtree.present(() -> (Response.AclList) server.ask(path, new Request.GetAcl(path)));
    }

    @Override
    public Optional<ExportedNode> node(String path) throws InterruptedException {
        return nodeAt(Subtree.moved(path, "/", top));
    }

    @Override
    public List<String> children(String path) throws InterruptedException {
        String real = Subtree.moved(path, "/", top);
        return Subtree.present(() -> (Response.Children) server.ask(real, new Request.GetChildren(real, false)))
                .map(answer -> answer.names().stream().sorted().toList())
                .orElse(List.of());
    }

    @Override
    public void close() {
        closing.run();
    }

    /** Nothing is watched at the other ensemble, and its commands say what goes wrong. */
    private record Unwatched(Output output) implements ShellEvents {
        @Override
        public void nodeChanged(EventType type, String path, long zxid) {
            throw new IllegalStateException("nothing was watched");
        }

        @Override
        public void connectionChanged(KeeperState state) {
            // Whoever asks hears of it.
        }

        @Override
        public void noted(String text) {
            output.note(text);
        }
    }
}
