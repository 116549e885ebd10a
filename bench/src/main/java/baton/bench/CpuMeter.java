package baton.bench;

import java.io.IOException;

/**
 * Adds up the processor time that a server takes while it is switched on. The kernel counts hundredths of a second: what is
 * measured should take many of them, in one piece or in many.
 */
final class CpuMeter {
    private final Target target;
    private long micros;
    private long startedMicros;

    CpuMeter(Target target) {
        this.target = target;
    }

    void start() throws IOException {
        startedMicros = target.cpuMicros();
    }

    /** @param counts whether what went on since {@link #start} is to be added */
    void stop(boolean counts) throws IOException {
        if (counts) {
            micros += target.cpuMicros() - startedMicros;
        }
    }

    /** Returns what each of so many took. */
    Figure each(String what, double count) {
        return new Figure("server CPU " + what, micros / count, "us");
    }
}
