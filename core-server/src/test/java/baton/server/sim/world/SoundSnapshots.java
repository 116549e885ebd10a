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
    private final Predicate<Path> isThere;
    private final List<Path> written = new ArrayList<>();

    /** How many there were when the recount began that is under way. */
    private int beforeRecount;

    /** How many there were when the last complete one began, or the process. */
    private int sound;

    SoundSnapshots(Predicate<Path> isThere) {
        this.isThere = isThere;
    }

    void started(Path newest) {
        written.clear();
        written(newest);
        beforeRecount = 1;
        sound = 1;
    }

    void written(Path snapshot) {
        written.add(snapshot);
    }

    void recounted() {
        List<Path> toKeep = written.subList(0, sound);
        if (toKeep.stream().noneMatch(isThere)) {
            throw new Violation("DP-42", "deleted were all snapshots from before the last recount: " + toKeep);
        }
        sound = beforeRecount;
        beforeRecount = written.size();
    }
}
