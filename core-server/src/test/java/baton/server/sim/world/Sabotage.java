package baton.server.sim.world;

import baton.server.session.Session;
import baton.server.session.SessionTable;
import baton.server.storage.DefectiveDisk;
import baton.server.storage.DefectiveDisk.Flaw;
import baton.server.storage.Disk;
import baton.server.tree.Aftermath;
import baton.server.tree.DamagedMemory;
import baton.server.tree.Znode;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.util.List;
import java.util.Objects;

/**
 * What the planted defect does behind the server's back: below its files, and between two turns of its writer. What settings
 * can bring about is in {@link EnforcedSettings}, what wires can in {@link Tamper}.
 */
final class Sabotage {
    /** Before one in so many turns of the writer something is done that happens once in a while. */
    private static final int TURNS = 100;

    private final Run run;
    private final Defect defect;
    private final Chance chance;
    private final MachineClock clock;

    Sabotage(Run run, Chance chance, MachineClock clock) {
        this.run = run;
        this.defect = run.defect();
        this.chance = chance;
        this.clock = clock;
    }

    Disk below(Disk sound) {
        return switch (defect) {
            case SYNC_DOES_NOTHING -> new DefectiveDisk(sound, Flaw.NO_SYNC);
            case CREATE_NOT_SYNCED -> new DefectiveDisk(sound, Flaw.NO_DIRECTORY_SYNC_AFTER_CREATE);
            case RENAME_NOT_SYNCED -> new DefectiveDisk(sound, Flaw.NO_DIRECTORY_SYNC_AFTER_RENAME);
            case FAILED_SYNC_TRIED_AGAIN -> new DefectiveDisk(sound, Flaw.SYNC_TRIED_AGAIN);
            case CUT_NOT_SYNCED -> new DefectiveDisk(sound, Flaw.CUT_NOT_SYNCED);
            case LOG_GOES_ON_AFTER_SHORT_WRITE -> new DefectiveDisk(sound, Flaw.SHORT_WRITE_PASSED_OVER);
            case FILES_NEVER_CLOSED -> new DefectiveDisk(sound, Flaw.NEVER_CLOSED);
            case SNAPSHOTS_PURGED_TOO_EARLY -> new DefectiveDisk(sound, Flaw.PURGED_TOO_EARLY);
            case SOUND_SNAPSHOTS_PURGED -> new DefectiveDisk(sound, Flaw.PURGED_BY_AGE);
            case SPACE_STAYS_LOW -> new DefectiveDisk(sound, Flaw.SPACE_STAYS_LOW);
            case SPACE_NEVER_LOW -> new DefectiveDisk(sound, Flaw.SPACE_NEVER_LOW);
            case LOG_OF_ANOTHER_VERSION -> new DefectiveDisk(sound, Flaw.LOG_OF_ANOTHER_VERSION);
            case RESTORE_NOT_SYNCED -> new DefectiveDisk(sound, Flaw.REPLACEMENT_NOT_SYNCED);
            default -> sound;
        };
    }

    /** The server has begun to serve. */
    void started(SimulatedProcess process) {
        if (defect == Defect.NO_FULL_TIMEOUT_AFTER_A_START) {
            SessionTable restored = process.state().sessions();
            long tooEarly = clock.moment().monotonicMillis() - run.plan().sessionMillis();
            restored.timeoutsMillis()
                    .forEach((id, timeout) ->
                            restored.renew(Objects.requireNonNull(restored.find(id)), timeout, tooEarly));
        }
    }

    /** The writer has had a turn. */
    void turned(SimulatedProcess process) {
        ZnodeTree tree = process.state().tree();
        if (defect == Defect.MEMORY_DAMAGED && chance.oneIn(TURNS)) {
            damage(tree);
        }
        if (defect == Defect.SESSIONS_EXPIRE_LATE && run.nowNanos() < run.plan().durationMillis() * 1_000_000L) {
            renewAll(process.state().sessions());
        }
        if (defect == Defect.WATCH_THAT_NOBODY_WANTS && chance.oneIn(TURNS)) {
            watchUnasked(process);
        }
        if (defect == Defect.EPHEMERAL_GONE_WITHOUT_TRANSACTION && !tree.gate().isClosed() && chance.oneIn(TURNS)) {
            loseEphemeral(tree);
        }
    }

    /** Flips a bit in the data of one of the nodes below the root, if they have any. */
    private void damage(ZnodeTree tree) {
        List<String> names = tree.root().children().names();
        Znode node = tree.find("/" + names.get(chance.below(names.size())));
        DamagedMemory.flipBit(Objects.requireNonNull(node), chance::below);
    }

    /** Gives the sessions of nobody the whole time again. */
    private void renewAll(SessionTable all) {
        for (long id : all.timeoutsMillis().keySet()) {
            Session open = all.findOpen(id);
            if (open != null) {
                all.renew(open, run.plan().sessionMillis(), clock.moment().monotonicMillis());
            }
        }
    }

    private static void watchUnasked(SimulatedProcess process) {
        for (SimulatedLoop loop : process.loops()) {
            for (SimulatedSocket each : loop.sockets()) {
                if (each.wire().session() != 0) {
                    process.runtime().watchUnasked(each.input(), "/nobody/asked");
                }
            }
        }
    }

    private static void loseEphemeral(ZnodeTree tree) {
        for (long owner : tree.ephemerals().owners()) {
            String path = tree.ephemerals().pathsOf(owner).get(0);
            tree.gate().close();
            tree.apply(
                    TxnEntry.of(owner, 0, tree.position().zxid(), 0, new Txn.Delete(path), null)
                            .header(),
                    new Txn.Delete(path),
                    Aftermath.UNHEEDED);
            tree.gate().open();
            return;
        }
    }
}
