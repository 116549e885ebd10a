package baton.server.txn;

/**
 * What is known of transactions that are on their way: a number for each, or for some that follow each other, the oldest
 * first. Leaves no garbage.
 */
public final class ZxidRing {
    private static final int CAPACITY_FIRST = 64;

    private long[] zxids = new long[CAPACITY_FIRST];
    private long[] values = new long[CAPACITY_FIRST];
    private int first;
    private int size;

    public boolean isEmpty() {
        return size == 0;
    }

    /** Adds a transaction that follows all others. */
    public void add(long zxid, long value) {
        if (size == zxids.length) {
            zxids = grown(zxids);
            values = grown(values);
            first = 0;
        }
        size++;
        zxids[last()] = zxid;
        values[last()] = value;
    }

    /** Adds a transaction that follows all others; it shares the entry of the last if that has the same value. */
    public void addToRun(long zxid, long value) {
        if (size > 0 && values[last()] == value) {
            zxids[last()] = zxid;
        } else {
            add(zxid, value);
        }
    }

    /** Returns the transaction of the oldest entry, or the last of them; there must be one, as for all that follow. */
    public long firstZxid() {
        return zxids[first];
    }

    public long firstValue() {
        return values[first];
    }

    public void removeFirst() {
        first = first + 1 & zxids.length - 1;
        size--;
    }

    private int last() {
        return first + size - 1 & zxids.length - 1;
    }

    private long[] grown(long[] ring) {
        long[] larger = new long[2 * ring.length];
        System.arraycopy(ring, first, larger, 0, ring.length - first);
        System.arraycopy(ring, 0, larger, ring.length - first, first);
        return larger;
    }
}
