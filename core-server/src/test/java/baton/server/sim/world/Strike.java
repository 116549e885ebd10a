package baton.server.sim.world;

/**
 * How a fault strikes once, as far as that was a matter of chance. What a fault has no use for is 0.
 *
 * @param client whom it strikes
 * @param nanos how long it lasts; 0 for a disk that can only be read until nothing goes wrong any more
 * @param amount how many times; how many bytes are left; how far the clock jumps, in ns; how much longer, in ms; how long a
 *     byte takes, in ns; 1 for the way to the client and for an answer that comes late, 0 for the other way and for none
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
            case FAILED_SYNC, FAILED_CALL, FULL_AT_SYNC -> new Strike(0, 0, 1 + chance.below(2), 0);
            case FAILED_READ -> new Strike(0, 0, 1 + chance.below(4), 0);
            case READ_ONLY -> new Strike(0, chance.oneIn(4) ? 0 : nanos, 0, 0);
            case DECAY_BEHIND -> new Strike(0, 0, 0, chance.nextLong());
            case DISK_FULL -> new Strike(0, nanos, chance.oneIn(2) ? 0 : (int) chance.spread(100, 30_000), 0);
            case RESET, VANISH -> new Strike(client, 0, 0, 0);
            case STALL, SLOW_READER -> new Strike(client, nanos, 0, 0);
            case STALL_ONE_WAY, DIAL_UNANSWERED -> new Strike(client, nanos, chance.below(2), 0);
            case SLOW_LINK -> new Strike(client, nanos, (int) chance.spread(1_000, 10_000_000), 0);
            case CLOCK_JUMP -> new Strike(0, 0, (int) chance.between(-100_000_000, 100_000_000), 0);
            case RESTORE, STRANGER -> new Strike(0, 0, 0, chance.nextLong());
            case INTRUDER -> new Strike(client, 0, 0, chance.nextLong());
            case POWER_CUT, KILL, CRASH_IN_CALL, CRASH_IN_TURN, RESTART, BIT_ROT, FILES_LOST, LIE, OPERATOR -> BARE;
        };
    }

    /** Returns where everything else about it comes from. */
    Chance chance() {
        return new Chance(seed);
    }
}
