package baton.server.sim.world;

import baton.server.request.ServerState;
import baton.server.runtime.RecoveredServer;
import baton.server.runtime.SimulatedRuntime.Role;
import baton.server.sim.SimulatedDisk;
import baton.server.sim.history.Violation;
import baton.server.storage.Disk;
import baton.server.storage.StorageException;
import baton.server.storage.StuckDiskException;
import baton.server.storage.TappedDisk;
import baton.server.tree.PathHash;
import baton.server.tree.SeededHash;
import baton.server.tree.TreeDamagedException;
import org.jspecify.annotations.Nullable;

/**
 * The machine of the server's processes: one begins, serves and ends, and another takes its place. It has one disk and one
 * pair of clocks for all of them. What goes wrong with these, and when a process gets its turns, is told by its parts.
 */
final class SimulatedMachine {
    /** In one of so many calls from the first on a start may end. */
    private static final int CALLS_OF_A_START = 30;

    /** Work of a turn. */
    interface Work {
        void run() throws Exception;
    }

    /** How a process finds what it begins with. */
    interface Opening {
        RecoveredServer open(PathHash hashes) throws StorageException;
    }

    private final Run run;
    private final Plan plan;
    private final Chance chance;
    private final Chance handOver;
    private final Chance losses;
    private final MachineClock clock;
    private final MachineDisk disk;
    private final Disk used;
    private final EnforcedSettings settings;
    private final Witnesses witnesses;
    private final RecoveryCheck recovery;
    private final HeldWatchesCheck watches;
    private final Pauses pauses;
    private final AgentTurns turns;
    private final LoopTurns loops;
    private final Assembly assembly;
    private final Restores restores;
    private final Reception reception;
    private final MachineFaults faults;
    private final Sabotage sabotage;

    /** The last one that has served. */
    private @Nullable SimulatedProcess process;

    private int life;
    private long awayUntilNanos;

    SimulatedMachine(Run run, Chance chance) {
        this.run = run;
        this.plan = run.plan();
        this.chance = chance;
        this.handOver = chance.fork("hand-over");
        this.losses = chance.fork("losses");
        this.clock = new MachineClock(
                run.time(),
                plan.clockRateParts(),
                run.defect() == Defect.WALL_CLOCK_FOR_EXPIRY || run.defect() == Defect.WALL_CLOCK_FOR_AGES);
        this.disk = MachineDisk.of(run, chance);
        this.settings = new EnforcedSettings(plan, run.defect());
        this.witnesses = new Witnesses(run, clock, disk);
        this.restores = new Restores(this, disk);
        Chance images = chance.fork("images");
        this.recovery = new RecoveryCheck(run, disk, restores, images);
        this.watches = new HeldWatchesCheck(this);
        this.pauses = new Pauses(run, chance, clock, witnesses.sessions());
        this.sabotage = new Sabotage(run, chance, clock);
        this.turns = new AgentTurns(this, clock, pauses, witnesses, sabotage);
        this.loops = new LoopTurns(this, clock, pauses, witnesses);
        this.assembly = new Assembly(this, settings, witnesses, turns, loops, disk.delays());
        this.reception = new Reception(this, loops, witnesses, settings.limits());
        this.faults = new MachineFaults(this, disk, restores);
        DiskCalls calls = new DiskCalls(this, disk, witnesses, turns, loops, images);
        this.used = new TappedDisk(sabotage.below(disk.bytes()), calls);
    }

    // What it is made of.

    Run run() {
        return run;
    }

    Chance chance() {
        return chance;
    }

    /** Returns what decides whether somebody goes on, or dies, where others have handed over to him. */
    Chance handOver() {
        return handOver;
    }

    MachineClock clock() {
        return clock;
    }

    ServerFiles files() {
        return disk.files();
    }

    EnforcedSettings settings() {
        return settings;
    }

    SessionWatch sessions() {
        return witnesses.sessions();
    }

    HeldWatchesCheck watches() {
        return watches;
    }

    /** Returns where connections arrive. */
    Reception reception() {
        return reception;
    }

    Pauses pauses() {
        return pauses;
    }

    AgentTurns turns() {
        return turns;
    }

