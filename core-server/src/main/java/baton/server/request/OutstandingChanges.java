package baton.server.request;

import baton.server.tree.NodeOwner;
import baton.server.tree.NodeState;
import baton.server.tree.Quotas;
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
import java.util.Objects;
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
    /** What an outstanding transaction makes of a node. */
    private static final class Change {
        final String path;
        final long zxid;

        /** What the node was before, while this can still be taken back; null if as the tree says. */
        @Nullable
        Change before;

        /** What the node as the tree has it adds to the digest, if there is no change before. */
        final long digestInTree;

        /** Null if the transaction deletes the node. */
        @Nullable
        NodeState state;

        /** What the node adds to the digest, once that {@linkplain OutstandingChanges#digest is asked for}. */
        long digest;

        Change(String path, long zxid, @Nullable Change before, long digestInTree, @Nullable NodeState state) {
            this.path = path;
            this.zxid = zxid;
            this.before = before;
            this.digestInTree = digestInTree;
            this.state = state;
        }

        long owner() {
            return ownerOf(state);
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

    /** The nodes that limit subtrees, of changes in the same order. */
    private final ArrayDeque<String> limits = new ArrayDeque<>();

    private final ArrayDeque<End> ends = new ArrayDeque<>();

    /** Sessions that end: of what they have in the tree, there is only what was changed since. */
    private final Set<Long> ending = new HashSet<>();

    /** Those of the changes, the last ones, that can be taken back. */
    private final List<Change> undoable = new ArrayList<>();

    private long digest;

    /** So many of those that can be taken back are in the digest. */
    private int digested;

    private long zxid;
    private long made;

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
        // By number, not by an iterator: this is done for each write, and would leave one behind.
        for (int i = 0; i < undoable.size(); i++) {
            undoable.get(i).before = null;
        }
        undoable.clear();
        digested = 0;
    }

    /** Takes back all changes since {@link #begin}; no longer once the {@link #digest} was asked for. */
    void undo() {
        if (digested > 0) {
            throw new IllegalStateException("transaction " + zxid + " is in the digest already");
        }
        for (int i = undoable.size() - 1; i >= 0; i--) {
            Change each = undoable.get(i);
            if (each.before == null) {
                nodes.remove(each.path);
            } else {
                nodes.put(each.path, each.before);
            }
            Change last = changes.removeLast();
            disown(last, ArrayDeque::removeLast);
            if (Quotas.limitedBy(last.path) != null) {
                limits.removeLast();
            }
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
            if (!limits.isEmpty() && limits.getFirst() == first.path) {
                limits.removeFirst();
            }
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
        change(path.isEmpty() ? ZnodeTree.ROOT : path, next);
    }

    /** Deletes a node. */
    void delete(String path) {
        change(path, null);
    }

    /**
     * Returns what the digest of the tree will be. To be asked for after each transaction, or never: of a node that one
     * transaction changes again and again, as the parent of many new ones, only the last state counts.
     */
    long digest() {
        while (digested < undoable.size()) {
            Change each = undoable.get(digested++);
            NodeState state = each.state;
            each.digest = state == null ? 0 : digests.of(each.path, state);
            digest += each.digest - (each.before == null ? each.digestInTree : each.before.digest);
        }
        return digest;
    }

    /**
     * Returns the paths of the nodes the session will own: those of the tree first, then those still to be created. Looks
     * at what belongs to the session only, since very many may end at once.
     */
    List<String> ephemeralsOf(long sessionId) {
        Collection<String> paths = ending.contains(sessionId)
                ? new ArrayList<>()
                : tree.ephemerals().pathsOf(sessionId);
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
        long gone = tree.ephemerals().digestOf(sessionId);
        if (!nodes.isEmpty()) {
            for (Znode each : tree.ephemerals().nodesOf(sessionId)) {
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

    private void change(String path, @Nullable NodeState next) {
        Change last = nodes.get(path);
        if (last != null && last.zxid == zxid && last.owner() == ownerOf(next)) {
            last.state = next;
            return;
        }
        Znode znode = last == null ? inTree(path) : null;
        Change change = new Change(path, zxid, last, znode == null ? 0 : tree.digestOf(znode), next);
        nodes.put(path, change);
        undoable.add(change);
        changes.addLast(change);
        made++;
        if (NodeOwner.isSession(change.owner())) {
            owned.computeIfAbsent(change.owner(), id -> new ArrayDeque<>()).addLast(path);
        }
        if (Quotas.limitedBy(path) != null) {
            limits.addLast(path);
        }
    }

    /**
     * Returns the top of the deepest subtree with a quota in which the path lies; null if it lies in none. However many lie above
     * each other, each name of the path is looked at once, and once more for each such subtree that is being changed.
     */
    @Nullable
    String deepestQuota(String path) {
        String deepest = deepestOutstanding(path);
        int least = deepest == null ? 0 : deepest.length();
        String inTree = tree.deepestQuota(path, Integer.MAX_VALUE);
        while (inTree != null && inTree.length() > least) {
            if (find(Quotas.limitsPath(inTree)) != null) {
                return inTree;
            }
            inTree = tree.deepestQuota(path, inTree.length());
        }
        return deepest;
    }

    private @Nullable String deepestOutstanding(String path) {
        String deepest = null;
        for (String each : limits) {
            String quota = Objects.requireNonNull(Quotas.limitedBy(each));
            boolean deeper = deepest == null || quota.length() > deepest.length();
            if (deeper && isWithin(path, quota) && find(each) != null) {
                deepest = quota;
            }
        }
        return deepest;
    }

    private static boolean isWithin(String path, String top) {
        return path.startsWith(top) && (path.length() == top.length() || path.charAt(top.length()) == '/');
    }

    /** Returns how many changes there were so far. */
    long made() {
        return made;
    }

    /** Returns how many of them are not in the tree yet. */
    int outstanding() {
        return changes.size();
    }

    private static long ownerOf(@Nullable NodeState state) {
        return state == null ? NodeOwner.NOBODY : state.owner();
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
