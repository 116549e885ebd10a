package baton.bench;

import java.io.IOException;

/** What others take of the machine since this was made, and what is stolen from it: all but this process and those it started. */
final class Neighbours {
    private final long startNanos = System.nanoTime();
    private final long startMicros = micros();

    Neighbours() throws IOException {}

    /** Returns their share of the machine's time so far, 0 to 1. */
    double share() throws IOException {
        double availableMicros = (System.nanoTime() - startNanos) / 1e3 * ProcessorTime.processors();
        return Math.max(0, micros() - startMicros) / availableMicros;
    }

    private static long micros() throws IOException {
        return ProcessorTime.ofMachine() - ProcessorTime.ofThisAndItsChildren();
    }
}
