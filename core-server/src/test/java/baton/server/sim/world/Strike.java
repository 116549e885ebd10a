package baton.server.sim.world;

/**
 * How a fault strikes once, as far as that was a matter of chance. What a fault has no use for is 0.
 *
 * @param client whom it strikes
 * @param nanos how long it lasts; 0 for a disk that is full, or can only be read, until nothing goes wrong any more
 * @param amount how many times, or {@link #ALWAYS}; how many bytes are left; how far the clock jumps, in ms; how much longer, in
 *     ms; how long a byte takes, in ns; 1 for the way to the client, for an answer that comes late and for a disk that stays
 *     slow, 0 for the other way, for no answer and for a while; the number of a {@link Outage}
 * @param seed of what those say and do who come with it
 */
record Strike(int client, long nanos, long amount, long seed) implements Schedule.Detail {
    /** So many times that it is all the time. */
    static final int ALWAYS = Integer.MAX_VALUE;

    private static final Strike BARE = new Strike(0, 0, 0, 0);
    private static final long YEARS_MILLIS = 20 * 31_556_952_000L;
    private static final int ALWAYS_ONE_IN = 12;
    private static final int OUTAGE_SESSIONS = 8_000;

    /** Each client rings the whole time. */
    private static final int OUTAGE_SESSIONS_OF_ALL = 40_000;

    /** Draws how the fault strikes. */
    static Strike drawn(Fault fault, Plan plan, Chance chance) {
        long nanos = chance.spread(1_000_000, plan.sessionMillis() * 2_000_000L);
        int client = chance.below(plan.clients());
        Chance rare = chance.fork("rare");
        boolean always = rare.oneIn(ALWAYS_ONE_IN);
        return switch (fault) {
            case SLOW_DISK ->
                always
                        ? new Strike(0, rare.spread(1_000_000, plan.tickMillis() * 1_000_000L), 1, 0)
                        : new Strike(0, nanos, 0, 0);
            case PAUSE, SUSPEND, STARVED_LOOP -> new Strike(0, nanos, 0, 0);
            case OUTAGE -> outage(plan, rare);
            case STUCK_SYNC -> new Strike(0, nanos, chance.oneIn(2) ? 0 : plan.sessionMillis(), 0);
            case FAILED_SYNC, FAILED_CALL, FULL_AT_SYNC -> new Strike(0, 0, always ? ALWAYS : 1 + chance.below(2), 0);
            case FAILED_READ -> new Strike(0, 0, always ? ALWAYS : 1 + chance.below(4), 0);
            case READ_ONLY -> new Strike(0, chance.oneIn(4) ? 0 : nanos, 0, 0);
            case DECAY_BEHIND -> new Strike(0, 0, 0, chance.nextLong());
            case DISK_FULL ->
                new Strike(0, always ? 0 : nanos, chance.oneIn(2) ? 0 : (int) chance.spread(100, 30_000), 0);
            case RESET, VANISH -> new Strike(client, 0, 0, 0);
            case STALL, SLOW_READER -> new Strike(client, nanos, 0, 0);
            case STALL_ONE_WAY, DIAL_UNANSWERED -> new Strike(client, nanos, chance.below(2), 0);
            case SLOW_LINK -> new Strike(client, nanos, (int) chance.spread(1_000, 10_000_000), 0);
            case CLOCK_JUMP -> {
                long most = rare.spread(1_000, YEARS_MILLIS);
                yield new Strike(0, 0, chance.between(-most, most), 0);
            }
            case RESTORE, STRANGER, NOISE -> new Strike(0, 0, 0, chance.nextLong());
            case INTRUDER -> new Strike(client, 0, 0, chance.nextLong());
            case POWER_CUT, KILL, CRASH_IN_CALL, CRASH_IN_TURN, RESTART, BIT_ROT, FILES_LOST, LIE, OPERATOR -> BARE;
        };
    }

    private static Strike outage(Plan plan, Chance chance) {
        long sessionsMax = Math.min(OUTAGE_SESSIONS, OUTAGE_SESSIONS_OF_ALL / plan.clients());
        long nanos = plan.sessionMillis() * 1_000_000L * chance.spread(10, sessionsMax);
        return new Strike(0, nanos, chance.below(Outage.values().length), 0);
    }

    /** Returns where everything else about it comes from. */
    Chance chance() {
        return new Chance(seed);
    }
}
