package baton.server.runtime;

import java.util.concurrent.TimeUnit;

/**
 * How long the disk may take for one call before it counts as stuck.
 *
 * <p>The one who is waiting looks again and again, and each look adds the time since the last one, but never more than a
 * tenth of the limit: while the whole process stood still, the disk may well have answered without being heard. So a pause
 * of any length costs the disk a tenth of its time, and a call that really hangs is found out about a tenth late while
 * somebody waits for the disk. If nobody does, a look is had in passing only, and it may take until somebody comes.
 *
 * <p>Confined to the sequencer; time is an argument.
 */
final class DiskPatience {
    private static final int LOOKS = 10;

    private final long limitNanos;
    private final long atOnceNanosMax;

    private long call;
    private long waitedNanos;
    private long lookedAtNanos;

    DiskPatience(long limitNanos) {
        this.limitNanos = limitNanos;
        this.atOnceNanosMax = Math.max(1, limitNanos / LOOKS);
    }

    /**
     * Looks at the call that the disk has been given.
     *
     * @param current a number for each call, odd while there is no answer
     * @return whether it has been waited for long enough
     */
    boolean isOver(long current, long nowNanos) {
        if (current == call && isUnanswered()) {
            waitedNanos += Math.min(Math.max(0, nowNanos - lookedAtNanos), atOnceNanosMax);
        } else {
            call = current;
            waitedNanos = 0;
        }
        lookedAtNanos = nowNanos;
        return waitedNanos >= limitNanos;
    }

    /**
     * Returns when to look again; {@link Long#MAX_VALUE} if there is nothing to wait for.
     *
     * @param isAwaited whether somebody waits for the disk, even if it was given no call yet at the last look
     */
    long nextLookAtNanos(boolean isAwaited) {
        return isAwaited || isUnanswered() ? lookedAtNanos + atOnceNanosMax : Long.MAX_VALUE;
    }

    long limitMillis() {
        return TimeUnit.NANOSECONDS.toMillis(limitNanos);
    }

    private boolean isUnanswered() {
        return (call & 1) == 1;
    }
}