    /** Returns what can go wrong with it. */
    MachineFaults faults() {
        return faults;
    }

    /** Returns the last process that has served. */
    SimulatedProcess process() {
        return process;
    }

    ServerState state() {
        return process.state();
    }

    // Which process there is.

    boolean isUp() {
        return process != null && process.isAlive();
    }

    /** Says whether the process of that life serves. */
    boolean isUp(int of) {
        return isLife(of) && isUp();
    }

    /** Returns the number of the present life, or of the next if nobody has begun it. */
    int life() {
        return life;
    }

    boolean isLife(int of) {
        return of == life;
    }

    /** Says whether the process does only what it has taken on already. */
    boolean isStopping() {
        return process != null && process.isStopping();
    }

    /** Says whether an operator's snapshot is being read. */
    boolean isCopying() {
        return restores.isCopying();
    }

    /** Says whether the end of the session is decided and still on its way. */
    boolean isEnding(long session) {
        return isUp() && process.isEnding(session);
    }

    // How one begins.

    void boot() {
        int of = ++life;
        if (of == 1 && plan.firstZxid() > 1) {
            guarded(of, () -> disk.files().begin(hashes()));
        }
        disk.delays().processBegins();
        if (disk.death().takesPower()) {
            disk.bytes().cutPower();
        } else {
            disk.bytes().kill();
        }
        if (chance.oneIn(3)) {
            disk.bytes().evict();
        }
        if (plan.has(Fault.CLOCK_JUMP) && chance.oneIn(2)) {
            clock.beginAgain();
        }
        if (plan.has(Fault.CRASH_IN_CALL) && chance.oneIn(4)) {
            disk.death().planInStart(chance.below(CALLS_OF_A_START));
        }
        disk.death().processBegins();
        disk.troubles().processBegins();
        start(of, hashes -> disk.files().open(used, hashes));
    }

    /** Those of this process. */
    private PathHash hashes() {
        return SeededHash.of(plan.seed() + life);
    }

    /** Begins the life of that number, with what is opened. */
    void start(int of, Opening opening) {
        // Also of a server that takes another's place in one process: its loops are others.
        pauses.processBegins();
        guarded(of, () -> {
            RecoveredServer opened;
            try {
                opened = opening.open(hashes());
            } catch (StorageException refused) {
                refusedToStart(refused);
                return;
            } catch (SimulatedDisk.Crash crash) {
                run.reach(Reached.DIED_WHILE_RECOVERING);
                throw crash;
            }
            recovered(of, opened);
        });
    }

    private void recovered(int of, RecoveredServer opened) {
        disk.death().started();
        disk.damage().harmless();
        recovery.recovered(of, opened);
        serve(of, opened);
        recovery.requireExpected(opened.state());
    }

    private void serve(int of, RecoveredServer opened) {
        restores.processBegins();
        process = assembly.assemble(of, opened);
        witnesses.starts(process);
        process.runtime().start(opened.storage().recovered().replayedCount() > plan.snapCount() / 2);
        sabotage.started(process);
        turns.ringAll(of);
    }

    private void refusedToStart(StorageException refused) {
        run.time().trace(() -> "server does not start: " + refused.getMessage());
        if (disk.damage().isNew()) {
            disk.damage().refused();
        } else {
            recovery.requireTroubles(refused);
            if (!disk.troubles().areLasting()) {
                faults.heal();
            }
        }
        disk.death().comes();
        restartSoon();
    }

    void restartSoon() {
        int of = life;
        long soon = chance.spread(1_000_000, 3_000_000_000L);
        run.time().after(Math.max(soon, awayUntilNanos - run.nowNanos()), () -> {
            if (isLife(of) && !isUp()) {
                boot();
            }
        });
    }

    // How one ends.

    /** Ends the process; with the power, or alone. */
    void die(boolean power) {
        if (!isUp()) {
            return;
        }
        run.reach(power ? Reached.POWER_CUT : Reached.KILLED);
        if (process.gate().isClosed()) {
            run.reach(Reached.DIED_IN_A_HAND_OVER);
        }
        gone(power);
        restartSoon();
    }

