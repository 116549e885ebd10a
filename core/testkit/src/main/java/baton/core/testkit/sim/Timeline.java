package baton.core.testkit.sim;

import java.time.Duration;
import java.util.function.Supplier;

/** Time, order and chance for everything simulated. */
public interface Timeline {
    long nowNanos();

    long wallMillis();

    /** Runs a task soon. */
    void execute(Runnable task);

    /**
     * Runs a task after a delay.
     *
     * @return forgets it, unless it ran
     */
    Runnable schedule(Duration delay, Runnable task);

    /** A number in [0, 1). */
    double chance();

    long randomBits();

    /** Looks at something that this timeline owns. */
    <T> T look(Supplier<T> view);
}
