package baton.server.runtime;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one loop has seen. Written by the loop, read by anybody: each number is right by itself, and may be a moment
 * older than its neighbour. Latencies run from the arrival of a request to the sending of its answer.
 */
final class LoopCounters {
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong receivedBytes = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong sentBytes = new AtomicLong();
    private final AtomicLong outstanding = new AtomicLong();
    private final Distribution reads = new Distribution();
    private final Distribution writes = new Distribution();
    private final AnswerSizes answerSizes = new AnswerSizes();

    // Set by whoever resets, cleared by the loop, which alone may write the numbers.
    private volatile boolean forgotten;

    void countReceived(long bytes) {
        forgetIfAsked();
        add(received, 1);
        add(receivedBytes, bytes);
    }

    void countSent(long bytes) {
        forgetIfAsked();
        add(sent, 1);
        add(sentBytes, bytes);
    }

    void countRead(long nanos, int answerBytes) {
        reads.record(nanos);
        answerSizes.record(answerBytes);
    }

    void countWrite(long nanos, int answerBytes) {
        writes.record(nanos);
        answerSizes.record(answerBytes);
    }

    void countOutstanding(int change) {
        add(outstanding, change);
    }

    long received() {
        return forgotten ? 0 : received.getOpaque();
    }

    long receivedBytes() {
        return forgotten ? 0 : receivedBytes.getOpaque();
    }

    long sent() {
        return forgotten ? 0 : sent.getOpaque();
    }

    long sentBytes() {
        return forgotten ? 0 : sentBytes.getOpaque();
    }

    long outstanding() {
        return outstanding.getOpaque();
    }

    /** Returns the latencies of requests that changed nothing, in nanoseconds. */
    Distribution.Summary reads() {
        return reads.summary();
    }

    /** Returns the latencies of requests that went through the log, in nanoseconds. */
    Distribution.Summary writes() {
        return writes.summary();
    }

    AnswerSizes answerSizes() {
        return answerSizes;
    }

    /** Begins anew, except for what is outstanding. Callable from any thread. */
    void reset() {
        forgotten = true;
        reads.reset();
        writes.reset();
        answerSizes.reset();
    }

    private void forgetIfAsked() {
        if (forgotten) {
            received.setOpaque(0);
            receivedBytes.setOpaque(0);
            sent.setOpaque(0);
            sentBytes.setOpaque(0);
            forgotten = false;
        }
    }

    // One writer, so no atomic addition is needed.
    private static void add(AtomicLong counter, long change) {
        counter.setOpaque(counter.getPlain() + change);
    }
}