    /** Ends the process, with the power or alone, and nobody starts another for so long; false if there is none. */
    boolean dieForLong(long nanos) {
        if (!isUp()) {
            return false;
        }
        awayUntilNanos = run.nowNanos() + nanos;
        die(handOver.oneIn(2));
        return true;
    }

    private void gone(boolean power) {
        lookAtImage();
        run.time().trace(() -> "server ends power=" + !power);
        ended();
        disk.death().takesPowerToo(power);
        if (disk.death().takesPower() && run.history().chronicle().isCommitting()) {
            run.reach(Reached.POWER_CUT_DURING_A_COMMIT);
        }
        if (disk.death().isWithNewLog()) {
            run.reach(Reached.DIED_WITH_A_NEW_LOG);
        }
        disk.death().comes();
        loops.end(power && chance.oneIn(2));
    }

    /** Nobody is there any more; returns the number of the next life. */
    int ended() {
        if (isUp()) {
            process.noteRefusals(run);
        }
        return ++life;
    }

    /** Stops the process in order. */
    void stop() {
        if (!isUp() || !mayStop() || restores.stopPreparing()) {
            return;
        }
        run.reach(Reached.STOPPED_AND_STARTED);
        int of = life;
        guarded(of, () -> {
            finish(process);
            process.storage().close();
            run.history().chronicle().forced(process.storage().log().lastZxid());
        });
        if (isLife(of)) {
            ended();
            disk.death().comes();
            // A sync that failed may have been that of the mark which tells damage from an unfinished end.
            if (plan.has(Fault.BIT_ROT) && !disk.troubles().areThere() && chance.oneIn(2)) {
                disk.damage().decay(chance);
            }
            if (plan.has(Fault.FILES_LOST) && !disk.troubles().areThere() && losses.oneIn(2)) {
                disk.damage().lose(losses);
            }
            restartSoon();
        }
    }

    /** Says whether nobody is in the middle of anything. */
    boolean mayStop() {
        return turns.areNone() && !pauses.isOn();
    }

    /** Lets the process do all that it has taken on. */
    void finish(SimulatedProcess ending) throws Exception {
        ending.finish(loops, clock);
    }

    /** The process's outermost frame. */
    void guarded(int of, Work work) {
        try {
            work.run();
        } catch (SimulatedDisk.Crash | ProcessGone gone) {
            if (isLife(of)) {
                run.reach(Reached.DIED_IN_A_CALL);
                gone(disk.death().takesPower());
                restartSoon();
            }
        } catch (StuckDiskException halted) {
            turns.hungDisk().requireStuck(halted, turns.isBusy(Role.LOG));
            run.reach(Reached.HALTED_BY_A_STUCK_DISK);
            gone(chance.oneIn(2));
            restartSoon();
        } catch (StorageException halted) {
            disk.troubles().requireReason(halted);
            gone(false);
            if (!disk.troubles().areLasting()) {
                faults.heal();
            }
            restartSoon();
        } catch (TreeDamagedException damaged) {
            throw new Violation("DP-33", damaged.getMessage());
        } catch (Exception failure) {
            bug(failure);
        }
    }

    /** What has failed beside a reader ends the process once the reader has had its turn. */
    void requireSound(int of) {
        guarded(of, loops::requireSound);
    }

    private static void bug(Throwable failure) {
        boolean ofDigests = String.valueOf(failure.getMessage()).contains("led to digest");
        if (ofDigests) {
            throw new Violation("INV-8", failure.getMessage());
        }
        throw new IllegalStateException("the server has failed", failure);
    }

    // How it is looked at.

    /** What would be left if the power failed now is enough to start with, or refused for a reason. */
    void lookAtImage() {
        try {
            recovery.requireStart(hashes());
        } catch (Violation found) {
            // Not through the frames of a server, which might take it for a failure of its own.
            witnesses.broken().note(found);
        }
    }

    /** Everybody has gone: nothing may be left of them, and nothing needed that has decayed while the server ran. */
    void requireNothingLeft() {
        witnesses.bounds().requireNothingLeft(process, disk.bytes());
        recovery.requireReplaced(hashes());
    }
}
