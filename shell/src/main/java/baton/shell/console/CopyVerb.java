package baton.shell.console;

import java.util.Optional;

/** {@code cp}: makes nodes like others, with their data and rights, here or from another ensemble. */
final class CopyVerb {
    private CopyVerb() {}

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        NodeWriter.Existing existing = NodeWriter.Existing.of(arguments);
        String target = arguments.path(1);
        try (ServerTree source = ServerTree.of(arguments, 0, shell)) {
            if (ServerTree.isHere(arguments, 0)) {
                requireApart(source.top(), target);
            }
            if (!arguments.has("r") && !source.children("/").isEmpty()) {
                throw new CommandRefusedException(
                        "NotEmpty", source.top(), source.top() + " has children: -r copies them, too");
            }
            if (arguments.has("dry-run")) {
                source.subtree().forEach(path -> wouldCopy(path, Subtree.moved(path, source.top(), target), shell));
                return;
            }
            if (existing == NodeWriter.Existing.REPLACED) {
                confirm(source, target, arguments, shell);
            }
            copy(source, target, existing, arguments.has("ephemerals"), shell);
        }
    }

    /** A copy inside of what is copied would never end. */
    static void requireApart(String source, String target) {
        if (Subtree.contains(source, target)) {
            throw new WrongUsageException(target + " is " + source + " or below it");
        }
    }

    private static void wouldCopy(String path, String to, ZnodeShell shell) {
        shell.print(
                Result.of("would copy " + path + " to " + to).with("path", path).with("target", to));
    }

    private static void confirm(ServerTree source, String target, Arguments arguments, ZnodeShell shell)
            throws InterruptedException {
        long nodes = source.subtree().count();
        if (shell.confirms(nodes, target, arguments)) {
            shell.confirm("overwrite what is there of " + nodes + " nodes at " + target, ZnodeShell.Unasked.NEEDS_YES);
        }
    }

    private static void copy(
            ServerTree source, String target, NodeWriter.Existing existing, boolean ephemerals, ZnodeShell shell)
            throws InterruptedException {
        long[] leftOut = {0};
        try (NodeWriter writer = new NodeWriter(shell, existing, "copied")) {
            source.subtree().forEach(path -> {
                Optional<ExportedNode> node = ExportVerb.isReserved(path) ? Optional.empty() : source.nodeAt(path);
                if (node.isEmpty()) {
                    return;
                }
                if (node.get().isEphemeral() && !ephemerals) {
                    leftOut[0]++;
                } else {
                    writer.add(node.get().creation(Subtree.moved(path, source.top(), target)));
                }
            });
            writer.finish();
            Result result = Result.of("Copied " + writer.written() + " nodes to " + target)
                    .with("nodes", writer.written())
                    .with("target", target);
            shell.print(writer.reported(result, leftOut[0]));
        }
    }
}
