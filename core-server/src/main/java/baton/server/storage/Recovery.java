package baton.server.storage;

import baton.protocol.Zxid;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds the last durable state of a server from its directory.
 *
 * <p>It begins with the newest snapshot that is whole, or with nothing if the logs go back to the first transaction, and
 * replays every later transaction. Three rules:
 *
 * <ul>
 *   <li>Nothing that may have been acknowledged is dropped. Damage in front of valid records, a gap in the zxids, or a
 *       snapshot that the logs do not cover, is refused with the file and the place.
 *   <li>The unfinished end of the newest log is what a crash leaves behind: it is cut off. A newest log without any
 *       record is deleted, so that no file is ever written to twice.
 *   <li>What was read is forced before anybody relies on it: after a crash of the process alone it may exist in memory
 *       only.
 * </ul>
 *
 * <p>Other implementations leave unfinished ends where they are and go on in a new file, so a log that is not the newest
 * may end in one, if the next log goes on with the next transaction.
 */
public final class Recovery {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private final DataDirectory directory;
    private final FileSnapshots snapshots;
    private final ReplayTarget target;
    private final DigestCheck digestCheck;
    private final List<Path> corruptSnapshots = new ArrayList<>();

    private DigestTrail digests = DigestTrail.fromTheBeginning();
    private boolean mismatchSeen;
    private long lastZxid;
    private long replayedCount;
    private @Nullable TornEnd torn;

    private Recovery(DataDirectory directory, FileSnapshots snapshots, ReplayTarget target, DigestCheck digestCheck) {
        this.directory = directory;
        this.snapshots = snapshots;
        this.target = target;
        this.digestCheck = digestCheck;
    }

    /** The bad place of a log, until what follows shows whether it is the end of the history. */
    private record TornEnd(Path file, long offset, LogScan.End kind, String problem) {}

    /**
     * Reads the directory into the target, and leaves it ready for a {@link FileLog} to go on.
     *
     * @throws CorruptLogException if a log is damaged, or does not hold what it must
     * @throws CorruptSnapshotException if no snapshot is whole and the logs do not go back to the beginning
     */
    public static RecoveredState run(
            DataDirectory directory, FileSnapshots snapshots, ReplayTarget target, DigestCheck digestCheck)
            throws StorageException {
        Recovery recovery = new Recovery(directory, snapshots, target, digestCheck);
        Path current = directory.snapshotDirectory();
        try {
            snapshots.deleteUnfinished();
            List<ZxidFile> found = ZxidFile.snapshots(current);
            current = directory.logDirectory();
            List<ZxidFile> logs = ZxidFile.logs(current);
            Optional<ZxidFile> snapshot = recovery.load(found, logs);
            List<Path> empty = recovery.replay(logs);
            recovery.requireWholeSnapshot(snapshot, logs);
            Optional<Path> cut = recovery.settle(logs, empty);
            RecoveredState state = new RecoveredState(
                    recovery.lastZxid,
                    snapshot.map(ZxidFile::path),
                    recovery.replayedCount,
                    recovery.corruptSnapshots,
                    cut);
            log.info(
                    "recovered zxid={} snapshot={} replayed={}",
                    Zxid.format(state.lastZxid()),
                    state.snapshot().map(Path::getFileName).map(Path::toString).orElse("none"),
                    state.replayedCount());
            return state;
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new DirectoryRefusedException(current, "cannot be read: " + e, e);
        }
    }

