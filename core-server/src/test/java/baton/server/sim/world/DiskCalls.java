package baton.server.sim.world;

import baton.server.runtime.SimulatedRuntime.Role;
import baton.server.sim.SimulatedDisk;
import baton.server.storage.SnapshotEnd;
import baton.server.storage.TappedDisk;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What happens in the middle of what the process asks of its disk: others run, or the disk is looked at. Whether a call fails is
 * decided by {@link DiskTroubles}, how long it takes by {@link DiskDelays}.
 */
final class DiskCalls implements TappedDisk.Tap {
    /** Before one in so many calls the disk is looked at as a power cut would leave it. */
    private static final int CALLS_OF_AN_IMAGE = 100;

    /** In one of so many calls that read files again others run. */
    private static final int READS_ALONE = 4;

    /** In one of so many writes to a snapshot others run. */
    private static final int WRITES_ALONE = 3;

    private static final long BULK_WRITE_NANOS = 100_000_000;

    private final SimulatedMachine machine;
    private final Run run;
    private final Plan plan;
    private final SimulatedDisk disk;
    private final DiskTroubles troubles;
    private final DiskDelays delays;
    private final FileDamage damage;
    private final PlannedDeath death;
    private final Witnesses witnesses;
    private final AgentTurns turns;
    private final LoopTurns loops;
    private final Chance chance;
    private final Chance images;
    private final Chance scrubs;

    DiskCalls(
            SimulatedMachine machine,
            MachineDisk disk,
            Witnesses witnesses,
            AgentTurns turns,
            LoopTurns loops,
            Chance images) {
        this.machine = machine;
        this.run = machine.run();
        this.plan = run.plan();
        this.disk = disk.bytes();
        this.troubles = disk.troubles();
        this.delays = disk.delays();
        this.damage = disk.damage();
        this.death = disk.death();
        this.witnesses = witnesses;
        this.turns = turns;
        this.loops = loops;
        this.chance = machine.chance();
        this.images = images;
        this.scrubs = chance.fork("scrubs");
    }

    /** What fills a log ahead looks only for itself, and so does what receives a state; who writes a lone change, for the log. */
    @Override
    public void beforeLooking(Path directory) {
        boolean isOfTheLog = turns.isAtTurn(Role.LOG) || turns.isAtTurn(Role.SEQUENCER) || loops.isAtTurn();
        if (isOfTheLog || !machine.isUp()) {
            witnesses.space().looks();
        }
    }

    @Override
    public void beforeReading(String call, Path file) throws IOException {
        troubles.beforeReading(call, file);
        boolean isAgain = turns.isAtTurn(Role.SNAPSHOT) && !machine.isStopping() && !machine.isCopying();
        if (!isAgain || !plan.has(Fault.DECAY_BEHIND)) {
            return;
        }
        damage.readAgain(file);
        if (scrubs.oneIn(READS_ALONE)) {
            othersRun(scrubs.below(plan.diskNanosMax()), Reached.WRITES_WHILE_FILES_ARE_READ_AGAIN);
        }
    }

    @Override
    public void before(String call, Path file, int bytes) throws IOException {
        if (images.oneIn(CALLS_OF_AN_IMAGE)) {
            machine.lookAtImage();
        }
        troubles.beforeCall(call, file);
        note(call, file);
        death.beforeCall(call, file);
        if (machine.isStopping()) {
            return;
        }
        boolean isOfSnapshot = isOfSnapshot(file);
        if (turns.isBusy(Role.SNAPSHOT) && isOfSnapshot && call.equals("write") && chance.oneIn(WRITES_ALONE)) {
            writeSnapshot(bytes);
        }
        if (turns.isBusy(Role.SNAPSHOT) && isNextLog(file) && call.equals("sync")) {
            turns.othersRun(chance.below(plan.diskNanosMax()));
        }
        if (call.equals("sync") && ServerFiles.isLog(file) && !turns.isBusy(Role.LOG)) {
            syncInATurn();
        } else if (turns.isBusy(Role.LOG) && !isOfSnapshot && !isNextLog(file) && call.equals("sync")) {
            sync();
        }
    }

