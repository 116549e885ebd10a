package baton.server.runtime;

import baton.protocol.OpCode;
import baton.server.session.Session;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has seen. Written by its loop, read by anybody, who may see each number a moment old: there are ten
 * thousand of these, and a request must not wait for memory for their sake. So they are plain fields, of which a 64-bit
 * platform writes each at once.
 */
final class ConnectionCounters {
    // Written by the loop.
    private long received;
    private long sent;
    private int queued;
    private @Nullable OpCode operation;
    private int cxid;
    private long zxid;
    private long answeredAtMillis;
    private int latencyMillis;
    private int latencyMillisMin;
    private int latencyMillisMax;
    private long latencyMillisSum;
    private long answered;

    // Set by whoever resets, cleared by the loop.
    private volatile boolean forgotten;

    void countReceived() {
        forgetIfAsked();
        received++;
    }

    void countSent() {
        forgetIfAsked();
        sent++;
    }

    void countQueued(int change) {
        queued += change;
    }

    void countAnswer(OpCode answeredOperation, int itsCxid, long itsZxid) {
        // Only if it differs: to store a reference takes as long as all the others, see NodeReads.
        if (operation != answeredOperation) {
            operation = answeredOperation;
        }
        cxid = itsCxid;
        zxid = itsZxid;
    }

    /** Counts how long so many of the requests took whose answers were counted. */
    void countTimes(long latencyNanos, long nowNanos, int requests) {
        int millis = (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(latencyNanos));
        answeredAtMillis = TimeUnit.NANOSECONDS.toMillis(nowNanos);
        latencyMillis = millis;
        latencyMillisMin = answered == 0 ? millis : Math.min(millis, latencyMillisMin);
        latencyMillisMax = Math.max(millis, latencyMillisMax);
        latencyMillisSum += (long) millis * requests;
        answered += requests;
    }

    /** Begins anew, except for what is queued. Callable from any thread. */
    void reset() {
        forgotten = true;
    }

    /** Copies the numbers, around what the counters do not know. */
    ConnectionView view(ConnectionView.Origin origin, @Nullable Session session) {
        boolean nothing = forgotten;
        OpCode last = nothing ? null : operation;
        return new ConnectionView(
                origin,
                session == null ? 0 : session.id(),
                session == null ? 0 : session.timeoutMillis(),
                queued,
                nothing ? 0 : received,
                nothing ? 0 : sent,
                last,
                last == null ? -1 : Integer.toUnsignedLong(cxid),
                last == null ? -1 : zxid,
                last == null ? 0 : answeredAtMillis,
                last == null ? ConnectionView.Latency.NONE : latency());
    }

    private ConnectionView.Latency latency() {
        return new ConnectionView.Latency(
                latencyMillis, latencyMillisMin, latencyMillisSum / Math.max(1, answered), latencyMillisMax);
    }

    private void forgetIfAsked() {
        if (forgotten) {
            received = 0;
            sent = 0;
            operation = null;
            latencyMillisMax = 0;
            latencyMillisSum = 0;
            answered = 0;
            forgotten = false;
        }
    }
}