    /** Loads the newest snapshot that is whole; without any, the history must be there from its beginning. */
    private Optional<ZxidFile> load(List<ZxidFile> found, List<ZxidFile> logs) throws IOException {
        @Nullable CorruptSnapshotException newest = null;
        for (int i = found.size() - 1; i >= 0; i--) {
            ZxidFile each = found.get(i);
            try {
                target.beginSnapshot();
                Optional<SnapshotDigest> digest = snapshots.read(each, target);
                target.endSnapshot(each.zxid());
                DigestTrail trail = DigestTrail.after(each.zxid(), digest);
                judgeSnapshot(trail.mismatchAt(each.zxid(), target.treeDigest()), each.path());
                lastZxid = each.zxid();
                digests = trail;
                return Optional.of(each);
            } catch (CorruptSnapshotException e) {
                newest = newest == null ? e : newest;
                corruptSnapshots.add(each.path());
                log.warn("skipped a corrupt snapshot, trying the next older one: {}", e.getMessage());
            }
        }
        target.beginEmpty();
        boolean whole = !logs.isEmpty() && isFirst(logs.get(0).zxid());
        if (newest != null && !whole) {
            throw newest;
        }
        if (!whole && !logs.isEmpty() && holdsRecords(logs)) {
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
        return Optional.empty();
    }

    private List<Path> replay(List<ZxidFile> logs) throws IOException {
        List<Path> empty = new ArrayList<>();
        for (int i = firstNeeded(logs); i < logs.size(); i++) {
            try (LogScan scan = LogScan.open(logs.get(i).path())) {
                for (TxnEntry entry = scan.next(); entry != null; entry = scan.next()) {
                    apply(entry, scan);
                }
                if (scan.isEmpty()) {
                    empty.add(scan.file());
                } else {
                    empty.clear();
                }
                if (scan.end() != LogScan.End.CLEAN && !scan.isEmpty()) {
                    torn = new TornEnd(scan.file(), scan.dataEnd(), scan.end(), scan.problem());
                }
            }
        }
        return empty;
    }

    /** Returns the index of the last log that begins at or before the first transaction to replay. */
    private int firstNeeded(List<ZxidFile> logs) {
        int first = 0;
        while (first + 1 < logs.size() && logs.get(first + 1).zxid() <= lastZxid + 1) {
            first++;
        }
        return first;
    }

    private void apply(TxnEntry entry, LogScan scan) throws StorageException {
        long zxid = entry.zxid();
        if (zxid <= lastZxid) {
            return; // In the snapshot, or twice in the logs.
        }
        requireFollows(zxid, scan);
        target.apply(entry);
        lastZxid = zxid;
        replayedCount++;
        judge(digests.mismatchAfter(entry, target.treeDigest()), scan.file(), scan.recordOffset());
    }

    private void requireFollows(long zxid, LogScan scan) throws CorruptLogException {
        boolean follows = ZxidOrder.follows(lastZxid, zxid);
        TornEnd before = torn;
        torn = null;
        if (before != null && (!follows || zxid != lastZxid + 1 && before.kind() == LogScan.End.DAMAGED)) {
            throw new CorruptLogException(
                    before.file(),
                    before.offset(),
                    before.problem() + ", and " + scan.file().getFileName() + " goes on with zxid " + Zxid.format(zxid)
                            + ": what lies between is lost");
        }
        if (!follows) {
            throw new CorruptLogException(
                    scan.file(),
                    scan.recordOffset(),
                    "zxid " + Zxid.format(zxid) + " follows " + Zxid.format(lastZxid)
                            + ": what lies between is missing");
        }
        if (before != null) {
            log.info(
                    "passed an unfinished end that a later log makes up for file={} offset={}",
                    before.file(),
                    before.offset());
        }
    }

    // A snapshot holds effects of transactions that were durable when it was written.
    private void requireWholeSnapshot(Optional<ZxidFile> snapshot, List<ZxidFile> logs) throws CorruptLogException {
        OptionalLong needed = digests.needed();
        if (snapshot.isEmpty() || needed.isEmpty() || needed.getAsLong() <= lastZxid) {
            return;
        }
        Path file = logs.isEmpty()
                ? directory.logDirectory().resolve(ZxidFile.name(ZxidFile.LOG, lastZxid + 1))
                : logs.get(logs.size() - 1).path();
        throw new CorruptLogException(
                file,
                torn == null ? 0 : torn.offset(),
                "the history ends at zxid " + Zxid.format(lastZxid) + ", but "
                        + snapshot.get().path().getFileName() + " was finished at zxid "
                        + Zxid.format(needed.getAsLong()));
    }

    /** Cuts and deletes what is no history, and forces the rest. */
    private Optional<Path> settle(List<ZxidFile> logs, List<Path> empty) throws IOException {
        for (Path each : empty) {
            log.warn("deleted a transaction log without any record file={}", each);
            Files.delete(each);
        }
        TornEnd end = torn;
        if (end != null) {
            log.warn(
                    "cut an unfinished end off the newest log file={} offset={} lastZxid={}: {}",
                    end.file(),
                    end.offset(),
                    Zxid.format(lastZxid),
                    end.problem());
            DurableFiles.cut(end.file(), end.offset());
        }
        int newest = logs.size() - 1 - empty.size();
        if (newest >= 0) {
            DurableFiles.force(logs.get(newest).path());
        }
        DurableFiles.syncDirectory(directory.logDirectory());
        return Optional.ofNullable(end).map(TornEnd::file);
    }

    private void judgeSnapshot(@Nullable String mismatch, Path file) throws CorruptSnapshotException {
        if (mismatch == null) {
            return;
        }
        if (digestCheck == DigestCheck.REFUSE) {
            throw new CorruptSnapshotException(file, mismatch);
        }
        warn(mismatch, file, 0);
    }

    private void judge(@Nullable String mismatch, Path file, long offset) throws CorruptLogException {
        if (mismatch == null) {
            return;
        }
        if (digestCheck == DigestCheck.REFUSE) {
            throw new CorruptLogException(file, offset, mismatch);
        }
        warn(mismatch, file, offset);
    }

    private void warn(String mismatch, Path file, long offset) {
        if (!mismatchSeen) {
            log.warn("digest mismatch, going on as configured file={} offset={}: {}", file, offset, mismatch);
        }
        mismatchSeen = true;
    }

    private static boolean isFirst(long zxid) {
        return zxid == 1 || zxid == Zxid.pack(1, 1);
    }

    private static boolean holdsRecords(List<ZxidFile> logs) throws IOException {
        for (ZxidFile each : logs) {
            try (LogScan scan = LogScan.open(each.path())) {
                if (scan.next() != null) {
                    return true;
                }
            }
        }
        return false;
    }
}
