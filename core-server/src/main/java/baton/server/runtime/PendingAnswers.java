package baton.server.runtime;

import baton.protocol.OpCode;

/**
 * The requests of one connection that the sequencer has not answered, in order: what they are, how much memory they take and
 * when they came.
 */
final class PendingAnswers {
    private static final int CAPACITY_FIRST = 8;
    private static final int[] NO_INTS = {};
    private static final long[] NO_LONGS = {};
    private static final OpCode[] NO_OPERATIONS = {};

    // Most connections of a large crowd never write.
    private int[] bytes = NO_INTS;
    private OpCode[] operations = NO_OPERATIONS;
    private long[] sinceNanos = NO_LONGS;
    private int first;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void add(OpCode operation, int requestBytes, long nowNanos) {
        if (size == bytes.length) {
            grow();
        }
        int at = first + size & bytes.length - 1;
        operations[at] = operation;
        bytes[at] = requestBytes;
        sinceNanos[at] = nowNanos;
        size++;
    }

    OpCode firstOperation() {
        return operations[first];
    }

    int firstBytes() {
        return bytes[first];
    }

    long firstSinceNanos() {
        return sinceNanos[first];
    }

    void removeFirst() {
        if (size == 0) {
            throw new IllegalStateException("answered more than was asked");
        }
        first = first + 1 & bytes.length - 1;
        size--;
    }

    private void grow() {
        int capacity = Math.max(CAPACITY_FIRST, 2 * size);
        OpCode[] moreOperations = new OpCode[capacity];
        int[] moreBytes = new int[capacity];
        long[] moreSince = new long[capacity];
        for (int i = 0; i < size; i++) {
            int from = first + i & size - 1;
            moreOperations[i] = operations[from];
            moreBytes[i] = bytes[from];
            moreSince[i] = sinceNanos[from];
        }
        operations = moreOperations;
        bytes = moreBytes;
        sinceNanos = moreSince;
        first = 0;
    }
}
