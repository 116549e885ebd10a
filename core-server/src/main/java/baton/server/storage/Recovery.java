package baton.server.storage;

import baton.protocol.Zxid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds the last durable state of a server from its directory.
 *
 * <p>It begins with the newest snapshot that is whole, or with nothing if the logs go back to the first transaction, and
 * replays every later transaction, see {@link LogReplay}. Four rules:
 *
 * <ul>
 *   <li>Nothing that may have been acknowledged is dropped. Damage in front of valid records, a gap in the zxids, an end
 *       in front of the {@link Watermark}, or a snapshot that the logs do not cover, is refused with the file and the
 *       place.
 *   <li>A snapshot from which the log does not lead to the digests it holds (see {@link DigestTrail}), or that leaves
 *       nodes without their access control list, is damaged like one that does not match its seals: the next older one is
 *       tried, from nothing.
 *   <li>The unfinished end of the newest log is what a crash leaves behind: it is cut off. A newest log without any
 *       record is deleted, so that no file is ever written to twice.
 *   <li>What was read is made durable before anybody relies on it, see {@link Settlement}.
 * </ul>
 */
public final class Recovery {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private final DataDirectory directory;
    private final Disk disk;
    private final FileSnapshots snapshots;
    private final ReplayTarget target;
    private final DigestCheck digestCheck;
    private final CrashTraces crash;

    /** Whether a bad place in a log is simply where the history ends. */
    private final boolean salvaging;

    private final List<Path> corruptSnapshots = new ArrayList<>();
    private List<ZxidFile> logs = List.of();

    private Recovery(
            DataDirectory directory,
            FileSnapshots snapshots,
            ReplayTarget target,
            DigestCheck digestCheck,
            long batchBytesMax,
            boolean salvaging)
            throws DirectoryRefusedException {
        this.directory = directory;
        this.disk = directory.disk();
        this.snapshots = snapshots;
        this.target = target;
        this.digestCheck = digestCheck;
        this.crash = new CrashTraces(Watermark.read(disk, directory.sideDirectory()), batchBytesMax);
        this.salvaging = salvaging;
    }

    /**
     * Reads the directory into the target, and leaves it ready for a {@link FileLog} to go on.
     *
     * @param batchBytesMax most that a crash may have left half written
     * @throws CorruptLogException if a log is damaged, or does not hold what it must
     * @throws CorruptSnapshotException if no snapshot is whole and the logs do not go back to the beginning
     */
    public static RecoveredState run(
            DataDirectory directory,
            FileSnapshots snapshots,
            ReplayTarget target,
            DigestCheck digestCheck,
            long batchBytesMax)
            throws StorageException {
        Recovery recovery = new Recovery(directory, snapshots, target, digestCheck, batchBytesMax, false);
        snapshots.deleteUnfinished();
        return recovery.recovered(recovery.readWhole());
    }

    /**
     * Looks whether {@link #run} would refuse the directory for damage. Changes nothing on the disk.
     *
     * @return why it would; nothing if it would not
     */
    static Optional<StorageException> refusal(
            DataDirectory directory, ReplayTarget target, DigestCheck digestCheck, long batchBytesMax)
            throws StorageException {
        try {
            new Recovery(directory, new FileSnapshots(directory), target, digestCheck, batchBytesMax, false)
                    .readWhole();
            return Optional.empty();
        } catch (CorruptLogException | CorruptSnapshotException e) {
            return Optional.of(e);
        }
    }

    /**
     * Finds the newest state of a damaged directory that is provably complete. Changes nothing on the disk.
     *
     * @return nothing if there is no such state
     */
    static Optional<Salvage> salvage(
            DataDirectory directory, ReplayTarget target, DigestCheck digestCheck, long batchBytesMax)
            throws StorageException {
        Recovery recovery =
                new Recovery(directory, new FileSnapshots(directory), target, digestCheck, batchBytesMax, true);
        try {
            LogReplay left = recovery.read();
            return Optional.of(new Salvage(left.lastZxid(), left.snapshot(), recovery.seenUpTo(left.lastZxid())));
        } catch (CorruptLogException | CorruptSnapshotException e) {
            return Optional.empty();
        }
    }

