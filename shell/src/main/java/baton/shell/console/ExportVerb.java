package baton.shell.console;

import baton.protocol.Request;
import baton.protocol.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code export}: writes a subtree to a file, node by node; see {@link ExportedNode} for what it looks like. */
final class ExportVerb {
    private static final String STDOUT = "-";

    private ExportVerb() {}

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        String top = arguments.path();
        String file = arguments.operands().get(1);
        if (file.equals(STDOUT)) {
            write(top, shell, shell.output()::line);
            return;
        }
        try {
            long nodes = toFile(top, Path.of(file).toAbsolutePath(), shell);
            shell.print(Result.of("Exported " + nodes + " nodes to " + file)
                    .with("exported", nodes)
                    .with("file", file));
        } catch (IOException | UncheckedIOException failed) {
            throw new CommandRefusedException("File", null, "cannot write " + file + ": " + failed.getMessage());
        }
    }

    /** Under another name until it is whole. */
    private static long toFile(String top, Path file, ZnodeShell shell) throws IOException, InterruptedException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        try {
            long nodes;
            try (Writer out = Files.newBufferedWriter(unfinished)) {
                nodes = write(top, shell, line -> {
                    try {
                        out.write(line);
                        out.write('\n');
                    } catch (IOException failed) {
                        throw new UncheckedIOException(failed);
                    }
                });
            }
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
            return nodes;
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static long write(String top, ZnodeShell shell, Consumer<String> lines) throws InterruptedException {
        try (Progress progress = new Progress(shell.output(), "exported")) {
            lines.accept(ExportedNode.header(top));
            new Subtree(shell::ask, top).forEach(path -> {
                Optional<ExportedNode> node = isReserved(path) ? Optional.empty() : read(path, top, shell::ask);
                if (node.isPresent()) {
                    AclText.requireUnmasked(path, node.get().acl());
                    lines.accept(node.get().toLine());
                    progress.add(1);
                }
            });
            lines.accept(ExportedNode.trailer(progress.count()));
            return progress.count();
        }
    }

    /** ZooKeeper's own nodes mean nothing on another server. */
    static boolean isReserved(String path) {
        return path.equals("/zookeeper") || path.startsWith("/zookeeper/");
    }

    /** Reads a node with its rights as they are shown; empty if it is gone. */
    static Optional<ExportedNode> read(String path, String top, Subtree.Asking server) throws InterruptedException {
        return Subtree.present(() -> {
            Response.Content node = (Response.Content) server.ask(path, new Request.GetData(path, false));
            Response.AclList acl = (Response.AclList) server.ask(path, new Request.GetAcl(path));
            return new ExportedNode(
                    Subtree.moved(path, top, "/"),
                    node.bytes(),
                    acl.acl(),
                    node.stat().ephemeralOwner());
        });
    }
}
