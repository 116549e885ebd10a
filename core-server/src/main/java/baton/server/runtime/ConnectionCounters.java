package baton.server.runtime;

import baton.protocol.OpCode;
import baton.server.session.Session;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has seen, which counts for its loop, too. Written by its loop, read by anybody, who may see each number
 * a moment old: there are ten thousand of these, and a request must not wait for memory for their sake. So they are plain
 * fields, of which a 64-bit platform writes each at once.
 */
final class ConnectionCounters {
    private final LoopCounters loop;

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

    /** Reads answered one after the other, all of this operation, and the clock has not been asked since. */
    private int untimed;

    private OpCode untimedOperation = OpCode.PING;

    // Set by whoever resets, cleared by the loop.
    private volatile boolean forgotten;

    ConnectionCounters(LoopCounters loop) {
        this.loop = loop;
    }

    void countReceived(int bytes) {
        loop.countRequest(bytes);
        countReceived();
    }

    /** A four-letter word. */
    void countWord() {
        loop.countWord();
        countReceived();
    }

    private void countReceived() {
        forgetIfAsked();
        received++;
    }

    void countSent(int bytes) {
        loop.countSent(bytes);
        forgetIfAsked();
        sent++;
    }

    void countQueued(int change) {
        queued += change;
    }

    /** The client has got its session, which is no request of the loop's. */
    void countWelcome(long itsZxid, long sinceNanos, long nowNanos) {
        countAnswer(OpCode.CREATE_SESSION, 0, itsZxid);
        countTimes(nowNanos - sinceNanos, nowNanos, 1);
    }

    /** Counts an answer of so many bytes, but for its time. */
    void countAnswer(OpCode answeredOperation, int itsCxid, long itsZxid, int bytes) {
        loop.countAnswer(bytes);
        countAnswer(answeredOperation, itsCxid, itsZxid);
    }

    private void countAnswer(OpCode answeredOperation, int itsCxid, long itsZxid) {
        // Only if it differs: to store a reference takes as long as all the others, see NodeReads.
        if (operation != answeredOperation) {
            operation = answeredOperation;
        }
        cxid = itsCxid;
        zxid = itsZxid;
    }

    /** Counts when a request was answered. */
    void countTime(OpCode answeredOperation, long sinceNanos, long nowNanos) {
        countTimes(answeredOperation, sinceNanos, nowNanos, 1);
    }

    /** Counts an answer that was not waited for; its time with those of the others that came when it did. */
    void countRead(OpCode read, int itsCxid, long itsZxid, int bytes, Clock clock, long sinceNanos) {
        countAnswer(read, itsCxid, itsZxid, bytes);
        if (read != untimedOperation) {
            timeReads(clock, sinceNanos);
            untimedOperation = read;
        }
        untimed++;
    }

    /** Those that arrived together count as answered when the last of them is: one look at the clock for all. */
    void timeReads(Clock clock, long sinceNanos) {
        if (untimed > 0) {
            countTimes(untimedOperation, sinceNanos, clock.nanos(), untimed);
            untimed = 0;
        }
    }

    private void countTimes(OpCode answeredOperation, long sinceNanos, long nowNanos, int requests) {
        loop.countTimes(answeredOperation, nowNanos - sinceNanos, requests);
        countTimes(nowNanos - sinceNanos, nowNanos, requests);
    }

    private void countTimes(long latencyNanos, long nowNanos, int requests) {
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
