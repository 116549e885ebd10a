package baton.server.runtime;

import java.util.concurrent.TimeUnit;

/**
 * How long an answer may take, of the disk or of a thread, before whoever owes it counts as stuck.
 *
 * <p>Somebody looks again and again, and each look adds the time since the last one, but never more than a tenth of the
 * limit: while the whole process stood still, there may well have been an answer without being heard. So a pause of any
 * length costs a tenth of the time, and what really hangs is found out about a tenth late.
 *
 * <p>Confined to the one who looks; time is an argument.
 */
final class Patience {
    private static final int LOOKS = 10;

    private final long limitNanos;
    private final long atOnceNanosMax;

    private long asked;
    private long waitedNanos;
    private long lookedAtNanos;

    Patience(long limitNanos) {
        this.limitNanos = limitNanos;
        this.atOnceNanosMax = Math.max(1, limitNanos / LOOKS);
    }

    /**
     * Looks at what was asked for.
     *
     * @param current a number for each thing that is, odd while there is no answer
     * @return whether it has been waited for long enough
     */
    boolean isOver(long current, long nowNanos) {
        if (current == asked && (asked & 1) == 1) {
            waitedNanos += Math.min(Math.max(0, nowNanos - lookedAtNanos), atOnceNanosMax);
        } else {
            asked = current;
            waitedNanos = 0;
        }
        lookedAtNanos = nowNanos;
        return waitedNanos >= limitNanos;
    }

    /** Returns how often to look, so that every moment counts. */
    long lookNanos() {
        return atOnceNanosMax;
    }

    long limitMillis() {
        return TimeUnit.NANOSECONDS.toMillis(limitNanos);
    }
}
