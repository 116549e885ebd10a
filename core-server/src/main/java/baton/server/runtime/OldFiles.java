package baton.server.runtime;

import baton.server.config.StorageSettings.Purge;
import baton.server.storage.FileSnapshots;
import baton.server.storage.StorageException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes old files: as often as is configured, at once when there are more than there is room for or space gets low, and
 * every minute until it is not.
 *
 * <p>What was written after memory was damaged is damaged, too. So a snapshot from before the last complete recount of the tree,
 * which has found it {@linkplain #treeIsSound sound}, is kept as long as space is not low.
 *
 * <p>For the thread of the {@link SnapshotAgent}, except where it says otherwise.
 */
final class OldFiles {
    private static final Logger log = LoggerFactory.getLogger(OldFiles.class);

    /** Not at once: whoever waits for the server to start should not wait for old files to be looked at. */
    private static final long PURGE_NANOS_FIRST = TimeUnit.SECONDS.toNanos(5);

    private static final long PURGE_NANOS_LOW = TimeUnit.MINUTES.toNanos(1);
    private static final long NEVER = Long.MAX_VALUE;

    private final FileSnapshots snapshots;
    private final Purge purge;
    private final Runnable between;

    // Written by the sequencer's thread.
    private @Nullable Path newestBeforeRecount;
    private volatile List<Path> spared = List.of();

    private boolean lowSeen;
    private long purgeAtNanos;

    /** @param between run every few kilobytes while snapshots are read back; throws {@link CancellationException} if there is no time left */
    OldFiles(FileSnapshots snapshots, Purge purge, Runnable between, long nowNanos) {
        this.snapshots = snapshots;
        this.purge = purge;
        this.between = between;
        this.purgeAtNanos = purge.intervalHours() == 0 ? NEVER : nowNanos + PURGE_NANOS_FIRST;
    }

    /**
     * Says that the tree was found sound, and that the next recount begins. For the sequencer.
     *
     * @param newest the newest snapshot
     * @return the newest that was there before the tree was found sound
     */
    Path treeIsSound(Path newest) {
        Path sound = newestBeforeRecount == null ? newest : newestBeforeRecount;
        newestBeforeRecount = newest;
        // The latter is to take the place of the former.
        spared = List.of(sound, newest);
        return sound;
    }

    /** A snapshot was written that was begun at the time. */
    void snapshotWritten(long beganAtNanos) {
        if (purgeAtNanos != NEVER && snapshots.isCrowded()) {
            purgeAtNanos = beganAtNanos;
        }
    }

    boolean hasWork(boolean spaceIsLow) {
        return spaceIsLow != lowSeen;
    }

    long deadlineNanos() {
        return purgeAtNanos;
    }

    /** Returns whether there was something to do, as a number. */
    int makeSpace(long nowNanos, boolean spaceIsLow) {
        boolean urgent = spaceIsLow && !lowSeen;
        lowSeen = spaceIsLow;
        if (purgeAtNanos == NEVER || nowNanos < purgeAtNanos && !urgent) {
            return 0;
        }
        purge(spaceIsLow ? List.of() : spared);
        purgeAtNanos = nowNanos + (spaceIsLow ? PURGE_NANOS_LOW : TimeUnit.HOURS.toNanos(purge.intervalHours()));
        return 1;
    }

    private void purge(List<Path> sparing) {
        try {
            int deleted =
                    snapshots.purge(purge.snapshotsKept(), sparing, between).size();
            if (deleted > 0) {
                log.info("purged files={}", deleted);
            }
        } catch (StorageException e) {
            log.warn("failed to purge old files", e);
        } catch (CancellationException e) {
            log.info("gave up purging old files because the server stops");
        }
    }
}
