package baton.shell.console;

import baton.protocol.Response;
import java.util.ArrayList;
import java.util.List;

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
        if (shell.consent().confirms(nodes, target, arguments)) {
            shell.consent()
                    .confirm("overwrite what is there of " + nodes + " nodes at " + target, Consent.Unasked.NEEDS_YES);
        }
    }

    /**
     * Returns what there is before anything is written: under another name the source may be this ensemble, too, and the
     * copy below it. What cannot be copied is found here.
     */
    private static List<String> paths(ServerTree source, boolean ephemerals) throws InterruptedException {
        List<String> paths = new ArrayList<>();
        source.subtree().forEach(path -> {
            Response.AclList rights =
                    ExportVerb.isReserved(path) ? null : source.rightsAt(path).orElse(null);
            if (rights != null) {
                if (ephemerals || rights.stat().ephemeralOwner() == 0) {
                    AclText.requireUnmasked(path, rights.acl());
                }
                paths.add(path);
            }
        });
        return paths;
    }

    private static void copy(
            ServerTree source, String target, NodeWriter.Existing existing, boolean ephemerals, ZnodeShell shell)
            throws InterruptedException {
        List<String> paths = paths(source, ephemerals);
        long[] leftOut = {0};
        try (NodeWriter writer = new NodeWriter(shell, existing, "copied")) {
            for (String path : paths) {
                ExportedNode node = source.nodeAt(path).orElse(null);
                if (node != null && node.isEphemeral() && !ephemerals) {
                    leftOut[0]++;
                } else if (node != null) {
                    AclText.requireUnmasked(path, node.acl());
                    writer.add(node.creation(Subtree.moved(path, source.top(), target)));
                }
            }
            writer.finish();
            Result result = Result.of("Copied " + writer.written() + " nodes to " + target)
                    .with("nodes", writer.written())
                    .with("target", target);
            shell.print(writer.reported(result, leftOut[0]));
        }
    }
}
