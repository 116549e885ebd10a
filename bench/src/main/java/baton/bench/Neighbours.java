package baton.bench;

import java.io.IOException;
import java.util.List;

/**
 * What others take of some processors since this was made, and what is stolen from these: all but this process and those it
 * started, which run nowhere else.
 */
final class Neighbours {
    private final List<Integer> processors;
    private final long startNanos = System.nanoTime();
    private final long startMicros;

    Neighbours(List<Integer> processors) throws IOException {
        this.processors = processors;
        startMicros = micros();
    }

    /** Returns their share of these processors' time so far, 0 to 1. */
    double share() throws IOException {
        double availableMicros = (System.nanoTime() - startNanos) / 1e3 * processors.size();
        return Math.max(0, micros() - startMicros) / availableMicros;
    }

    private long micros() throws IOException {
        return ProcessorTime.ofProcessors(processors) - ProcessorTime.ofThisAndItsChildren();
    }
}
