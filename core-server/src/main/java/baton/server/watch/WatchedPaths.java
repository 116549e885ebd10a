package baton.server.watch;

import baton.server.tree.PathHash;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The paths one watcher watches, so that they can be found when it goes. Thread-safe; filled by the table.
 *
 * <p>Open-addressed, with the very {@linkplain PathKey keys} that the table has: told apart by identity, and never added
 * twice.
 */
public final class WatchedPaths {
    private static final @Nullable Object[] NONE = {};

    private @Nullable Object[] slots = NONE;
    private int size;
    private long bytes;
    private boolean closed;

    /** Says whether another path of so many bytes is none too many. */
    synchronized boolean hasRoom(int pathBytes, WatchBounds bounds) {
        return size < bounds.perWatcherMax() && bytes + pathBytes <= bounds.perWatcherBytesMax();
    }

    /** Says whether the path may be watched: not any more once the watcher is gone. */
    synchronized boolean add(Object key, int hash, PathHash hashes) {
        if (!closed) {
            if (size > 0 && (size + 1) * 4 > slots.length * 3) {
                grow(Math.max(4, 2 * slots.length), hashes);
            } else if (slots.length == 0) {
                // Many watch a single path.
                slots = new Object[1];
            }
            put(key, hash);
            size++;
            bytes += PathKey.length(key);
        }
        return !closed;
    }

    synchronized void remove(Object key, int hash, PathHash hashes) {
        int mask = slots.length - 1;
        for (int i = 0, at = hash & mask; i <= mask; i++, at = at + 1 & mask) {
            if (slots[at] == key) {
                bytes -= PathKey.length(key);
                delete(at, hashes);
                return;
            }
        }
    }

    /** The path is the same, and so is its hash. */
    synchronized void replace(Object key, Object next, int hash) {
        int mask = slots.length - 1;
        for (int i = 0, at = hash & mask; i <= mask; i++, at = at + 1 & mask) {
            if (slots[at] == key) {
                slots[at] = next;
                return;
            }
        }
    }

    /** Ends it, and returns the keys that are left. */
    synchronized List<Object> close() {
        closed = true;
        List<Object> last = new ArrayList<>(size);
        for (Object each : slots) {
            if (each != null) {
                last.add(each);
            }
        }
        slots = NONE;
        size = 0;
        bytes = 0;
        return last;
    }

    /** Number of paths watched, in whatever mode. */
    public synchronized int size() {
        return size;
    }

    private void put(Object key, int hash) {
        int mask = slots.length - 1;
        int at = hash & mask;
        while (slots[at] != null) {
            at = at + 1 & mask;
        }
        slots[at] = key;
    }

    private void grow(int capacity, PathHash hashes) {
        @Nullable Object[] from = slots;
        slots = new Object[capacity];
        for (Object each : from) {
            if (each != null) {
                put(each, PathKey.hash(each, hashes));
            }
        }
    }

    private void delete(int at, PathHash hashes) {
        size--;
        if (size == 0) {
            slots = NONE;
            return;
        }
        int mask = slots.length - 1;
        int gap = at;
        for (int next = gap + 1 & mask; slots[next] != null; next = next + 1 & mask) {
            Object key = slots[next];
            int home = PathKey.hash(key, hashes) & mask;
            if ((next - home & mask) >= (next - gap & mask)) {
                slots[gap] = key;
                gap = next;
            }
        }
        slots[gap] = null;
    }
}
