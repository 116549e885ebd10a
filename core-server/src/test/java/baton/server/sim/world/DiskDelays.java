package baton.server.sim.world;

/** How long the disk takes for what the log has it sync: no time, some, or without end until somebody kills the process. */
final class DiskDelays {
    private final VirtualTime time;
    private final Chance chance;
    private long nanosMax;
    private boolean sticks;
    private int stuckCount;

    DiskDelays(VirtualTime time, Chance chance) {
        this.time = time;
        this.chance = chance;
    }

    /** Lets syncs take up to so long from now on. */
    void slow(long longestNanos) {
        nanosMax = longestNanos;
    }

    /**
     * Lets the next sync not come back.
     *
     * @param isUsed whether there is a process
     * @param whenStuck done after so long if the disk sticks then
     */
    void stick(boolean isUsed, long nanos, Runnable whenStuck) {
        if (sticks) {
            return;
        }
        sticks = isUsed;
        // Also of a process that took its place: the next sync is then one of that.
        int of = ++stuckCount;
        time.after(nanos, () -> {
            if (of == stuckCount && sticks) {
                whenStuck.run();
            }
            sticks &= of != stuckCount;
        });
    }

    /** @param isWaitedFor whether somebody waits for a sync now */
    void heal(boolean isWaitedFor) {
        nanosMax = 0;
        // Else nobody has come to it yet.
        sticks &= isWaitedFor;
    }

    void processBegins() {
        sticks = false;
    }

    boolean areNone() {
        return !sticks && nanosMax == 0;
    }

    /** Draws how long a sync takes; {@link Long#MAX_VALUE} if it does not come back. */
    long drawNanos() {
        if (sticks) {
            return Long.MAX_VALUE;
        }
        return nanosMax == 0 ? 0 : chance.spread(nanosMax / 1000 + 1, nanosMax);
    }
}
