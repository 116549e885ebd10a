package baton.bench;

import java.util.function.ToDoubleFunction;

/** What is compared of two turns, and how the ratio is called that says how many times better ours is. */
enum Measure {
    THROUGHPUT("", turn -> turn.window().perSecond()) {
        @Override
        double ratio(Turn ours, Turn theirs) {
            return of(ours) / of(theirs);
        }
    },
    CPU("CPU ", Turn::cpuMicros),
    P50("p50 ", turn -> turn.window().micros(50)),
    P99("p99 ", turn -> turn.window().micros(99));

    /** Stands before a ratio of it. */
    final String prefix;

    private final ToDoubleFunction<Turn> value;

    Measure(String prefix, ToDoubleFunction<Turn> value) {
        this.prefix = prefix;
        this.value = value;
    }

    double of(Turn turn) {
        return value.applyAsDouble(turn);
    }

    /** Above 1 if ours is better: less, unless said otherwise. */
    double ratio(Turn ours, Turn theirs) {
        return of(theirs) / of(ours);
    }
}
