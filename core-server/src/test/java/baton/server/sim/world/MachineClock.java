package baton.server.sim.world;

import baton.server.runtime.Clock;

/**
 * The two clocks of a machine: the monotonic one runs a little fast or slow and can stand still with the machine; the wall
 * clock jumps.
 */
final class MachineClock implements Clock {
    private static final long STARTED_MILLIS = 1_790_000_000_000L;

    /** In what its rate is told. */
    static final int PARTS = 10_000;

    private final VirtualTime time;
    private final long rateParts;
    private final boolean wallForBoth;
    private long offsetNanos = 77_000_000_000L;
    private long jumpMillis;

    /**
     * @param rateParts how fast it runs, in ten thousandths
     * @param wallForBoth whether it is the wall clock that counts the time, which no server may do
     */
    MachineClock(VirtualTime time, long rateParts, boolean wallForBoth) {
        this.time = time;
        this.rateParts = rateParts;
        this.wallForBoth = wallForBoth;
    }

    @Override
    public long nanos() {
        long nanos = offsetNanos + time.nowNanos() / PARTS * rateParts;
        return wallForBoth ? nanos + jumpMillis * 1_000_000 : nanos;
    }

    @Override
    public long wallMillis() {
        return STARTED_MILLIS + jumpMillis + time.nowNanos() / 1_000_000;
    }

    /** The machine was suspended, and its monotonic clock with it. */
    void stoodStill(long nanos) {
        offsetNanos -= nanos / PARTS * rateParts;
    }

    /** The machine has no battery for its wall clock: it shows the same at every start. */
    void beginAgain() {
        jumpMillis = -(time.nowNanos() / 1_000_000);
    }

    void jump(long millis) {
        jumpMillis += millis;
    }

    /** Returns for how long to wait, by true time, until this clock shows a time: never too short. */
    long untilNanos(long deadlineNanos) {
        long shown = deadlineNanos - nanos();
        return shown <= 0 ? 0 : shown / rateParts * PARTS + 2 * PARTS;
    }
}
