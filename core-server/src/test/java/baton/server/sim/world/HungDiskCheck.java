package baton.server.sim.world;

import baton.server.sim.history.Violation;
import baton.server.storage.StuckDiskException;

/** Judges how long the server waits for a disk that hangs, while it runs: as long as it should, and not much longer. Rule DP-18. */
final class HungDiskCheck {
    // A tenth of the limit apart at least; the first one only sees that there is no answer yet.
    private static final int LOOKS_MAX = 11;

    private final VirtualTime time;
    private final Plan plan;
    private final Pauses pauses;

    // When the log's turn began, and how much of the time since was no fault of the disk.
    private long turnAtNanos;
    private long pausedNanosBefore;
    private int pausesBefore;

    HungDiskCheck(Run run, Pauses pauses) {
        this.time = run.time();
        this.plan = run.plan();
        this.pauses = pauses;
    }

    /** Returns for how long the server should wait. */
    static long stuckNanos(Plan plan) {
        return plan.tickMillis() * 2_000_000L;
    }

    void turnBegins() {
        turnAtNanos = time.nowNanos();
        pausedNanosBefore = pauses.passedNanos();
        pausesBefore = pauses.count();
    }

    /** The server waits still. Whoever looks may come late each time, as any thread but the writer. */
    void requireNotStuck() {
        if (!pauses.isOn() && turnNanos() > stuckNanos(plan) / 10 * 13 + LOOKS_MAX * plan.diskNanosMax()) {
            throw new Violation("DP-18", "the disk has hung for " + turnNanos() + " ns, and the server waits");
        }
    }

    /**
     * The server waits no longer. A pause may cost the disk a tenth of its time.
     *
     * @param isInTurn whether the log is at its turn
     */
    void requireStuck(StuckDiskException halted, boolean isInTurn) {
        long countedMax = turnNanos() / 100 * (101 + plan.ratePercentMax())
                + (pauses.count() - pausesBefore) * stuckNanos(plan) / 10;
        if (!isInTurn || countedMax < stuckNanos(plan)) {
            throw new Violation("DP-18", "after " + countedMax + " ns the server did not wait any longer: " + halted);
        }
    }

    private long turnNanos() {
        return time.nowNanos() - turnAtNanos - (pauses.passedNanos() - pausedNanosBefore);
    }
}
