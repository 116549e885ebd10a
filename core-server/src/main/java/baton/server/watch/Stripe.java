package baton.server.watch;

import baton.server.tree.PathHash;
import baton.server.tree.Znode;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Some of the watched paths, and who watches each. About 20 bytes a path that one watcher watches, if its {@link PathKey}
 * is a node. Not thread-safe: the table locks it.
 *
 * <p>Open-addressed: a path lies in the first free slot at or after its hash, and when one is removed, those behind it
 * that it kept away from their place move up. A slot is a path and, beside it, its only watcher or a {@link Crowd};
 * and a mark, which is never 0 if the slot is taken:
 *
 * <pre>
 * 11 bits of the hash | 1 | 4 bits: the modes of an only watcher
 * </pre>
 *
 * @param <W> the watchers
 */
final class Stripe<W extends Watcher> {
    private static final int CAPACITY_MIN = 8;
    private static final int TAKEN = 0b10000;

    private final PathHash hashes;
    private @Nullable Object[] cells = new Object[2 * CAPACITY_MIN];
    private short[] marks = new short[CAPACITY_MIN];
    private int paths;

    // Written under the stripe's lock.
    private volatile int entries;

    private int recursive;

    // Written under the stripe's lock.
    private volatile long pathBytes;

    Stripe(PathHash hashes) {
        this.hashes = hashes;
    }

    /** Number of watched paths. */
    int pathCount() {
        return paths;
    }

    /** Number of watched paths, each counted once for each of its watchers. Callable without the lock. */
    int entryCount() {
        return entries;
    }

    /** Number of bytes of the watched paths, each counted once. Callable without the lock. */
    long pathBytes() {
        return pathBytes;
    }

    /** Says whether somebody watches the path. */
    boolean has(Object key, int hash) {
        return find(key, hash) >= 0;
    }

    /** Number of recursive watches. */
    int recursiveCount() {
        return recursive;
    }

    /** Shows the {@link PathKey} of each path of which somebody watches the node itself, with all who do. */
    void forEachOnData(BiConsumer<Object, List<W>> visitor) {
        for (int at = 0; at < marks.length; at++) {
            List<W> watchers = marks[at] == 0 ? List.of() : watchersOnData(at);
            if (!watchers.isEmpty()) {
                visitor.accept(key(at), watchers);
            }
        }
    }

    private List<W> watchersOnData(int at) {
        Crowd<W> crowd = crowd(at);
        if (crowd != null) {
            return crowd.onData();
        }
        return WatchMode.isOnData(modes(at)) ? List.of(watcher(at)) : List.of();
    }

    /** Number of watches, each counted for the sides of the path that it looks at. */
    int count() {
        int count = 0;
        for (int at = 0; at < marks.length; at++) {
            if (marks[at] != 0) {
                Crowd<W> crowd = crowd(at);
                count += crowd == null ? WatchMode.sides(modes(at)) : crowd.count();
            }
        }
        return count;
    }

    /** Returns how the watcher watches the path; 0 if it does not. */
    int modes(Object key, int hash, W watcher) {
        int at = find(key, hash);
        return at < 0 ? 0 : modes(at, watcher);
    }

    /**
     * Adds to how the watcher watches the path.
     *
     * @param key kept, and never changed by anybody
     */
    void add(Object key, int hash, W watcher, WatchMode mode) {
        int at = find(key, hash);
        int before = at < 0 ? 0 : modes(at, watcher);
        if (before == 0) {
            if (!watcher.watchedPaths().add(at < 0 ? key : key(at), hash, hashes)) {
                return;
            }
            entries++;
            at = at < 0 ? insert(key, hash, watcher) : join(at, watcher);
        }
        replace(at, watcher, before, before | mode.bit());
    }

    /** Takes from how the watcher watches the path, and says whether there was something to take. */
    boolean remove(Object key, int hash, W watcher, int dropped) {
        int at = find(key, hash);
        int before = at < 0 ? 0 : modes(at, watcher);
        int after = before & ~dropped;
        if (after == before) {
            return false;
        }
        replace(at, watcher, before, after);
        if (after == 0) {
            watcher.watchedPaths().remove(key(at), hash, hashes);
            entries--;
            leave(at, watcher);
        }
        return true;
    }

    /** Adds everybody to the list who watches the path in one of the modes, and ends some of these modes. */
    void fire(Object key, int hash, int selected, int ended, List<? super W> concerned) {
        int at = paths == 0 ? -1 : find(key, hash);
        if (at < 0) {
            return;
        }
        Crowd<W> crowd = crowd(at);
        if (crowd != null) {
            crowd.collect(selected, concerned);
            if (ended != 0) {
                entries -= crowd.end(ended, key(at), hash, hashes);
            }
            if (crowd.isEmpty()) {
                delete(at);
            }
        } else if ((modes(at) & selected) != 0) {
            W watcher = watcher(at);
            concerned.add(watcher);
            marks[at] &= (short) ~ended;
            if (modes(at) == 0) {
                watcher.watchedPaths().remove(key(at), hash, hashes);
                entries--;
                delete(at);
            }
        }
    }

    /** As {@link #fire}, for a node that stays: from now on it is the key, which is found without a look at its path. */
    void fireAt(Znode node, int hash, int selected, List<? super W> concerned) {
        int at = paths == 0 ? -1 : find(node, hash);
        if (at >= 0 && key(at) != node) {
            replaceKey(at, node, hash);
        }
        fire(node, hash, selected, 0, concerned);
    }

