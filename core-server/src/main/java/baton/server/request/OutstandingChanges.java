package baton.server.request;

import baton.server.tree.NodeOwner;
import baton.server.tree.NodeState;
import baton.server.tree.TreeDigest;
import baton.server.tree.Znode;
import baton.server.tree.ZnodeTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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
    /** What an outstanding transaction makes of a node; its state is null if that deletes it. */
    private static final class Change {
        final String path;
        final long zxid;
        final @Nullable NodeState state;
        final long digest;

        /** What the node was before, while this can still be taken back; null if as the tree says. */
        @Nullable
        Change before;

        /** What the node added to the digest before. */
        long digestBefore;

        Change(String path, long zxid, @Nullable NodeState state, long digest) {
            this.path = path;
            this.zxid = zxid;
            this.state = state;
            this.digest = digest;
        }

        long owner() {
            return state == null ? NodeOwner.NOBODY : state.owner();
        }
    }

    /**
     * An outstanding end of a session.
     *
     * @param digest what those of its nodes add to that of the tree which go without being entered one by one
     */
    private record End(long zxid, long sessionId, long digest) {}

    private final ZnodeTree tree;
    private final TreeDigest digests = new TreeDigest();

    /** The last change of each node. */
    private final Map<String, Change> nodes = new HashMap<>();

    private final ArrayDeque<Change> changes = new ArrayDeque<>();

    /** The paths of what is changed and left to a session, by session and in the same order. */
    private final Map<Long, ArrayDeque<String>> owned = new HashMap<>();

    private final ArrayDeque<End> ends = new ArrayDeque<>();

    /** Sessions that end: of what they have in the tree, there is only what was changed since. */
    private final Set<Long> ending = new HashSet<>();

    /** Those of the changes, the last ones, that can be taken back. */
    private final List<Change> undoable = new ArrayList<>();

    private long digest;
    private long zxid;

    // What the tree had when it was asked last during this transaction: who changes a node has looked at it before.
    private @Nullable String soughtPath;
    private @Nullable Znode sought;

    OutstandingChanges(ZnodeTree tree) {
        this.tree = tree;
        this.digest = tree.position().digest();
    }

    /** Begins the changes of the transaction. */
    void begin(long nextZxid) {
        zxid = nextZxid;
        soughtPath = null;
        for (Change each : undoable) {
            each.before = null;
        }
        undoable.clear();
    }

    /** Takes back all changes since {@link #begin}. */
    void undo() {
        for (int i = undoable.size() - 1; i >= 0; i--) {
            Change each = undoable.get(i);
            if (each.before == null) {
                nodes.remove(each.path);
            } else {
                nodes.put(each.path, each.before);
            }
            digest += each.digestBefore - each.digest;
            disown(changes.removeLast(), ArrayDeque::removeLast);
        }
        undoable.clear();
        if (!ends.isEmpty() && ends.getLast().zxid == zxid) {
            End end = ends.removeLast();
            digest += end.digest;
            ending.remove(end.sessionId);
        }
    }

    /** Forgets what is in the tree by now. */
    void applied(long appliedZxid) {
        while (!changes.isEmpty() && changes.getFirst().zxid <= appliedZxid) {
            Change first = changes.removeFirst();
            disown(first, ArrayDeque::removeFirst);
            nodes.remove(first.path, first);
        }
        while (!ends.isEmpty() && ends.getFirst().zxid <= appliedZxid) {
            ending.remove(ends.removeFirst().sessionId);
        }
    }

    /** Finds a node; null if there is none. The empty path is the root. */
    @Nullable
    NodeState find(String path) {
        Change last = nodes.isEmpty() ? null : nodes.get(path.isEmpty() ? ZnodeTree.ROOT : path);
        if (last != null) {
            return last.state;
        }
        Znode znode = inTree(path);
        return znode == null ? null : znode.state();
    }

    private @Nullable Znode inTree(String path) {
        // The very same object: to compare would cost as much as to look.
        if (path != soughtPath) {
            Znode found = tree.find(path);
            sought = found == null || goesWithItsSession(found) ? null : found;
            soughtPath = path;
        }
        return sought;
    }

    private boolean goesWithItsSession(Znode znode) {
        return !ending.isEmpty() && ending.contains(znode.state().owner());
    }

    /** Adds a node or replaces its state. */
    void put(String path, NodeState next) {
        String key = path.isEmpty() ? ZnodeTree.ROOT : path;
        change(new Change(key, zxid, next, digests.of(key, next)));
    }

    /** Deletes a node, and returns what it was; null if there is none. */
    @Nullable
    NodeState delete(String path) {
        return change(new Change(path, zxid, null, 0));
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
        Collection<String> paths = ending.contains(sessionId) ? new ArrayList<>() : tree.ephemeralsOf(sessionId);
        ArrayDeque<String> outstanding = owned.get(sessionId);
        if (outstanding != null) {
            paths = new LinkedHashSet<>(paths);
            paths.addAll(outstanding);
        }
        if (!nodes.isEmpty()) {
            paths.removeIf(path -> {
                Change last = nodes.get(path);
                return last != null && last.owner() != sessionId;
            });
        }
        return List.copyOf(paths);
    }

    /**
     * Ends a session, which takes along all it will own.
     *
     * @param paths its {@link #ephemeralsOf}
     */
    void end(long sessionId, List<String> paths) {
        if (ending.contains(sessionId)) {
            throw new IllegalStateException("the session ends already");
        }
        long gone = tree.ephemeralDigestOf(sessionId);
        if (!nodes.isEmpty()) {
            for (Znode each : tree.ephemeralNodesOf(sessionId)) {
                // Whatever has changed it has taken it out of the digest.
                gone -= nodes.containsKey(each.path()) ? tree.digestOf(each) : 0;
            }
            for (String path : paths) {
                if (nodes.containsKey(path)) {
                    delete(path);
                }
            }
        }
        digest -= gone;
        ends.addLast(new End(zxid, sessionId, gone));
        ending.add(sessionId);
        soughtPath = null;
    }

    /** Enters the change, and returns what the node was. */
    private @Nullable NodeState change(Change next) {
        Change before = nodes.put(next.path, next);
        Znode znode = before == null ? inTree(next.path) : null;
        next.before = before;
        next.digestBefore = before != null ? before.digest : znode == null ? 0 : tree.digestOf(znode);
        digest += next.digest - next.digestBefore;
        undoable.add(next);
        changes.addLast(next);
        if (NodeOwner.isSession(next.owner())) {
            owned.computeIfAbsent(next.owner(), id -> new ArrayDeque<>()).addLast(next.path);
        }
        return before != null ? before.state : znode == null ? null : znode.state();
    }

    /** Takes the change out of what its session owns, at the end at which it stands there. */
    private void disown(Change change, Consumer<ArrayDeque<String>> removal) {
        ArrayDeque<String> paths = owned.isEmpty() ? null : owned.get(change.owner());
        if (paths == null) {
            return;
        }
        removal.accept(paths);
        if (paths.isEmpty()) {
            owned.remove(change.owner());
        }
    }
}
