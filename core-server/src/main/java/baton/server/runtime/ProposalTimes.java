package baton.server.runtime;

import java.util.concurrent.TimeUnit;

/**
 * When transactions were proposed, so that it can be told how long each took until everybody could see it: one time for all
 * of a turn. Belongs to the sequencer, and leaves no garbage.
 */
final class ProposalTimes {
    private static final int CAPACITY_FIRST = 64;

    private final ServerMetrics metrics;

    // A ring: the last zxid of a turn, and when that was.
    private long[] zxids = new long[CAPACITY_FIRST];
    private long[] millis = new long[CAPACITY_FIRST];
    private int first;
    private int size;
    private long publishedZxid;

    /** @param publishedZxid what everybody can see already */
    ProposalTimes(ServerMetrics metrics, long publishedZxid) {
        this.metrics = metrics;
        this.publishedZxid = publishedZxid;
    }

    void proposed(long zxid, long nowMillis) {
        int last = first + size - 1 & zxids.length - 1;
        if (size > 0 && millis[last] == nowMillis) {
            zxids[last] = zxid;
            return;
        }
        if (size == zxids.length) {
            grow();
        }
        int next = first + size & zxids.length - 1;
        zxids[next] = zxid;
        millis[next] = nowMillis;
        size++;
    }

    void published(long zxid, long nowMillis) {
        while (publishedZxid < zxid && size > 0) {
            long end = Math.min(zxid, zxids[first]);
            long tookNanos = TimeUnit.MILLISECONDS.toNanos(nowMillis - millis[first]);
            metrics.measure(Timing.PROPAGATION_LATENCY, tookNanos, end - publishedZxid);
            publishedZxid = end;
            if (end == zxids[first]) {
                first = first + 1 & zxids.length - 1;
                size--;
            }
        }
    }

    private void grow() {
        long[] moreZxids = new long[2 * size];
        long[] moreMillis = new long[2 * size];
        for (int i = 0; i < size; i++) {
            int from = first + i & size - 1;
            moreZxids[i] = zxids[from];
            moreMillis[i] = millis[from];
        }
        zxids = moreZxids;
        millis = moreMillis;
        first = 0;
    }
}
