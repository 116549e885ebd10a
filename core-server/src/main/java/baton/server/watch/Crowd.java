package baton.server.watch;

import baton.server.tree.PathHash;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who watch one path, if they are several, in the order in which they began. About 20 bytes each.
 *
 * <p>Members lie in an array, beside their modes; whoever leaves leaves a hole until the array is copied. Where a member
 * lies is looked up by its identity, in a table once they are many. A hole keeps its place in that table, so that the
 * way to those behind it stays open.
 *
 * @param <W> the watchers
 */
final class Crowd<W extends Watcher> {
    private static final int CAPACITY_MIN = 4;
    private static final int SEARCHED_MAX = 8;
    private static final int[] NO_INDEX = {};

    private @Nullable Object[] members = new Object[CAPACITY_MIN];
    private byte[] modes = new byte[CAPACITY_MIN];
    private int[] index = NO_INDEX;
    private int end;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** Returns how the watcher watches; 0 if it does not. */
    int modes(W watcher) {
        int at = find(watcher);
        return at < 0 ? 0 : modes[at];
    }

    /** Lets the watcher watch so from now on. */
    void put(W watcher, int bits) {
        int at = find(watcher);
        if (at < 0) {
            at = append(watcher);
        }
        modes[at] = (byte) bits;
    }

    void remove(W watcher) {
        int at = find(watcher);
        if (at >= 0) {
            members[at] = null;
            size--;
            shrink();
        }
    }

    /** Adds everybody to the list who watches in one of the modes. */
    void collect(int selected, List<? super W> concerned) {
        for (int at = 0; at < end; at++) {
            Object member = members[at];
            if (member != null && (modes[at] & selected) != 0) {
                concerned.add(watcher(member));
            }
        }
    }

    /**
     * Ends modes of those who watch in them.
     *
     * <p>A hundred thousand may watch one path, and the writer waits: nobody is looked up.
     *
     * @return how many do not watch the path any more
     */
    int end(int ended, Object key, int hash, PathHash hashes) {
        int before = size;
        for (int at = 0; at < end; at++) {
            Object member = members[at];
            if (member != null && (modes[at] & ended) != 0) {
                modes[at] &= (byte) ~ended;
                if (modes[at] == 0) {
                    members[at] = null;
                    size--;
                    watcher(member).watchedPaths().remove(key, hash, hashes);
                }
            }
        }
        int left = before - size;
        shrink();
        return left;
    }

    void forEach(Consumer<? super W> visitor) {
        for (int at = 0; at < end; at++) {
            Object member = members[at];
            if (member != null) {
                visitor.accept(watcher(member));
            }
        }
    }

    /** Returns everybody who watches the node itself. */
    List<W> onData() {
        List<W> watchers = new ArrayList<>();
        for (int at = 0; at < end; at++) {
            Object member = members[at];
            if (member != null && WatchMode.isOnData(modes[at])) {
                watchers.add(watcher(member));
            }
        }
        return watchers;
    }

    /** Number of watches, each counted for the sides of the path that it looks at. */
    int count() {
        int count = 0;
        for (int at = 0; at < end; at++) {
            count += members[at] == null ? 0 : WatchMode.sides(modes[at]);
        }
        return count;
    }

    private int find(W watcher) {
        if (index.length == 0) {
            for (int at = 0; at < end; at++) {
                if (members[at] == watcher) {
                    return at;
                }
            }
            return -1;
        }
        int mask = index.length - 1;
        for (int i = slot(watcher, mask); index[i] != 0; i = i + 1 & mask) {
            if (members[index[i] - 1] == watcher) {
                return index[i] - 1;
            }
        }
        return -1;
    }

    private int append(W watcher) {
        if (end == members.length) {
            copy(size + size / 2 + 1);
        }
        members[end] = watcher;
        enter(watcher, end);
        size++;
        return end++;
    }

    private void shrink() {
        if (size > 0 && size < end / 4) {
            copy(size);
        }
    }

    private void copy(int capacityWanted) {
        int capacity = Math.max(CAPACITY_MIN, capacityWanted);
        @Nullable Object[] fromMembers = members;
        byte[] fromModes = modes;
        int fromEnd = end;
        members = new Object[capacity];
        modes = new byte[capacity];
        index = capacity <= SEARCHED_MAX ? NO_INDEX : new int[Integer.highestOneBit(capacity) << 2];
        end = 0;
        for (int at = 0; at < fromEnd; at++) {
            Object member = fromMembers[at];
            if (member != null) {
                members[end] = member;
                modes[end] = fromModes[at];
                enter(member, end);
                end++;
            }
        }
    }

    private void enter(Object member, int at) {
        if (index.length > 0) {
            int mask = index.length - 1;
            int i = slot(member, mask);
            while (index[i] != 0) {
                i = i + 1 & mask;
            }
            index[i] = at + 1;
        }
    }

    private static int slot(Object member, int mask) {
        int hash = System.identityHashCode(member);
        return (hash ^ hash >>> 15) & mask;
    }

    // Only watchers are put in.
    @SuppressWarnings("unchecked")
    private W watcher(Object member) {
        return (W) member;
    }
}
