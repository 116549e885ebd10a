package baton.server.request;

import baton.server.txn.LogSpace;
import baton.server.txn.LogSpace.Level;
import baton.server.txn.ZxidRing;

/**
 * How much more may be proposed, so that a disk that fills up at this moment has room for everything that was.
 *
 * <p>What is on its way to the disk is bounded by what the log falls back on. While there is space that is a soft bound:
 * a transaction is taken below it and may go beyond it, for the log has kept more. Once space is spent, every byte counts,
 * and is counted from the transaction that the log had written when it said how much is left.
 */
final class LogRoom {
    /** What is in flight, and how many bytes each has. */
    private final ZxidRing records = new ZxidRing();

    private LogSpace space = LogSpace.UNBOUNDED;
    private long inFlightBytes;

    void changed(LogSpace to) {
        space = to;
        forget(to.zxid());
    }

    void proposed(long zxid, long recordBytes) {
        records.add(zxid, recordBytes);
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
        while (!records.isEmpty() && records.firstZxid() <= writtenZxid) {
            inFlightBytes -= records.firstValue();
            records.removeFirst();
        }
    }
}
