package baton.server.sim.world;

/** For how long nobody answers a client that dials, though the server may run: who does so is answered when it is over, or never. */
final class Unreached {
    /** Longer than any run. */
    static final long NEVER = Long.MAX_VALUE;

    private final Run run;
    private long untilNanos;
    private boolean late;

    Unreached(Run run) {
        this.run = run;
    }

    /** @param answeredLate whether there is an answer when it is over */
    void begin(long nanos, boolean answeredLate) {
        untilNanos = run.nowNanos() + nanos;
        late = answeredLate;
    }

    /** Returns after how long whoever dials now is answered; {@link #NEVER} if nobody answers. */
    long answeredAfterNanos(long usual) {
        if (run.nowNanos() >= untilNanos) {
            return usual;
        }
        run.reach(Reached.DIALED_IN_VAIN);
        return late ? usual + untilNanos - run.nowNanos() : NEVER;
    }
}
