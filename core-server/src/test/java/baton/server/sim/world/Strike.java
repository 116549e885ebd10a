package baton.server.sim.world;

/**
 * How a fault strikes once, as far as that was a matter of chance. What a fault has no use for is 0.
 *
 * @param client whom it strikes
 * @param nanos how long it lasts
 * @param amount how many times; how many bytes are left; how far the clock jumps, in ns; how much longer, in ms
 * @param seed of what those say and do who come with it
 */
record Strike(int client, long nanos, int amount, long seed) implements Schedule.Detail {
    private static final Strike BARE = new Strike(0, 0, 0, 0);

    /** Draws how the fault strikes. */
    static Strike drawn(Fault fault, Plan plan, Chance chance) {
        long nanos = chance.spread(1_000_000, plan.sessionMillis() * 2_000_000L);
        int client = chance.below(plan.clients());
        return switch (fault) {
            case SLOW_DISK, PAUSE, SUSPEND, STARVED_LOOP -> new Strike(0, nanos, 0, 0);
            case STUCK_SYNC -> new Strike(0, nanos, chance.oneIn(2) ? 0 : plan.sessionMillis(), 0);
            case FAILED_SYNC, FAILED_CALL -> new Strike(0, 0, 1 + chance.below(2), 0);
            case DISK_FULL -> new Strike(0, nanos, chance.oneIn(2) ? 0 : (int) chance.spread(100, 30_000), 0);
            case RESET, VANISH -> new Strike(client, 0, 0, 0);
            case STALL, SLOW_READER -> new Strike(client, nanos, 0, 0);
            case CLOCK_JUMP -> new Strike(0, 0, (int) chance.between(-100_000_000, 100_000_000), 0);
            case RESTORE, STRANGER -> new Strike(0, 0, 0, chance.nextLong());
            case INTRUDER -> new Strike(client, 0, 0, chance.nextLong());
            case POWER_CUT, KILL, CRASH_IN_CALL, CRASH_IN_TURN, RESTART, BIT_ROT, LIE, OPERATOR -> BARE;
        };
    }

    /** Returns where everything else about it comes from. */
    Chance chance() {
        return new Chance(seed);
    }
}
