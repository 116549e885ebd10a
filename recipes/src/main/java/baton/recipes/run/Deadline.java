package baton.recipes.run;

import java.time.Duration;

/**
 * A moment on a scheduler's monotonic clock, or never.
 *
 * @param nanos the moment; without meaning if {@code never}
 * @param never whether there is no such moment
 */
public record Deadline(long nanos, boolean never) {
    public static final Deadline NEVER = new Deadline(0, true);
    private static final Duration LONGEST = Duration.ofDays(36500);

    /** A negative duration counts as zero, one beyond a century as never. */
    public static Deadline after(Scheduler scheduler, Duration duration) {
        if (duration.compareTo(LONGEST) >= 0) {
            return NEVER;
        }
        return new Deadline(scheduler.nowNanos() + (duration.isNegative() ? 0 : duration.toNanos()), false);
    }

    public boolean hasPassed(Scheduler scheduler) {
        return !never && scheduler.nowNanos() - nanos >= 0;
    }

    /** How long it is until then; zero once it has passed. */
    public Duration remaining(Scheduler scheduler) {
        return never ? LONGEST : Duration.ofNanos(Math.max(0, nanos - scheduler.nowNanos()));
    }
}
