package baton.server.sim.world;

import baton.server.runtime.RestoreRefusedException;
import baton.server.runtime.RestoreRefusedException.Reason;
import baton.server.runtime.TakenSnapshot;
import baton.server.sim.history.Era;
import baton.server.sim.history.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What an operator does: has snapshots taken, keeps the last one, and sends it to replace everything, one {@link Succession}
 * at a time; and whether that has happened, as each start shows.
 */
final class Restores {
    /** In one of so many the process is to die. */
    private static final int DEATHS_ONE_IN = 3;

    private static final int CALLS_BEFORE_DEATH = 50;

    /**
     * A snapshot that the operator was given.
     *
     * @param shown the moment that it shows
     * @param sound its file had not decayed when it was handed over
     */
    record Saved(byte[] bytes, Era.Moment shown, boolean sound) {}

    /**
     * A state that is to replace everything.
     *
     * @param successor the process that is to begin with it
     * @param isSure whether the server has gone on to take it for done
     */
    private record Sent(Era.Moment shown, long zxid, int successor, boolean isSure) {}

    private final SimulatedMachine machine;
    private final Run run;
    private final FileDamage damage;
    private final DiskTroubles troubles;
    private final PlannedDeath death;

    /** What he could send back. */
    private @Nullable Saved saved;

    /** What is being sent to replace everything, or prepared. */
    private @Nullable Succession succession;

    /** The last state that was to replace everything, until the next process shows what has become of it. */
    private @Nullable Sent sent;

    /** What he is given is being read. */
    private boolean copying;

    Restores(SimulatedMachine machine, MachineDisk disk) {
        this.machine = machine;
        this.run = machine.run();
        this.damage = disk.damage();
        this.troubles = disk.troubles();
        this.death = disk.death();
    }

    // What he is given.

    void takeSnapshot() {
        if (machine.isUp()) {
            machine.process().runtime().takeSnapshot(taken -> {
                run.reach(Reached.SNAPSHOT_FOR_AN_OPERATOR);
                save(taken);
            });
        }
    }

    private void save(TakenSnapshot taken) {
        copying = true;
        try {
            saved = new Saved(
                    taken.content().readAllBytes(),
                    new Era.Moment(run.history().era(), taken.written().zxid()),
                    !damage.isIn(taken.written().file()));
        } catch (IOException e) {
            if (!troubles.hasReadEverFailed()) {
                throw new UncheckedIOException(e);
            }
        } finally {
            copying = false;
        }
    }

    /** Says whether what he is given is being read. */
    boolean isCopying() {
        return copying;
    }

    // What he sends.

    /**
     * Has everything replaced by what he was given before, if he was; else he is given something now. It may reach the server
     * damaged, and the process may die on the way.
     */
    void restore(Chance drawn) {
        Saved given = saved;
        if (given == null) {
            takeSnapshot();
        } else if (machine.isUp() && succession == null) {
            if (drawn.oneIn(DEATHS_ONE_IN)) {
                death.plan(drawn.oneIn(2), drawn.below(CALLS_BEFORE_DEATH));
            }
            machine.guarded(machine.life(), () -> {
                try {
                    succession = new Succession(machine, this, death, given, drawn);
                    succession.goOnSoon();
                } catch (RestoreRefusedException refused) {
                    requireReason(refused, false);
                }
            });
        }
    }

    /** Whoever sends, and has not yet sent all of it, gives up. */
    void giveUp() {
        if (succession != null) {
            succession.giveUp();
        }
    }

    /** Has what is being prepared give way to the end of the process; false if there is no such thing. */
    boolean stopPreparing() {
        return succession != null && succession.stopPreparing();
    }

    /** No process before has anything on its way any more. */
    void processBegins() {
        succession = null;
    }

    /** Nothing is being sent any more, or was given up. */
    void over() {
        succession = null;
    }

    /**
     * Nothing was replaced.
     *
     * @param damaged what was sent was
     */
    void failed(Throwable failure, boolean damaged) {
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof RestoreRefusedException refused && refused.reason() == Reason.STOPPING) {
            machine.stop();
        } else if (failure instanceof RestoreRefusedException refused) {
            requireReason(refused, damaged);
        } else if (troubles.areThere()) {
            machine.ended();
            machine.restartSoon();
        } else {
            throw new Violation("DP-20", "nothing was wrong with the disk, yet a restore has failed: " + failure);
        }
    }

    private void requireReason(RestoreRefusedException refused, boolean damaged) {
        death.callOff();
        boolean isReason =
                refused.reason() == Reason.UNSOUND ? damaged || troubles.hasReadEverFailed() : troubles.areThere();
        if (!isReason) {
            throw new Violation("INV-20", "nothing is wrong with what was sent, yet it is refused: " + refused);
        } else if (damaged) {
            run.reach(Reached.DAMAGED_STATE_NOT_RESTORED);
        }
    }

    // What becomes of it.

    /** The process of that life is to begin with it. */
    void tried(Era.Moment shown, long zxid, int successor) {
        sent = new Sent(shown, zxid, successor, false);
    }

    /** The server takes it for done. */
    void done() {
        sent = new Sent(sent.shown, sent.zxid, sent.successor, true);
    }

    /** Says whether a history that ends there shows that everything was replaced: once that is said to be done it does. */
    boolean hasReplaced(long lastZxid) {
        if (sent != null && sent.isSure && lastZxid < sent.zxid) {
            throw new Violation(
                    "G-12",
                    "everything was replaced by a state of zxid " + sent.zxid + ", but after that the history ends at "
                            + lastZxid);
        }
        return sent != null && lastZxid >= sent.zxid;
    }

    /** A process has found out what has become of it: says whether an era begins with that. */
    boolean hasBegunAnEra(int life, long lastZxid) {
        Sent replacing = sent;
        boolean isReplaced = hasReplaced(lastZxid);
        sent = null;
        if (isReplaced) {
            run.reach(life == replacing.successor ? Reached.RESTORED : Reached.RESTORE_FINISHED_BY_THE_NEXT_START);
            run.history().replaced(replacing.shown, replacing.zxid);
        } else if (replacing != null) {
            run.reach(Reached.RESTORE_CUT_OFF);
        }
        return isReplaced;
    }
}