    private static boolean isOfSnapshot(Path file) {
        return file.toString().contains("snapshot");
    }

    private static boolean isNextLog(Path file) {
        return file.endsWith("tmp.next-log");
    }

    /** Notes what the call shows of what the server does. */
    private void note(String call, Path file) {
        if (call.equals("rename") && file.endsWith("reserve")) {
            run.reach(Reached.RESERVE_TAKEN);
        }
        if (call.equals("rename") && isNextLog(file)) {
            run.reach(Reached.NEXT_LOG_TAKEN);
        }
        if (turns.isBusy(Role.SNAPSHOT) && call.equals("rename") && isOfSnapshot(file)) {
            run.reach(Reached.SNAPSHOT_WRITTEN);
            if (damage.isBehindAndRead()) {
                run.reach(Reached.DECAY_FOUND_BY_READING_AGAIN);
            }
            judgeSnapshot(file);
        }
        if (call.equals("delete") && isOfSnapshot(file) && damage.isInASnapshot()) {
            run.reach(Reached.PURGED_BESIDE_A_DAMAGED_SNAPSHOT);
        }
    }

    private void judgeSnapshot(Path file) {
        if (run.defect() == Defect.DIGEST_OF_ANOTHER_ZXID) {
            SnapshotEnd.labelByName(disk, file);
        } else if (run.defect() == Defect.WRONG_SNAPSHOT_SEALED) {
            SnapshotEnd.flipSealed(disk, file, chance::below);
        }
        SnapshotEnd end = SnapshotEnd.of(disk, file);
        run.history().chronicle().snapshotTaken(end.nameZxid(), end.digestZxid(), end.digest());
        witnesses.snapshots().written(file.resolveSibling("snapshot." + Long.toHexString(end.nameZxid())));
    }

    private void writeSnapshot(int bytes) {
        if (bytes >= Workload.BULK_BYTES) {
            othersRun(chance.below(BULK_WRITE_NANOS + plan.diskNanosMax()), Reached.WRITES_IN_THE_MIDDLE_OF_A_SNAPSHOT);
        } else {
            othersRun(chance.below(plan.diskNanosMax()), Reached.WRITES_DURING_A_SNAPSHOT);
        }
    }

    /** @param whenWritten what is reached if something is written meanwhile */
    private void othersRun(long nanos, Reached whenWritten) {
        long before = run.history().chronicle().lastZxid();
        turns.othersRun(nanos);
        turns.othersRunWhilePaused();
        if (run.history().chronicle().lastZxid() > before) {
            run.reach(whenWritten);
        }
    }

    private void sync() {
        int answers = run.history().answerCount();
        long nanos = delays.drawNanos();
        if (nanos > 0) {
            turns.othersRun(nanos);
            turns.othersRunWhilePaused();
        }
        if (run.history().answerCount() > answers) {
            run.reach(Reached.ANSWERED_DURING_A_SYNC);
        }
    }

    /** The sequencer itself writes a lone change: while the disk takes its time neither it nor the log nor a loop that has it turns. */
    private void syncInATurn() {
        run.reach(Reached.LONE_CHANGE_WRITTEN);
        boolean isInAReadersTurn = !plan.sequencerOnLoop() && !turns.isBusy(Role.SEQUENCER);
        if (delays.areNone() || isInAReadersTurn) {
            return;
        }
        turns.inPlaceOfTheLog(loops, () -> {
            long nanos = delays.drawNanos();
            if (nanos < Long.MAX_VALUE) {
                witnesses.sessions().standsStill(nanos, false);
            }
            turns.othersRun(nanos);
            turns.othersRunWhilePaused();
        });
    }
}
