package baton.server.request;

import baton.server.tree.NodeOwner;
import baton.server.tree.NodeState;
import baton.server.tree.TreeDigest;
import baton.server.tree.Znode;
import baton.server.tree.ZnodeTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tree as it will be once everything on its way to the disk is applied.
 *
 * <p>A node that an outstanding transaction touches is kept here as the last of them leaves it, until that one is
 * applied; all others are as the tree says. Nodes are those of the tree in every respect, so the digest that goes into
 * the log is known before anything is applied.
 *
 * <p>The changes of one transaction lie between {@link #begin} and the next, and can be taken back by {@link #undo}.
 */
final class OutstandingChanges {
    /** A node after an outstanding transaction; its state is null if that deletes it. */
    private record Outstanding(long zxid, @Nullable NodeState state, long digest) {}

    private record Undo(String path, @Nullable Outstanding before) {}

    /** That a transaction leaves the node to this owner. */
    private record Touched(String path, long zxid, long owner) {}

    private final ZnodeTree tree;
    private final TreeDigest digests = new TreeDigest();
    private final Map<String, Outstanding> nodes = new HashMap<>();
    private final ArrayDeque<Touched> touched = new ArrayDeque<>();

    /** The paths of what is touched and left to a session, by session and in the same order. */
    private final Map<Long, ArrayDeque<String>> owned = new HashMap<>();

    private final List<Undo> undos = new ArrayList<>();
    private long digest;
    private long zxid;

    OutstandingChanges(ZnodeTree tree) {
        this.tree = tree;
        this.digest = tree.position().digest();
    }

    /** Begins the changes of the transaction. */
    void begin(long nextZxid) {
        zxid = nextZxid;
        undos.clear();
    }

    /** Takes back all changes since {@link #begin}. */
    void undo() {
        for (int i = undos.size() - 1; i >= 0; i--) {
            Undo each = undos.get(i);
            digest -= digestOf(each.path);
            if (each.before == null) {
                nodes.remove(each.path);
            } else {
                nodes.put(each.path, each.before);
            }
            digest += digestOf(each.path);
            disown(touched.removeLast(), ArrayDeque::removeLast);
        }
        undos.clear();
    }

    /** Forgets what is in the tree by now. */
    void applied(long appliedZxid) {
        while (!touched.isEmpty() && touched.getFirst().zxid <= appliedZxid) {
            Touched first = touched.removeFirst();
            disown(first, ArrayDeque::removeFirst);
            Outstanding node = nodes.get(first.path);
            if (node != null && node.zxid <= appliedZxid) {
                nodes.remove(first.path);
            }
        }
    }

    /** Finds a node; null if there is none. The empty path is the root. */
    @Nullable
    NodeState find(String path) {
        Outstanding node = nodes.isEmpty() ? null : nodes.get(path.isEmpty() ? ZnodeTree.ROOT : path);
        if (node != null) {
            return node.state;
        }
        Znode znode = tree.find(path);
        return znode == null ? null : znode.state();
    }

    /** Adds a node or replaces its state. */
    void put(String path, NodeState next) {
        String key = path.isEmpty() ? ZnodeTree.ROOT : path;
        change(key, new Outstanding(zxid, next, digests.of(key.getBytes(StandardCharsets.UTF_8), next)));
    }

    void delete(String path) {
        change(path, new Outstanding(zxid, null, 0));
    }

    /** Returns what the digest of the tree will be. */
    long digest() {
        return digest;
    }

    /**
     * Returns the paths of the nodes the session will own: those of the tree first, then those still to be created. Looks
     * at what belongs to the session only, since very many may end at once.
     */
    List<String> ephemeralsOf(long sessionId) {
        Set<String> paths = new LinkedHashSet<>(tree.ephemeralsOf(sessionId));
        ArrayDeque<String> outstanding = owned.get(sessionId);
        if (outstanding != null) {
            paths.addAll(outstanding);
        }
        paths.removeIf(path -> {
            NodeState state = find(path);
            return state == null || state.owner() != sessionId;
        });
        return List.copyOf(paths);
    }

    private void change(String path, Outstanding next) {
        digest += next.digest - digestOf(path);
        undos.add(new Undo(path, nodes.put(path, next)));
        long owner = next.state == null ? NodeOwner.NOBODY : next.state.owner();
        touched.addLast(new Touched(path, zxid, owner));
        if (NodeOwner.isSession(owner)) {
            owned.computeIfAbsent(owner, id -> new ArrayDeque<>()).addLast(path);
        }
    }

    /** Takes the change out of what its session owns, at the end at which it stands there. */
    private void disown(Touched change, Consumer<ArrayDeque<String>> removal) {
        ArrayDeque<String> paths = owned.get(change.owner);
        if (paths == null) {
            return;
        }
        removal.accept(paths);
        if (paths.isEmpty()) {
            owned.remove(change.owner);
        }
    }

    private long digestOf(String path) {
        Outstanding node = nodes.get(path);
        if (node != null) {
            return node.digest;
        }
        Znode znode = tree.find(path);
        return znode == null ? 0 : tree.digestOf(znode);
    }
}
