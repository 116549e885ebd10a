package baton.server.request;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * What transactions on their way to the disk will add to counts that the tree keeps, by key. Entries come in the order of
 * their zxids; the last transaction's can be taken back, the first ones' are settled when the tree has counted them.
 */
final class OutstandingSums<K> {
    private record Entry<K>(long zxid, K key, Sum sum) {}

    /** A number of nodes, and of bytes in them. */
    record Sum(long count, long bytes) {
        static final Sum NOTHING = new Sum(0, 0);

        Sum plus(Sum other) {
            return new Sum(count + other.count, bytes + other.bytes);
        }

        Sum minus(Sum other) {
            return new Sum(count - other.count, bytes - other.bytes);
        }
    }

    private final ArrayDeque<Entry<K>> entries = new ArrayDeque<>();
    private final Map<K, Sum> sums = new HashMap<>();

    void add(long zxid, K key, long count, long bytes) {
        Sum sum = new Sum(count, bytes);
        entries.addLast(new Entry<>(zxid, key, sum));
        put(key, of(key).plus(sum));
    }

    /** Returns what is outstanding for the key. */
    Sum of(K key) {
        return sums.getOrDefault(key, Sum.NOTHING);
    }

    /** Takes back what the last transaction, which is this one, added; it need not have added anything. */
    void undo(long zxid) {
        while (!entries.isEmpty() && entries.getLast().zxid == zxid) {
            forget(entries.removeLast());
        }
    }

    /** Forgets what the tree has counted by now. */
    void applied(long zxid) {
        while (!entries.isEmpty() && entries.getFirst().zxid <= zxid) {
            forget(entries.removeFirst());
        }
    }

    private void forget(Entry<K> entry) {
        put(entry.key, of(entry.key).minus(entry.sum));
    }

    private void put(K key, Sum sum) {
        if (sum.equals(Sum.NOTHING)) {
            sums.remove(key);
        } else {
            sums.put(key, sum);
        }
    }
}
