package baton.shell.console;

import baton.protocol.Request;
import baton.protocol.Response;

/** {@code du}: how much data a node and all that is below it hold; of each child before the node itself. */
final class UsageVerb {
    private final ZnodeShell shell;
    private final long depthMax;
    private final Unreadable unreadable = new Unreadable();

    /** @param nodes the node itself among them */
    private record Usage(long bytes, long nodes) {
        Usage plus(Usage other) {
            return new Usage(bytes + other.bytes, nodes + other.nodes);
        }
    }

    private UsageVerb(ZnodeShell shell, long depthMax) {
        this.shell = shell;
        this.depthMax = depthMax;
    }

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String top = arguments.path();
        UsageVerb verb = new UsageVerb(shell, arguments.number("d", 1, 0, Integer.MAX_VALUE));
        verb.show(top, verb.of(top, verb.read(top), 0));
        verb.unreadable.tell();
    }

    private Usage of(String path, Response.ChildrenWithStat node, int depth) throws InterruptedException {
        Usage usage = new Usage(node.stat().dataLength(), 1);
        for (String name : node.names().stream().sorted().toList()) {
            String child = Subtree.child(path, name);
            Response.ChildrenWithStat below =
                    unreadable.present(child, () -> read(child)).orElse(null);
            if (below != null) {
                Usage part = of(child, below, depth + 1);
                usage = usage.plus(part);
                if (depth < depthMax) {
                    show(child, part);
                }
            }
        }
        return usage;
    }

    private Response.ChildrenWithStat read(String path) throws InterruptedException {
        return (Response.ChildrenWithStat) shell.ask(path, new Request.GetChildren2(path, false));
    }

    private void show(String path, Usage usage) {
        shell.print(Result.of(String.format("%12d bytes %8d nodes  %s", usage.bytes(), usage.nodes(), path))
                .with("path", path)
                .with("bytes", usage.bytes())
                .with("nodes", usage.nodes()));
    }
}
