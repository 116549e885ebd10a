package baton.server.sim.world;

import baton.server.sim.history.Violation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Judges that a server that has counted its tree anew keeps a snapshot from before that recount: who finds damage in the next
 * one must have a state to go back to. Rule DP-42.
 */
final class SoundSnapshots {
    private final Run run;
    private final Predicate<Path> isThere;
    private final List<Path> written = new ArrayList<>();

    /** How many there were when the recount began that is under way. */
    private int beforeRecount;

    /** How many there were when the last complete one began, or the process. */
    private int sound;

    /** How often this process has counted all nodes anew. */
    private long recounts;

    /** When it had done so last, or began. */
    private long recountedZxid;

    SoundSnapshots(Run run, Predicate<Path> isThere) {
        this.run = run;
        this.isThere = isThere;
    }

    void started(Path newest, long lastZxid) {
        written.clear();
        written(newest);
        beforeRecount = 1;
        sound = 1;
        recounts = 0;
        recountedZxid = lastZxid;
    }

    void written(Path snapshot) {
        written.add(snapshot);
    }

    /** Looks whether all nodes were counted anew. */
    void look(SimulatedProcess process) {
        long completed = process.runtime().recounts();
        if (completed > recounts) {
            long zxid = process.zxid();
            if (zxid > recountedZxid) {
                run.reach(Reached.WRITES_DURING_A_RECOUNT);
            }
            recounts = completed;
            recountedZxid = zxid;
            // Who has no space left keeps what a start needs, and no more.
            if (!run.plan().has(Fault.DISK_FULL) && !run.plan().has(Fault.FULL_AT_SYNC)) {
                recounted();
            }
        }
    }

    private void recounted() {
        List<Path> toKeep = written.subList(0, sound);
        if (toKeep.stream().noneMatch(isThere)) {
            throw new Violation("DP-42", "deleted were all snapshots from before the last recount: " + toKeep);
        }
        sound = beforeRecount;
        beforeRecount = written.size();
    }
}
