package baton.server.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What recovery found.
 *
 * @param lastZxid last transaction of the history; 0 in a new directory
 * @param snapshot the snapshot it began with; nothing if the history was replayed from its beginning, or is empty
 * @param replayedCount transactions applied on top
 * @param corruptSnapshots newer snapshots that could not be used
 * @param cutLog the log whose unfinished end was cut off, if there was one
 */
public record RecoveredState(
        long lastZxid,
        Optional<Path> snapshot,
        long replayedCount,
        List<Path> corruptSnapshots,
        Optional<Path> cutLog) {
    public RecoveredState {
        corruptSnapshots = List.copyOf(corruptSnapshots);
    }

    /** Says whether a snapshot must be written before the first transaction: others refuse logs without one. */
    public boolean needsSnapshot() {
        return snapshot.isEmpty();
    }
}