    /**
     * What is left of a damaged directory.
     *
     * @param zxid last transaction up to which everything is there
     * @param snapshot where that begins; nothing if it begins with the first transaction
     * @param seenUpTo some transaction that is known to have been durable
     */
    record Salvage(long zxid, Optional<ZxidFile> snapshot, long seenUpTo) {}

    /** Reads what must be there, and tells an operator what to do if it is not. */
    private LogReplay readWhole() throws StorageException {
        try {
            LogReplay read = read();
            read.requireReached(
                    crash.durableZxid(),
                    directory.sideDirectory().resolve(Watermark.FILE) + " says that zxid "
                            + Zxid.format(crash.durableZxid())
                            + " was durable; if the loss is meant, as after restoring an older backup, delete that file");
            return read;
        } catch (CorruptLogException e) {
            throw e.advising(advice());
        } catch (CorruptSnapshotException e) {
            throw e.advising(advice());
        }
    }

    private LogReplay read() throws StorageException {
        Path current = directory.snapshotDirectory();
        try {
            List<ZxidFile> found = ZxidFile.snapshots(disk, current);
            current = directory.logDirectory();
            logs = ZxidFile.logs(disk, current);
            return rebuild(found);
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new DirectoryRefusedException(current, "cannot be read: " + e, e);
        }
    }

    private long seenUpTo(long lastZxid) {
        return Math.max(lastZxid, Math.max(crash.durableZxid(), newestWritten()));
    }

    /** Returns what the newest log with any record is named by: what names one without may never have been durable. */
    private long newestWritten() {
        for (int i = logs.size() - 1; i >= 0; i--) {
            try (LogScan scan = LogScan.open(disk, logs.get(i).path())) {
                if (scan.next() != null) {
                    return logs.get(i).zxid();
                }
            } catch (IOException e) {
                log.debug(
                        "says nothing about what was durable file={}",
                        logs.get(i).path(),
                        e);
            }
        }
        return 0;
    }

    /** Says what an operator can do about a directory that is refused. Replays it once more, so the target is lost. */
    private String advice() {
        try {
            Optional<Salvage> found = salvage(directory, target, digestCheck, crash.batchBytesMax());
            if (found.isEmpty()) {
                return "; nothing was changed, and no part of the history is provably whole: restore the directory from a"
                        + " backup";
            }
            String zxid = Zxid.format(found.get().zxid());
            return "; nothing was changed, and the history is whole up to zxid " + zxid + " of at least "
                    + Zxid.format(found.get().seenUpTo())
                    + ": restore the directory from a backup, or accept the loss of the rest with 'baton repair"
                    + " --accept-loss-after " + zxid + "' and the server's other arguments";
        } catch (StorageException e) {
            return "; nothing was changed: restore the directory from a backup (" + e.getMessage() + ")";
        }
    }

    private RecoveredState recovered(LogReplay history) throws StorageException {
        Optional<Path> cut = Settlement.run(directory, logs, history, crash.durableZxid());
        Optional<Path> snapshot = history.snapshot().map(ZxidFile::path);
        log.info(
                "recovered zxid={} snapshot={} replayed={}",
                Zxid.format(history.lastZxid()),
                snapshot.isPresent() ? snapshot.get().getFileName() : "none",
                history.replayedCount());
        DigestTrail digests = history.digests();
        DigestTrail.Wrong forgiven = digests.firstWrong();
        if (forgiven != null) {
            log.warn(
                    "forgave wrong digests, as later ones are right count={} file={} offset={}: the first is that {}",
                    digests.wrongCount(),
                    forgiven.file(),
                    forgiven.offset(),
                    forgiven.problem());
        }
        return new RecoveredState(history.lastZxid(), snapshot, history.replayedCount(), corruptSnapshots, cut);
    }

