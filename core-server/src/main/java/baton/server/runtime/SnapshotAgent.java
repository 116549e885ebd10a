package baton.server.runtime;

import baton.protocol.Zxid;
import baton.server.config.StorageSettings.Purge;
import baton.server.storage.FileSnapshots;
import baton.server.storage.StorageException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots beside the running server, and deletes old files.
 *
 * <p>A snapshot that cannot be written is no harm yet: the log has everything. It is said, and tried again when the log
 * has grown as much once more.
 */
final class SnapshotAgent implements Agent {
    private static final Logger log = LoggerFactory.getLogger(SnapshotAgent.class);

    private final FileSnapshots snapshots;
    private final Purge purge;
    private final Bell bell;
    private final AtomicReference<@Nullable StateSnapshot> ordered = new AtomicReference<>();

    // Written by this agent's thread.
    private long purgeAtNanos;

    SnapshotAgent(FileSnapshots snapshots, Purge purge, Bell bell, long nowNanos) {
        this.snapshots = snapshots;
        this.purge = purge;
        this.bell = bell;
        this.purgeAtNanos = purge.intervalHours() == 0 ? Long.MAX_VALUE : nowNanos;
    }

    /** Orders a snapshot, unless the last one ordered has not been begun. Callable from any thread. */
    void order(StateSnapshot state) {
        ordered.compareAndSet(null, state);
        bell.ring();
    }

    @Override
    public String role() {
        return ServerThreads.SNAPSHOT;
    }

    @Override
    public int doWork(long nowNanos) {
        int work = 0;
        StateSnapshot state = ordered.get();
        if (state != null) {
            write(state);
            ordered.set(null);
            work++;
        }
        if (purgeAtNanos != Long.MAX_VALUE && nowNanos >= purgeAtNanos) {
            purge();
            purgeAtNanos = nowNanos + TimeUnit.HOURS.toNanos(purge.intervalHours());
            work++;
        }
        return work;
    }

    @Override
    public long deadlineNanos() {
        return purgeAtNanos;
    }

    @Override
    public boolean hasWork() {
        return ordered.get() != null;
    }

    @Override
    public void onClose() {}

    private void write(StateSnapshot state) {
        long begin = System.nanoTime();
        try {
            snapshots.write(state, state.zxid());
            log.info(
                    "wrote snapshot zxid={} in={}ms",
                    Zxid.format(state.zxid()),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        } catch (StorageException e) {
            log.warn("failed to write snapshot zxid={}; the log has everything", Zxid.format(state.zxid()), e);
        }
    }

    private void purge() {
        try {
            int deleted = snapshots.purge(purge.snapshotsKept()).size();
            if (deleted > 0) {
                log.info("purged files={} kept={} snapshots", deleted, purge.snapshotsKept());
            }
        } catch (StorageException e) {
            log.warn("failed to purge old files", e);
        }
    }
}
