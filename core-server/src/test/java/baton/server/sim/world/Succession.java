package baton.server.sim.world;

import baton.server.runtime.Rebirth;
import baton.server.runtime.Restoration;
import baton.server.runtime.RestoreRefusedException;
import baton.server.sim.history.Chronicle;
import baton.server.sim.history.Era;
import baton.server.sim.history.Violation;
import baton.server.storage.DataDirectory;
import baton.server.storage.Replacement;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** A state on its way to the server, and what puts the next process in the place of one. While it is prepared others go on. */
final class Succession implements Rebirth, Restoration.Witness {
    /** In so many pieces a state is sent. */
    private static final int PIECES = 4;

    /** For so long at most a node of what was sent has others run. */
    private static final long PREPARED_NANOS = 100_000_000;

    /** How often the disk is called to give a new state its name, and to begin to move aside what was there. */
    private static final int CALLS_OF_THE_LAST_STEP = 12;

    private final SimulatedMachine machine;
    private final Run run;
    private final Restores restores;
    private final PlannedDeath death;
    private final SimulatedProcess ending;
    private final int life;
    private final Era.Moment shown;
    private final boolean damaged;
    private final Chance drawn;
    private final ByteBuffer unsent;
    private final Restoration.Sending sending;
    private boolean preparing;
    private boolean givenUp;
    private boolean stops;

    /** What has gone wrong below the server, which takes it for a failure of its own. */
    private @Nullable Violation broken;

    Succession(SimulatedMachine machine, Restores restores, PlannedDeath death, Restores.Saved given, Chance drawn)
            throws RestoreRefusedException {
        this.machine = machine;
        this.run = machine.run();
        this.restores = restores;
        this.death = death;
        this.ending = machine.process();
        this.life = machine.life();
        this.shown = given.shown();
        boolean damagedOnTheWay = drawn.oneIn(4);
        this.damaged = damagedOnTheWay || !given.sound();
        this.drawn = drawn;
        byte[] bytes = given.bytes().clone();
        bytes[drawn.below(bytes.length)] ^= (byte) (damagedOnTheWay ? 1 << drawn.below(8) : 0);
        this.unsent = ByteBuffer.wrap(bytes);
        this.sending = ending.recovered()
                .restoration(machine.settings().all(), this, machine.clock())
                .begin(bytes.length);
    }

    // How it is sent.

    void goOnSoon() {
        long soon = drawn.spread(100_000, 20_000_000);
        run.time().after(Math.max(soon, machine.pauses().leftNanos()), this::goOn);
    }

    private void goOn() {
        if (!machine.isLife(life)) {
            return;
        } else if (!machine.mayStop()) {
            goOnSoon();
            return;
        }
        machine.guarded(life, () -> {
            if (givenUp) {
                restores.over();
                sending.abandon();
            } else if (sendPiece()) {
                goOnSoon();
            } else {
                end();
            }
        });
    }

    /** Says whether there was something left to send. */
    private boolean sendPiece() {
        int bytes = Math.min(unsent.remaining(), 1 + unsent.limit() / PIECES);
        sending.take(unsent.slice(unsent.position(), bytes));
        unsent.position(unsent.position() + bytes);
        return bytes > 0;
    }

    void giveUp() {
        givenUp = true;
    }

    private void end() throws Exception {
        Throwable failure = sending.end(false, this)
                .handle((zxid, cause) -> cause)
                .toCompletableFuture()
                .get();
        if (broken != null) {
            throw broken;
        } else if (machine.isLife(life)) {
            restores.over();
            restores.failed(failure, damaged);
        }
    }

    // How it is prepared.

    @Override
    public void prepare(Runnable work) {
        preparing = true;
        try {
            work.run();
        } finally {
            preparing = false;
        }
    }

    /** The process is to end: says whether something is being prepared that has to be left first. */
    boolean stopPreparing() {
        stops |= preparing;
        return preparing;
    }

    @Override
    public void lookAt(Throwable failure) {}

    @Override
    public void requireTime() {
        if (drawn.oneIn(8)) {
            long before = run.history().chronicle().lastZxid();
            othersRun(drawn.below(PREPARED_NANOS));
            if (run.history().chronicle().lastZxid() > before) {
                run.reach(Reached.WRITES_WHILE_A_RESTORE_IS_PREPARED);
            }
        }
        if (stops) {
            throw new CancellationException();
        }
    }

    private void othersRun(long nanos) {
        try {
            machine.turns().othersRun(nanos);
            machine.turns().othersRunWhilePaused();
        } catch (ProcessGone gone) {
            run.reach(Reached.DIED_WHILE_A_RESTORE_IS_PREPARED);
            throw gone;
        } catch (Violation found) {
            broken = found;
            throw found;
        }
    }

    // How one process gives way to the next.

    @Override
    public void begins() {}

    @Override
    public void from(Replacement replacement) throws Exception {
        try {
            giveWayTo(replacement);
        } catch (Violation found) {
            broken = found;
            throw found;
        }
    }

    private void giveWayTo(Replacement replacement) throws Exception {
        machine.finish(ending);
        long lastZxid = ending.storage().log().lastZxid();
        DataDirectory held = ending.storage().handOver();
        Chronicle chronicle = run.history().chronicle();
        chronicle.forced(lastZxid);
        if (drawn.oneIn(3)) {
            death.plan(drawn.oneIn(2), drawn.between(1, CALLS_OF_THE_LAST_STEP));
        }
        int successor = machine.ended();
        restores.tried(shown, replacement.zxid(), successor);
        machine.start(successor, hashes -> machine.files().open(held, replacement, lastZxid, hashes));
    }

    @Override
    public void replaced() {
        restores.done();
    }

    @Override
    public OptionalLong lastAtNanos() {
        return OptionalLong.empty();
    }
}
