package baton.server.runtime;

import baton.protocol.OpCode;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one loop has seen. Written by the loop, read by anybody: each number is right by itself, and may be a moment
 * older than its neighbour. Latencies run from the arrival of a request to the sending of its answer.
 */
final class LoopCounters {
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong words = new AtomicLong();
    private final AtomicLong receivedBytes = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong sentBytes = new AtomicLong();
    private final AtomicLong listingsKept = new AtomicLong();
    private final AtomicLong listingsMade = new AtomicLong();
    private final AtomicLong outstanding = new AtomicLong();
    private final AtomicLong outstandingBytes = new AtomicLong();
    private final AtomicLong strangers = new AtomicLong();
    private final OperationTimes times = new OperationTimes();
    private final Distribution roomWaits = new Distribution();
    private final AnswerSizes answerSizes = new AnswerSizes();
    private final NamespaceTraffic readTraffic = new NamespaceTraffic();

    // Set by whoever resets, cleared by the loop, which alone may write the numbers.
    private volatile boolean forgotten;

    void countRequest(long bytes) {
        forgetIfAsked();
        add(requests, 1);
        add(receivedBytes, bytes);
    }

    /** A four-letter word, which is received, but needs no room. */
    void countWord() {
        forgetIfAsked();
        add(words, 1);
        add(receivedBytes, Integer.BYTES);
    }

    void countSent(long bytes) {
        forgetIfAsked();
        add(sent, 1);
        add(sentBytes, bytes);
    }

    void countAnswer(int bytes) {
        answerSizes.record(bytes);
    }

    /** @param nanos how long each of so many requests took */
    void countTimes(OpCode operation, long nanos, int requests) {
        times.record(operation, nanos, requests);
    }

    /** @param nanos how long a request has waited that found no room in the server */
    void countRoomWait(long nanos) {
        roomWaits.record(nanos);
    }

    /** @param kept whether the list of children had been encoded before */
    void countListing(boolean kept) {
        add(kept ? listingsKept : listingsMade, 1);
    }

    void countOutstanding(int change, long bytes) {
        add(outstanding, change);
        add(outstandingBytes, bytes);
    }

    /** @param connections how many have not asked for a session yet */
    void setStrangers(int connections) {
        strangers.setOpaque(connections);
    }

    /** Returns how many requests and words came. */
    long received() {
        return forgotten ? 0 : requests.getOpaque() + words.getOpaque();
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

    long listingsKept() {
        return forgotten ? 0 : listingsKept.getOpaque();
    }

    long listingsMade() {
        return forgotten ? 0 : listingsMade.getOpaque();
    }

    long outstanding() {
        return outstanding.getOpaque();
    }

    long outstandingBytes() {
        return outstandingBytes.getOpaque();
    }

    long strangers() {
        return strangers.getOpaque();
    }

    /** Returns how long requests took, from their arrival to the sending of their answer. */
    OperationTimes times() {
        return times;
    }

    /** Returns how long requests waited for room in the server, for most of which there was some. */
    Distribution.Summary roomWaits() {
        Distribution.Summary waits = roomWaits.summary();
        long all = forgotten ? 0 : requests.getOpaque();
        return waits.plus(Distribution.Summary.ofZeros(Math.max(0, all - waits.count())));
    }

    AnswerSizes answerSizes() {
        return answerSizes;
    }

    /** Returns who was read how much. */
    NamespaceTraffic readTraffic() {
        return readTraffic;
    }

    /** Begins anew, except for what is outstanding. Callable from any thread. */
    void reset() {
        forgotten = true;
        times.reset();
        roomWaits.reset();
        answerSizes.reset();
        readTraffic.reset();
    }

    private void forgetIfAsked() {
        if (forgotten) {
            requests.setOpaque(0);
            words.setOpaque(0);
            receivedBytes.setOpaque(0);
            sent.setOpaque(0);
            sentBytes.setOpaque(0);
            listingsKept.setOpaque(0);
            listingsMade.setOpaque(0);
            forgotten = false;
        }
    }

    // One writer, so no atomic addition is needed.
    private static void add(AtomicLong counter, long change) {
        counter.setOpaque(counter.getPlain() + change);
    }
}
