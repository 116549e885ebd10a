package baton.server.runtime;

import java.util.concurrent.atomic.AtomicInteger;

/** The bytes of answers: the last, the smallest, the largest; -1 before the first. One writer, any readers. */
final class AnswerSizes {
    private static final int NONE = -1;

    private final AtomicInteger last = new AtomicInteger(NONE);
    private final AtomicInteger min = new AtomicInteger(NONE);
    private final AtomicInteger max = new AtomicInteger(NONE);

    // Set by whoever resets, cleared by the writer.
    private volatile boolean forgotten;

    void record(int bytes) {
        boolean first = forgotten || last.getPlain() == NONE;
        last.setOpaque(bytes);
        if (first || bytes < min.getPlain()) {
            min.setOpaque(bytes);
        }
        if (first || bytes > max.getPlain()) {
            max.setOpaque(bytes);
        }
        if (forgotten) {
            forgotten = false;
        }
    }

    void reset() {
        forgotten = true;
    }

    int last() {
        return forgotten ? NONE : last.getOpaque();
    }

    int min() {
        return forgotten ? NONE : min.getOpaque();
    }

    int max() {
        return forgotten ? NONE : max.getOpaque();
    }
}