    /** The node is going: if it is the key of its path, the path's own bytes take its place. */
    void forgetNode(Znode node, int hash) {
        int at = paths == 0 ? -1 : find(node, hash);
        if (at >= 0 && key(at) instanceof Znode) {
            replaceKey(at, node.pathBytes(), hash);
        }
    }

    private void replaceKey(int at, Object next, int hash) {
        Object before = key(at);
        cells[2 * at] = next;
        Crowd<W> crowd = crowd(at);
        if (crowd != null) {
            crowd.forEach(each -> each.watchedPaths().replace(before, next, hash));
        } else {
            watcher(at).watchedPaths().replace(before, next, hash);
        }
    }

    // The watchers of a slot.

    private int modes(int at, W watcher) {
        Crowd<W> crowd = crowd(at);
        if (crowd != null) {
            return crowd.modes(watcher);
        }
        return cells[2 * at + 1] == watcher ? modes(at) : 0;
    }

    private void replace(int at, W watcher, int before, int after) {
        recursive += (after >> WatchMode.RECURSIVE.ordinal() & 1) - (before >> WatchMode.RECURSIVE.ordinal() & 1);
        Crowd<W> crowd = crowd(at);
        if (crowd != null) {
            crowd.put(watcher, after);
        } else {
            marks[at] = (short) (marks[at] & ~WatchMode.ALL | after);
        }
    }

    private int join(int at, W watcher) {
        Crowd<W> crowd = crowd(at);
        if (crowd == null) {
            crowd = new Crowd<>();
            crowd.put(watcher(at), modes(at));
            cells[2 * at + 1] = crowd;
        }
        crowd.put(watcher, 0);
        return at;
    }

    private void leave(int at, W watcher) {
        Crowd<W> crowd = crowd(at);
        if (crowd != null) {
            crowd.remove(watcher);
        }
        if (crowd == null || crowd.isEmpty()) {
            delete(at);
        }
    }

    // The slots.

    /** Returns the slot of the path, or the complement of where it would be put. */
    private int find(Object key, int hash) {
        int mask = marks.length - 1;
        short tag = mark(hash);
        int at = hash & mask;
        while (marks[at] != 0) {
            if ((marks[at] & ~WatchMode.ALL) == tag && PathKey.same(key, key(at))) {
                return at;
            }
            at = at + 1 & mask;
        }
        return ~at;
    }

    private int insert(Object key, int hash, W watcher) {
        if ((paths + 1) * 4 > marks.length * 3) {
            copy(2 * marks.length);
        }
        paths++;
        pathBytes += PathKey.length(key);
        return put(key, hash, watcher, mark(hash));
    }

    private int put(Object key, int hash, Object watchers, short mark) {
        int mask = marks.length - 1;
        int at = hash & mask;
        while (marks[at] != 0) {
            at = at + 1 & mask;
        }
        cells[2 * at] = key;
        cells[2 * at + 1] = watchers;
        marks[at] = mark;
        return at;
    }

    private void copy(int capacity) {
        @Nullable Object[] fromCells = cells;
        short[] fromMarks = marks;
        cells = new Object[2 * capacity];
        marks = new short[capacity];
        for (int at = 0; at < fromMarks.length; at++) {
            Object key = fromCells[2 * at];
            Object watchers = fromCells[2 * at + 1];
            if (key != null && watchers != null) {
                put(key, PathKey.hash(key, hashes), watchers, fromMarks[at]);
            }
        }
    }

    private void delete(int at) {
        paths--;
        pathBytes -= PathKey.length(key(at));
        if (paths == 0) {
            copyNothing();
            return;
        }
        int mask = marks.length - 1;
        int gap = at;
        for (int next = gap + 1 & mask; marks[next] != 0; next = next + 1 & mask) {
            Object key = key(next);
            int home = PathKey.hash(key, hashes) & mask;
            if ((next - home & mask) >= (next - gap & mask)) {
                cells[2 * gap] = key;
                cells[2 * gap + 1] = cells[2 * next + 1];
                marks[gap] = marks[next];
                gap = next;
            }
        }
        cells[2 * gap] = null;
        cells[2 * gap + 1] = null;
        marks[gap] = 0;
    }

    private void copyNothing() {
        if (marks.length > CAPACITY_MIN) {
            cells = new Object[2 * CAPACITY_MIN];
            marks = new short[CAPACITY_MIN];
        } else {
            Arrays.fill(cells, null);
            Arrays.fill(marks, (short) 0);
        }
    }

    private static short mark(int hash) {
        return (short) (hash >>> 10 & ~(TAKEN | WatchMode.ALL) | TAKEN);
    }

    private int modes(int at) {
        return marks[at] & WatchMode.ALL;
    }

    private Object key(int at) {
        Object key = cells[2 * at];
        if (key == null) {
            throw new IllegalStateException("no path in slot " + at);
        }
        return key;
    }

    // Beside a path lies a watcher or a crowd of watchers, and nothing else.
    @SuppressWarnings("unchecked")
    private @Nullable Crowd<W> crowd(int at) {
        return cells[2 * at + 1] instanceof Crowd<?> crowd ? (Crowd<W>) crowd : null;
    }

    @SuppressWarnings("unchecked")
    private W watcher(int at) {
        return (W) cells[2 * at + 1];
    }
}