    /** Tries the snapshots from the newest to the oldest; without any, the history must be there from its beginning. */
    private LogReplay rebuild(List<ZxidFile> found) throws IOException {
        @Nullable CorruptSnapshotException newestProblem = null;
        try {
            for (int i = found.size() - 1; i >= 0; i--) {
                try {
                    return rebuildFrom(found.get(i));
                } catch (CorruptSnapshotException e) {
                    newestProblem = newestProblem == null ? e : newestProblem;
                    corruptSnapshots.add(found.get(i).path());
                    // Who only looks what is left has been told before, and is about to be again.
                    if (!salvaging) {
                        log.warn("skipped a corrupt snapshot, trying what is older: {}", e.getMessage());
                    }
                } catch (CorruptLogException e) {
                    if (!salvaging) {
                        throw e;
                    }
                    // What is left of the log does not reach what the snapshot holds of it: an older one may be whole.
                }
            }
            return rebuildFromTheBeginning(newestProblem);
        } catch (CorruptLogException e) {
            if (newestProblem != null) {
                e.addSuppressed(newestProblem);
            }
            throw e;
        }
    }

    private LogReplay rebuildFrom(ZxidFile file) throws IOException {
        target.beginSnapshot();
        long snapshotBytes = bytesOf(List.of(file));
        target.toRead(snapshotBytes + bytesOf(logs.subList(LogReplay.firstNeeded(logs, file.zxid()), logs.size())));
        Optional<SnapshotDigest> digest = snapshots.read(file, target);
        end(file);
        LogReplay replay = over(Optional.of(file), DigestTrail.after(file.zxid(), digest));
        replay.run(snapshotBytes);
        if (target.unresolvedAclCount() > 0) {
            throw new CorruptSnapshotException(
                    file.path(),
                    target.unresolvedAclCount()
                            + " nodes have access control lists that neither it nor the log behind it holds");
        }
        snapshots.measure(file);
        return replay;
    }

    private void end(ZxidFile file) throws CorruptSnapshotException {
        try {
            target.endSnapshot(file.zxid());
        } catch (RuntimeException e) {
            // Its seals match, and yet it was written wrong.
            throw new CorruptSnapshotException(file.path(), "content makes no sense: " + e, e);
        }
    }

    private LogReplay rebuildFromTheBeginning(@Nullable CorruptSnapshotException newestProblem) throws IOException {
        target.beginEmpty();
        requireBeginning(newestProblem);
        target.toRead(bytesOf(logs));
        LogReplay replay = over(Optional.empty(), DigestTrail.fromTheBeginning());
        replay.run(0);
        return replay;
    }

    private LogReplay over(Optional<ZxidFile> snapshot, DigestTrail digests) {
        return new LogReplay(directory, logs, target, digestCheck, crash, salvaging, snapshot, digests);
    }

    private void requireBeginning(@Nullable CorruptSnapshotException newestProblem) throws IOException {
        boolean whole = !logs.isEmpty() && isFirst(logs.get(0).zxid());
        if (newestProblem != null && !whole) {
            throw newestProblem;
        }
        if (!whole && !logs.isEmpty() && holdsRecords()) {
            throw new CorruptLogException(
                    logs.get(0).path(),
                    LogFormat.HEADER_BYTES,
                    "begins with zxid " + Zxid.format(logs.get(0).zxid())
                            + ", and there is no snapshot of what came before");
        }
        if (!logs.isEmpty()) {
            log.warn(
                    "found no snapshot, replaying from the first transaction file={}",
                    logs.get(0).path());
        }
    }

    private long bytesOf(List<ZxidFile> files) {
        long bytes = 0;
        for (ZxidFile each : files) {
            try (DiskFile open = disk.open(each.path(), Disk.Mode.READ)) {
                bytes += open.size();
            } catch (IOException e) {
                log.debug("does not count for how far it is file={}", each.path(), e);
            }
        }
        return bytes;
    }

    private static boolean isFirst(long zxid) {
        return zxid == 1 || zxid == Zxid.pack(1, 1);
    }

    private boolean holdsRecords() throws IOException {
        for (ZxidFile each : logs) {
            try (LogScan scan = LogScan.open(disk, each.path())) {
                if (scan.next() != null) {
                    return true;
                }
            }
        }
        return false;
    }
}
