package baton.shell.console;

import baton.protocol.Request;
import java.nio.file.Path;

/**
 * {@code import}: makes the nodes of an exported file, under its old root or another.
 *
 * <p>The file is read to its end before anything is changed. Nodes go out in transactions of a bounded size, so a
 * refusal on the way leaves those before it. Ephemerals are left out unless asked for: they belonged to a session.
 */
final class ImportVerb {
    private ImportVerb() {}

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        Path file = Path.of(arguments.operands().get(0));
        boolean ephemerals = arguments.has("ephemerals");
        boolean keep = arguments.has("keep");
        ExportFile.Contents contents = ExportFile.read(file, node -> {
            if (!keep && (ephemerals || !node.isEphemeral())) {
                requireUnmasked(node);
            }
        });
        String target = arguments.operand(1).isPresent() ? arguments.path(1) : contents.root();
        if (keep) {
            // What is there keeps the rights it has.
            ExportFile.read(file, node -> {
                boolean masked = (ephemerals || !node.isEphemeral()) && AclText.isMasked(node.acl());
                if (masked && !isThere(Subtree.moved(node.path(), "/", target), shell)) {
                    requireUnmasked(node);
                }
            });
        }
        long leftOut = ephemerals ? 0 : contents.ephemerals();
        long nodes = contents.nodes() - leftOut;
        if (arguments.has("dry-run")) {
            shell.print(summary("Would import", nodes, target).with("leftOut", leftOut));
            return;
        }
        if (arguments.has("overwrite") && shell.consent().confirms(nodes, target, arguments)) {
            shell.consent()
                    .confirm("overwrite what is there of " + nodes + " nodes at " + target, Consent.Unasked.GOES_ON);
        }
        try (NodeWriter writer = new NodeWriter(shell, NodeWriter.Existing.of(arguments), "imported")) {
            ExportFile.read(file, node -> {
                if (!ephemerals && node.isEphemeral()) {
                    return;
                }
                Request.Create creation = node.creation(Subtree.moved(node.path(), "/", target));
                if (AclText.isMasked(node.acl())) {
                    // Even if it has vanished a moment ago.
                    writer.leave(creation);
                } else {
                    writer.add(creation);
                }
            });
            writer.finish();
            shell.print(writer.reported(summary("Imported", writer.written(), target), leftOut));
        }
    }

    private static boolean isThere(String path, ZnodeShell shell) throws InterruptedException {
        return Subtree.present(() -> shell.ask(path, new Request.Exists(path, false)))
                .isPresent();
    }

    /** Files of before masked rights were left out of them: in force they would keep everybody out. */
    private static void requireUnmasked(ExportedNode node) {
        if (AclText.isMasked(node.acl())) {
            throw new IllegalArgumentException("the rights of " + node.path()
                    + " were masked when it was exported: export it again, after addauth as who may administer it,"
                    + " or write into this line whom it is to be for");
        }
    }

    private static Result summary(String what, long nodes, String target) {
        return Result.of(what + " " + nodes + " nodes into " + target)
                .with("nodes", nodes)
                .with("target", target);
    }
}
