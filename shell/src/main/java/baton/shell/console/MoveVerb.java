package baton.shell.console;

import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code mv}: gives nodes another path. What fits into one transaction moves in one step; more is copied first, and then
 * deleted node by node where nobody has changed it meanwhile. If that is stopped on the way, the same can be asked to go
 * on: then copies that are there and are like their nodes count as made.
 */
final class MoveVerb {
    /** Each node takes two operations. */
    private static final int NODES_AT_ONCE_MAX = 500;

    /** For who finds nodes at the target. */
    static final String RESUMING = "; --resume goes on, but only if this same move was stopped: else it merges the two";

    private static final int BYTES_AT_ONCE_MAX = 512 * 1024;

    private final ZnodeShell shell;
    private final String source;
    private final String target;
    // Of a move in steps.
    private long copied;
    private long deleted;
    private long left;

    private MoveVerb(ZnodeShell shell, String source, String target) {
        this.shell = shell;
        this.source = source;
        this.target = target;
    }

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        MoveVerb move = new MoveVerb(shell, arguments.path(0), arguments.path(1));
        CopyVerb.requireApart(move.source, move.target);
        if (move.source.equals("/") || ExportVerb.isReserved(move.source)) {
            throw new RefusedException(ErrorCode.BAD_ARGUMENTS, move.source);
        }
        Subtree subtree = new Subtree(shell::ask, move.source);
        if (arguments.has("dry-run")) {
            subtree.forEach(path -> {
                String to = move.moved(path);
                shell.print(Result.of("would move " + path + " to " + to)
                        .with("path", path)
                        .with("target", to));
            });
            return;
        }
        long nodes = subtree.count();
        if (shell.consent().confirms(nodes, move.source, arguments)) {
            shell.consent()
                    .confirm(
                            "move " + nodes + " nodes from " + move.source + " to " + move.target,
                            Consent.Unasked.NEEDS_YES);
        }
        boolean resumed = arguments.has("resume");
        if (resumed || nodes > NODES_AT_ONCE_MAX || !move.atOnce(subtree)) {
            move.inSteps(subtree, resumed ? NodeWriter.Existing.KEPT_IF_LIKE : NodeWriter.Existing.IN_THE_WAY);
        }
    }

    private String moved(String path) {
        return Subtree.moved(path, source, target);
    }

    /** Returns whether it fits into one transaction; then it is done, or refused as a whole. */
    private boolean atOnce(Subtree subtree) throws InterruptedException {
        List<Request.MultiOp> creations = new ArrayList<>();
        List<Request.MultiOp> deletions = new ArrayList<>();
        long[] bytes = {0};
        subtree.forEach(path -> {
            Node node = read(path);
            bytes[0] += 2L * path.length()
                    + target.length()
                    + (node.data() == null ? 0 : node.data().size());
            if (bytes[0] <= BYTES_AT_ONCE_MAX) {
                creations.add(node.exported().creation(moved(path)));
                deletions.add(new Request.Delete(path, node.version()));
            }
        });
        if (bytes[0] > BYTES_AT_ONCE_MAX) {
            return false;
        }
        // Every node goes after all that was below it.
        Collections.reverse(deletions);
        List<Request.MultiOp> ops = new ArrayList<>(creations);
        ops.addAll(deletions);
        Response.Multi answer = (Response.Multi) shell.ask(source, new Request.Multi(ops));
        refuseIfRefused(answer.results(), ops);
        report(creations.size(), 0);
        return true;
    }

    private void refuseIfRefused(List<MultiResult> results, List<Request.MultiOp> ops) {
        int refused = MultiVerb.refused(results);
        if (refused < 0) {
            return;
        }
        ErrorCode code = MultiVerb.codeOf(results.get(refused));
        String path = ops.get(refused).path();
        boolean changed = code == ErrorCode.BAD_VERSION || code == ErrorCode.NOT_EMPTY || code == ErrorCode.NO_NODE;
        String hint = changed && Subtree.contains(source, path) ? "it was changed meanwhile, try again; " : "";
        String remedy = code == ErrorCode.NODE_EXISTS ? RESUMING : "";
        throw new RefusedException(code, path).noting(" (" + hint + "nothing was moved" + remedy + ")");
    }

    private void inSteps(Subtree subtree, NodeWriter.Existing existing) throws InterruptedException {
        shell.output()
                .note(
                        existing == NodeWriter.Existing.KEPT_IF_LIKE
                                ? "going on: copying what is not there yet, then deleting what was copied"
                                : "too much for one transaction: copying, then deleting what was copied");
        // What cannot be moved is to be found before anything is written.
        subtree.forEach(this::readIfThere);
        try {
            copy(subtree, existing);
            deleteCopied(subtree);
        } catch (ShellException stopped) {
            shell.output()
                    .note("stopped on the way: " + copied + " nodes were copied to " + target + ", " + deleted
                            + " of them are gone from " + source + ", the others are in both places"
                            + (copied > 0 ? "; the same with --resume goes on" : ""));
            throw stopped;
        }
        report(deleted, left);
    }

    private void copy(Subtree subtree, NodeWriter.Existing existing) throws InterruptedException {
        NodeWriter writer = new NodeWriter(shell, existing, "copied");
        try (writer) {
            subtree.forEach(path -> {
                Optional<Node> node = readIfThere(path);
                if (node.isPresent()) {
                    writer.add(node.get().exported().creation(moved(path)));
                }
            });
            writer.finish();
        } finally {
            copied = writer.written() + writer.kept();
        }
    }

    private void deleteCopied(Subtree subtree) throws InterruptedException {
        try (Progress progress = new Progress(shell.output(), "moved")) {
            subtree.forEachChildrenFirst(path -> {
                if (isGoneIfCopied(path)) {
                    progress.add(1);
                    deleted++;
                } else {
                    left++;
                }
            });
        }
    }

    /** Deletes a node with a copy like it; what came, or was changed, since it was copied stays. */
    private boolean isGoneIfCopied(String path) throws InterruptedException {
        Response.Content copy = Subtree.present(
                        () -> (Response.Content) shell.ask(moved(path), new Request.GetData(moved(path), false)))
                .orElse(null);
        if (copy == null) {
            return false;
        }
        Node node = readIfThere(path).orElse(null);
        if (node == null) {
            return true;
        }
        if (!Objects.equals(copy.bytes(), node.data())) {
            return false;
        }
        try {
            shell.ask(path, new Request.Delete(path, node.version()));
            return true;
        } catch (RefusedException refused) {
            if (refused.code() == ErrorCode.BAD_VERSION || refused.code() == ErrorCode.NOT_EMPTY) {
                return false;
            }
            if (refused.code() == ErrorCode.NO_NODE) {
                return true;
            }
            throw refused;
        }
    }

    private void report(long nodes, long left) {
        shell.print(Result.of("Moved " + nodes + " nodes to " + target)
                .with("nodes", nodes)
                .with("target", target)
                .with("left", left));
        if (left > 0) {
            throw new CommandRefusedException(
                    "Changed", source, left + " nodes came or were changed meanwhile: they are still below " + source);
        }
    }

    /** A node as it was read. */
    private record Node(ExportedNode exported, int version) {
        @Nullable
        Bytes data() {
            return exported.data();
        }
    }

    /** Returns nothing if the node has vanished. */
    private Optional<Node> readIfThere(String path) throws InterruptedException {
        return Subtree.present(() -> read(path));
    }

    private Node read(String path) throws InterruptedException {
        Response.Content content = (Response.Content) shell.ask(path, new Request.GetData(path, false));
        Response.AclList acl = (Response.AclList) shell.ask(path, new Request.GetAcl(path));
        if (content.stat().ephemeralOwner() != 0) {
            throw new CommandRefusedException(
                    "Ephemeral",
                    path,
                    path + " is ephemeral: it vanishes with its session and cannot be moved to another");
        }
        return new Node(
                new ExportedNode(path, content.bytes(), AclText.requireUnmasked(path, acl.acl()), 0),
                content.stat().version());
    }
}
