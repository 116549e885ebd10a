package baton.server.runtime;

import baton.protocol.OpCode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/** What one connection has seen. Written by its loop, read by anybody. */
final class ConnectionCounters {
    private static final int SESSION = 0;
    private static final int TIMEOUT = 1;
    private static final int RECEIVED = 2;
    private static final int SENT = 3;
    private static final int QUEUED = 4;
    private static final int OPERATION = 5;
    private static final int CXID = 6;
    private static final int ZXID = 7;
    private static final int ANSWERED_AT = 8;
    private static final int LATENCY = 9;
    private static final int LATENCY_MIN = 10;
    private static final int LATENCY_MAX = 11;
    private static final int LATENCY_SUM = 12;
    private static final int ANSWERED = 13;
    private static final int FIRST_RESET = OPERATION;
    private static final int CELLS = 14;

    private final AtomicLongArray cells = new AtomicLongArray(CELLS);

    // Set by whoever resets, cleared by the loop, which alone may write the cells.
    private volatile boolean forgotten;

    ConnectionCounters() {
        clear();
    }

    void attached(long sessionId, int timeoutMillis) {
        cells.setOpaque(SESSION, sessionId);
        cells.setOpaque(TIMEOUT, timeoutMillis);
    }

    void countReceived() {
        forgetIfAsked();
        add(RECEIVED, 1);
    }

    void countSent() {
        forgetIfAsked();
        add(SENT, 1);
    }

    void countQueued(int change) {
        add(QUEUED, change);
    }

    void countAnswered(OpCode operation, long cxid, long zxid, long latencyNanos, long nowNanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(latencyNanos);
        cells.setOpaque(OPERATION, operation.ordinal());
        cells.setOpaque(CXID, cxid);
        cells.setOpaque(ZXID, zxid);
        cells.setOpaque(ANSWERED_AT, TimeUnit.NANOSECONDS.toMillis(nowNanos));
        cells.setOpaque(LATENCY, millis);
        cells.setOpaque(LATENCY_MIN, Math.min(millis, cells.getPlain(LATENCY_MIN)));
        cells.setOpaque(LATENCY_MAX, Math.max(millis, cells.getPlain(LATENCY_MAX)));
        add(LATENCY_SUM, millis);
        add(ANSWERED, 1);
    }

    /** Begins anew, except for the session and what is queued. Callable from any thread. */
    void reset() {
        forgotten = true;
    }

    long sessionId() {
        return cells.getOpaque(SESSION);
    }

    /** Copies the numbers, around what the counters do not know. */
    ConnectionView view(ConnectionView.Origin origin) {
        long[] seen = new long[CELLS];
        for (int i = 0; i < CELLS; i++) {
            seen[i] = cells.getOpaque(i);
        }
        if (forgotten) {
            forget(seen);
        }
        OpCode operation = seen[OPERATION] < 0 ? null : OpCode.values()[(int) seen[OPERATION]];
        return new ConnectionView(
                origin,
                seen[SESSION],
                (int) seen[TIMEOUT],
                seen[QUEUED],
                seen[RECEIVED],
                seen[SENT],
                operation,
                seen[CXID],
                seen[ZXID],
                seen[ANSWERED_AT],
                new ConnectionView.Latency(
                        seen[LATENCY],
                        seen[ANSWERED] == 0 ? 0 : seen[LATENCY_MIN],
                        seen[ANSWERED] == 0 ? 0 : seen[LATENCY_SUM] / seen[ANSWERED],
                        seen[LATENCY_MAX]));
    }

    private void forgetIfAsked() {
        if (forgotten) {
            clear();
            forgotten = false;
        }
    }

    private void clear() {
        long[] fresh = new long[CELLS];
        forget(fresh);
        for (int i = FIRST_RESET; i < CELLS; i++) {
            cells.setOpaque(i, fresh[i]);
        }
        cells.setOpaque(RECEIVED, 0);
        cells.setOpaque(SENT, 0);
    }

    private static void forget(long[] seen) {
        for (int i = FIRST_RESET; i < CELLS; i++) {
            seen[i] = 0;
        }
        seen[RECEIVED] = 0;
        seen[SENT] = 0;
        seen[OPERATION] = -1;
        seen[CXID] = -1;
        seen[ZXID] = -1;
        seen[LATENCY_MIN] = Long.MAX_VALUE;
    }

    private void add(int cell, long change) {
        cells.setOpaque(cell, cells.getPlain(cell) + change);
    }
}
