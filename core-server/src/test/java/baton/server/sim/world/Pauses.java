package baton.server.sim.world;

/**
 * When the process, its whole machine or one of its loops gets no turns, though time goes on: what is to come waits meanwhile.
 * That a single agent waits for its disk is the matter of {@link DiskDelays}.
 */
final class Pauses {
    private final Run run;
    private final Chance chance;
    private final MachineClock clock;
    private final SessionWatch sessions;
    private long untilNanos;
    private long passedNanos;
    private int count;
    private int starvedLoop;
    private long starvedUntilNanos;

    /** For so long each of the loops did not run, though the clock did. */
    private final long[] idleNanos;

    Pauses(Run run, Chance chance, MachineClock clock, SessionWatch sessions) {
        this.run = run;
        this.chance = chance;
        this.clock = clock;
        this.sessions = sessions;
        this.idleNanos = new long[run.plan().loops()];
    }

    void processBegins() {
        untilNanos = 0;
        starvedUntilNanos = 0;
    }

    /** Stops the process, or the whole machine, for a while; false if something stands still already. */
    boolean pause(SimulatedProcess process, long nanos, boolean suspended) {
        if (isAnything()) {
            return false;
        }
        untilNanos = run.nowNanos() + nanos;
        run.time().after(nanos, () -> resumed(process, nanos, suspended ? nanos : 0));
        sessions.standsStill(nanos, suspended);
        if (nanos > run.plan().sessionMillis() * 1_000_000L) {
            run.reach(Reached.PAUSED_LONGER_THAN_A_SESSION);
        }
        return true;
    }

    private boolean isAnything() {
        return run.nowNanos() < Math.max(untilNanos, starvedUntilNanos);
    }

    private void resumed(SimulatedProcess process, long nanos, long stoodStillNanos) {
        if (!process.isAlive()) {
            return;
        }
        passedNanos += nanos;
        for (int i = 0; i < idleNanos.length; i++) {
            idleNanos[i] += nanos - stoodStillNanos;
        }
        count++;
        clock.stoodStill(stoodStillNanos);
        if (run.defect() == Defect.EXPIRED_WITHOUT_STALL_RULE) {
            process.expireAtOnce();
        }
    }

    /** Gives one of the loops no turns for a while, if that is not the end of everything. */
    void starveLoop(SimulatedProcess process, long nanos) {
        if (run.plan().sequencerOnLoop() || isAnything()) {
            return;
        }
        int index = chance.below(process.loops().size());
        starvedLoop = index;
        starvedUntilNanos = run.nowNanos() + nanos;
        run.time().after(nanos, () -> idleNanos[index] += process.isAlive() ? nanos : 0);
        sessions.starves(process.loops().get(index), nanos);
        if (run.defect() == Defect.EXPIRED_WITHOUT_ASKING_ALL_LOOPS) {
            long soon = Math.max(0, nanos - 2 * run.plan().turnNanosMax());
            run.time().after(soon, process::expireAtOnce);
        }
    }

    /** Says whether the process is stopped. */
    boolean isOn() {
        return leftNanos() > 0;
    }

    /** Returns for how long the process is stopped still; 0 or less if it runs. */
    long leftNanos() {
        return untilNanos - run.nowNanos();
    }

    /** Says whether the turn has to wait for the end of a pause, and comes behind that. */
    boolean defer(Runnable turn) {
        if (!isOn()) {
            return false;
        }
        run.time().after(leftNanos() + 1 + chance.below(run.plan().turnNanosMax()), turn);
        return true;
    }

    /** Says whether the turn has to wait since its loop is starved, and comes behind that. */
    boolean deferStarved(int loop, Runnable turn) {
        if (loop != starvedLoop || run.nowNanos() >= starvedUntilNanos) {
            return false;
        }
        run.time().after(starvedUntilNanos - run.nowNanos() + 1, turn);
        return true;
    }

    /** Returns how long all pauses that are over took together. */
    long passedNanos() {
        return passedNanos;
    }

    /** Returns how many pauses are over. */
    int count() {
        return count;
    }

    /** Returns for how long the loop did not run in all, though the clock did. */
    long idleNanos(int loop) {
        return idleNanos[loop];
    }
}
