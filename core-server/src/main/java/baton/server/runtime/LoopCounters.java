package baton.server.runtime;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one loop has seen. Written by the loop, read by anybody: each number is right by itself, and may be a moment
 * older than its neighbour. Latencies run from the arrival of a request to the sending of its answer.
 */
final class LoopCounters {
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong latencyNanos = new AtomicLong();
    private final AtomicLong latencyMaxNanos = new AtomicLong();
    private final AtomicLong outstanding = new AtomicLong();

    void countReceived() {
        add(received, 1);
    }

    void countSent() {
        add(sent, 1);
    }

    void countAnswered(long nanos) {
        add(answered, 1);
        add(latencyNanos, nanos);
        if (nanos > latencyMaxNanos.getPlain()) {
            latencyMaxNanos.setOpaque(nanos);
        }
    }

    void countOutstanding(int change) {
        add(outstanding, change);
    }

    long received() {
        return received.getOpaque();
    }

    long sent() {
        return sent.getOpaque();
    }

    long answered() {
        return answered.getOpaque();
    }

    long latencyNanos() {
        return latencyNanos.getOpaque();
    }

    long latencyMaxNanos() {
        return latencyMaxNanos.getOpaque();
    }

    long outstanding() {
        return outstanding.getOpaque();
    }

    // One writer, so no atomic addition is needed.
    private static void add(AtomicLong counter, long change) {
        counter.setOpaque(counter.getPlain() + change);
    }
}
