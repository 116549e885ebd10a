package baton.server.request;

import baton.server.txn.LogSpace;
import baton.server.txn.LogSpace.Level;

/**
 * How much more may be proposed, so that a disk that fills up at this moment has room for everything that was.
 *
 * <p>What is on its way to the disk is bounded by what the log falls back on. While there is space that is a soft bound:
 * a transaction is taken below it and may go beyond it, for the log has kept more. Once space is spent, every byte counts,
 * and is counted from the transaction that the log had written when it said how much is left.
 */
final class LogRoom {
    private static final int CAPACITY_FIRST = 64;

    // A ring: the zxids of what is in flight, the oldest first, and how many bytes each has.
    private long[] zxids = new long[CAPACITY_FIRST];
    private long[] bytes = new long[CAPACITY_FIRST];
    private int first;
    private int count;

    private LogSpace space = LogSpace.UNBOUNDED;
    private long inFlightBytes;

    void changed(LogSpace to) {
        space = to;
        forget(to.zxid());
    }

    void proposed(long zxid, long recordBytes) {
        if (count == zxids.length) {
            grow();
        }
        int at = first + count & zxids.length - 1;
        zxids[at] = zxid;
        bytes[at] = recordBytes;
        count++;
        inFlightBytes += recordBytes;
    }

    void durable(long zxid) {
        if (!isSpent()) {
            forget(zxid);
        }
    }

    /** Says whether nothing may grow. */
    boolean isLow() {
        return space.level() != Level.AMPLE;
    }

    /** Says whether nothing may be logged but what gives space back. */
    boolean isSpent() {
        return space.level() == Level.SPENT;
    }

    /** Says whether a transaction of so many bytes may be proposed. */
    boolean takes(long recordBytes) {
        return isSpent() ? inFlightBytes + recordBytes <= space.sureBytes() : inFlightBytes < space.sureBytes();
    }

    private void forget(long writtenZxid) {
        while (count > 0 && zxids[first] <= writtenZxid) {
            inFlightBytes -= bytes[first];
            first = first + 1 & zxids.length - 1;
            count--;
        }
    }

    private void grow() {
        zxids = grown(zxids);
        bytes = grown(bytes);
        first = 0;
    }

    private long[] grown(long[] ring) {
        long[] larger = new long[2 * ring.length];
        System.arraycopy(ring, first, larger, 0, ring.length - first);
        System.arraycopy(ring, 0, larger, ring.length - first, first);
        return larger;
    }
}
