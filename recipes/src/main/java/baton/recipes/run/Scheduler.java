package baton.recipes.run;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executor;

/**
 * Time, chance and threads, as recipes see them. Safe for use by many threads.
 *
 * <p>Tasks must be short and must not block. They run in no particular order; a {@link Strand} gives them one.
 */
public interface Scheduler extends Executor {

    /** Monotonic time, on the scale on which the core counts its deadlines. */
    long nowNanos();

    /** Wall-clock time: for humans, and to notice that the machine was suspended. */
    long wallMillis();

    /** Runs a task once after a delay; a delay that is not positive means as soon as possible. */
    Timer schedule(Duration delay, Runnable task);

    /** A number in [0, 1), to spread load over time. */
    double jitter();

    /** An id nobody else has. */
    UUID newId();

    /** A task that waits for its time. */
    interface Timer {
        /** Forgets the task, unless it runs already. Idempotent. */
        void cancel();
    }
}
