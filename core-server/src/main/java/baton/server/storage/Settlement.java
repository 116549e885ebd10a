package baton.server.storage;

import baton.protocol.Zxid;
import baton.server.storage.LogReplay.DataEnd;
import baton.server.storage.LogReplay.TornEnd;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what was read durable, before anybody relies on it, and takes away what is no history.
 *
 * <p>After a crash of the process alone, or a failed sync, what was read may exist in memory only, and a sync would not know.
 * So the newest log is copied, unless the watermark says that it was durable to its end. Then that is marked.
 */
final class Settlement {
    private static final Logger log = LoggerFactory.getLogger(Settlement.class);

    private final DataDirectory directory;
    private final Disk disk;
    private final List<ZxidFile> logs;
    private final LogReplay history;
    private final long durableZxid;

    private Settlement(DataDirectory directory, List<ZxidFile> logs, LogReplay history, long durableZxid) {
        this.directory = directory;
        this.disk = directory.disk();
        this.logs = logs;
        this.history = history;
        this.durableZxid = durableZxid;
    }

    /**
     * Leaves the directory as the history that was read from it.
     *
     * @param durableZxid up to which it is known to be durable
     * @return the log whose unfinished end was cut off, if there was one
     */
    static Optional<Path> run(DataDirectory directory, List<ZxidFile> logs, LogReplay history, long durableZxid)
            throws StorageException {
        try {
            return new Settlement(directory, logs, history, durableZxid).settle();
        } catch (StorageException e) {
            throw e;
        } catch (AccessDeniedException e) {
            throw new DirectoryRefusedException(directory.logDirectory(), "cannot be written: " + e, e);
        } catch (IOException e) {
            throw WriteFailedException.of(directory.logDirectory(), "settle", e);
        }
    }

    private Optional<Path> settle() throws IOException {
        for (Path each : history.empty()) {
            log.warn("deleted a transaction log into which nothing had been written file={}", each);
            disk.delete(each);
        }
        TornEnd end = history.torn();
        if (end != null) {
            log.warn(
                    "cut an unfinished end off the newest log file={} offset={} lastZxid={}: {}",
                    end.file(),
                    end.offset(),
                    Zxid.format(history.lastZxid()),
                    end.problem());
        }
        syncOlder();
        DataEnd last = history.newest();
        @Nullable Path copied = null;
        if (last != null && durableZxid < history.lastZxid()) {
            makeDurable(last);
            copied = last.file();
        }
        if (end != null && !end.file().equals(copied)) {
            DiskSteps.cut(disk, end.file(), end.offset());
        }
        disk.syncDirectory(directory.logDirectory());
        syncSnapshot();
        mark(last);
        return end == null ? Optional.empty() : Optional.of(end.file());
    }

    /** Syncs the logs before the newest that are not known to be durable: whoever wrote them may not have waited. */
    private void syncOlder() throws IOException {
        for (int i = 0; i + 1 < logs.size(); i++) {
            if (logs.get(i + 1).zxid() - 1 > durableZxid
                    && disk.exists(logs.get(i).path())) {
                DiskSteps.sync(disk, logs.get(i).path());
            }
        }
    }

    // A sync of the file as it is would not do: if an earlier one failed, the system believes that all is written.
    private void makeDurable(DataEnd last) throws IOException {
        String name = String.valueOf(last.file().getFileName());
        Path copy = last.file().resolveSibling(DiskSteps.UNFINISHED_PREFIX + name);
        try {
            DiskSteps.copy(disk, last.file(), last.offset(), copy);
            DiskSteps.replace(disk, copy, last.file());
        } catch (IOException e) {
            FileSnapshots.deleteAfter(disk, e, copy);
            if (!WriteFailedException.saysDiskFull(e)) {
                throw WriteFailedException.of(last.file(), "copy", e);
            }
            log.info("no space to copy the newest log, writing it over itself file={}", last.file());
            DiskSteps.rewrite(disk, last.file(), 0, last.offset());
        }
    }

    /** Syncs the snapshot that is all there is of the last transaction: whoever put it there may not have waited. */
    private void syncSnapshot() throws IOException {
        if (history.snapshot().isEmpty() || history.replayedCount() > 0 || durableZxid >= history.lastZxid()) {
            return;
        }
        // As it was read: it may be somebody else's, who lets us do nothing more.
        try (DiskFile open = disk.open(history.snapshot().get().path(), Disk.Mode.READ)) {
            open.sync();
        }
        disk.syncDirectory(directory.snapshotDirectory());
    }

    // Also without a log: if the only snapshot is lost, nothing else tells the directory from a new one.
    private void mark(@Nullable DataEnd last) {
        if (history.lastZxid() > 0) {
            try (Watermark watermark = Watermark.open(disk, directory.sideDirectory())) {
                DataEnd end = last == null ? new DataEnd(directory.logDirectory(), 0) : last;
                watermark.mark(history.lastZxid(), end.file(), end.offset());
            }
        }
    }
}
