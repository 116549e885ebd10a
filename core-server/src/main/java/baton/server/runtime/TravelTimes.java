package baton.server.runtime;

import baton.server.txn.ZxidRing;
import java.util.concurrent.TimeUnit;

/**
 * Measures how long transactions take for a part of their way. Those that set out in the same millisecond are kept as one,
 * and nothing becomes garbage. Belongs to the thread that measures.
 */
final class TravelTimes {
    private final ServerMetrics metrics;
    private final Timing timing;

    /** Those under way, and when they set out. */
    private final ZxidRing underWay = new ZxidRing();

    private long arrivedZxid;

    /** @param arrivedZxid the last that is not to be measured */
    TravelTimes(ServerMetrics metrics, Timing timing, long arrivedZxid) {
        this.metrics = metrics;
        this.timing = timing;
        this.arrivedZxid = arrivedZxid;
    }

    void setOut(long zxid, long atMillis) {
        underWay.addToRun(zxid, atMillis);
    }

    /** All up to the transaction have arrived. */
    void arrived(long zxid, long nowMillis) {
        while (arrivedZxid < zxid && !underWay.isEmpty()) {
            long end = Math.min(zxid, underWay.firstZxid());
            long tookNanos = TimeUnit.MILLISECONDS.toNanos(nowMillis - underWay.firstValue());
            metrics.measure(timing, tookNanos, end - arrivedZxid);
            arrivedZxid = end;
            if (end == underWay.firstZxid()) {
                underWay.removeFirst();
            }
        }
    }
}
