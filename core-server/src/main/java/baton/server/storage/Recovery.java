package baton.server.storage;

import baton.protocol.Zxid;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
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
 * replays every later transaction. Four rules:
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
 *   <li>What was read is made durable before anybody relies on it: after a crash of the process alone, or a failed sync,
 *       it may exist in memory only, and a sync would not know. So the newest log is copied, unless the watermark says
 *       that it was durable to its end. Then that is marked.
 * </ul>
 *
 * <p>Other implementations leave unfinished ends where they are and go on in a new file, so a log that is not the newest
 * may end in one, if the next log goes on with the next transaction. Behind a log that has a header and nothing else members
 * of an ensemble go on in a later epoch; behind one without a header nobody does.
 *
 * <p>Another digest than the tree's is damage unless a later one of the same epoch is right: then it was the digest alone that
 * was wrong. Where an epoch begins transactions could be missing that a digest does not cover, such as those of sessions, so
 * nothing is forgiven across that.
 */
public final class Recovery {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private final DataDirectory directory;
    private final Disk disk;
    private final FileSnapshots snapshots;
    private final ReplayTarget target;
    private final DigestCheck digestCheck;
    private final long batchBytesMax;
    private final List<Path> corruptSnapshots = new ArrayList<>();
    private final Optional<Watermark.Mark> durable;

    /** Whether a bad place in a log is simply where the history ends. */
    private boolean salvaging;

    // Of the attempt at hand.
    private Optional<ZxidFile> snapshot = Optional.empty();
    private DigestTrail digests = DigestTrail.fromTheBeginning();
    private boolean mismatchSeen;
    private long firstZxid;
    private long lastZxid;
    private long replayedCount;

    /** Those of the files that were read to their end. */
    private long readBytes;

    private List<Path> empty = List.of();
    private @Nullable DataEnd newest;
    private @Nullable TornEnd torn;
    private @Nullable TornEnd headless;

    private Recovery(
            DataDirectory directory,
            FileSnapshots snapshots,
            ReplayTarget target,
            DigestCheck digestCheck,
            long batchBytesMax)
            throws DirectoryRefusedException {
        this.directory = directory;
        this.disk = directory.disk();
        this.snapshots = snapshots;
        this.target = target;
        this.digestCheck = digestCheck;
        this.batchBytesMax = batchBytesMax;
        this.durable = Watermark.read(disk, directory.sideDirectory());
    }

    /** The bad place of a log, until what follows shows whether it is the end of the history. */
    private record TornEnd(Path file, long offset, LogScan.End kind, String problem) {}

    /** Where the records of a log end. */
    private record DataEnd(Path file, long offset) {}

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
        Recovery recovery = new Recovery(directory, snapshots, target, digestCheck, batchBytesMax);
        Path current = directory.snapshotDirectory();
        try {
            snapshots.deleteUnfinished();
            List<ZxidFile> found = ZxidFile.snapshots(directory.disk(), current);
            current = directory.logDirectory();
            List<ZxidFile> logs = ZxidFile.logs(directory.disk(), current);
            recovery.rebuild(found, logs);
            recovery.requireWatermark(logs);
            return recovery.recovered(recovery.settled(logs));
        } catch (CorruptLogException e) {
            throw e.advising(recovery.advice());
        } catch (CorruptSnapshotException e) {
            throw e.advising(recovery.advice());
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new DirectoryRefusedException(current, "cannot be read: " + e, e);
        }
    }

    /**
     * Looks whether {@link #run} would refuse the directory for damage. Changes nothing on the disk.
     *
     * @return why it would; nothing if it would not
     */
    static Optional<StorageException> refusal(
            DataDirectory directory, ReplayTarget target, DigestCheck digestCheck, long batchBytesMax)
            throws StorageException {
        Recovery recovery = new Recovery(directory, new FileSnapshots(directory), target, digestCheck, batchBytesMax);
        try {
            List<ZxidFile> logs = recovery.logs();
            recovery.rebuild(recovery.snapshots(), logs);
            recovery.requireWatermark(logs);
            return Optional.empty();
        } catch (CorruptLogException e) {
            return Optional.of(e.advising(recovery.advice()));
        } catch (CorruptSnapshotException e) {
            return Optional.of(e.advising(recovery.advice()));
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new DirectoryRefusedException(directory.logDirectory(), "cannot be read: " + e, e);
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
        Recovery recovery = new Recovery(directory, new FileSnapshots(directory), target, digestCheck, batchBytesMax);
        recovery.salvaging = true;
        try {
            List<ZxidFile> logs = recovery.logs();
            recovery.rebuild(recovery.snapshots(), logs);
            return Optional.of(new Salvage(recovery.lastZxid, recovery.snapshot, recovery.seenUpTo(logs)));
        } catch (CorruptLogException | CorruptSnapshotException e) {
            return Optional.empty();
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new DirectoryRefusedException(directory.logDirectory(), "cannot be read: " + e, e);
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

    private List<ZxidFile> snapshots() throws IOException {
        return ZxidFile.snapshots(disk, directory.snapshotDirectory());
    }

    private List<ZxidFile> logs() throws IOException {
        return ZxidFile.logs(disk, directory.logDirectory());
    }

    private long seenUpTo(List<ZxidFile> logs) {
        return Math.max(lastZxid, Math.max(durableZxid(), newestWritten(logs)));
    }

    private long durableZxid() {
        return durable.isPresent() ? durable.get().zxid() : 0;
    }

    /** Returns what the newest log with any record is named by: what names one without may never have been durable. */
    private long newestWritten(List<ZxidFile> logs) {
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
            Optional<Salvage> found = salvage(directory, target, digestCheck, batchBytesMax);
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

    private RecoveredState recovered(Optional<Path> cut) {
        Optional<Path> file = snapshot.isPresent() ? Optional.of(snapshot.get().path()) : Optional.empty();
        log.info(
                "recovered zxid={} snapshot={} replayed={}",
                Zxid.format(lastZxid),
                file.isPresent() ? file.get().getFileName() : "none",
                replayedCount);
        DigestTrail.Wrong forgiven = digests.firstWrong();
        if (forgiven != null) {
            log.warn(
                    "forgave wrong digests, as later ones are right count={} file={} offset={}: the first is that {}",
                    digests.wrongCount(),
                    forgiven.file(),
                    forgiven.offset(),
                    forgiven.problem());
        }
        return new RecoveredState(lastZxid, file, replayedCount, corruptSnapshots, cut);
    }

    /** Tries the snapshots from the newest to the oldest; without any, the history must be there from its beginning. */
    private void rebuild(List<ZxidFile> found, List<ZxidFile> logs) throws IOException {
        @Nullable CorruptSnapshotException newestProblem = null;
        try {
            for (int i = found.size() - 1; i >= 0; i--) {
                try {
                    rebuildFrom(found.get(i), logs);
                    return;
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
            begin(Optional.empty(), DigestTrail.fromTheBeginning(), 0);
            target.beginEmpty();
            requireBeginning(logs, newestProblem);
            target.toRead(bytesOf(logs));
            replay(logs);
            requireNothingBefore(logs);
        } catch (CorruptLogException e) {
            if (newestProblem != null) {
                e.addSuppressed(newestProblem);
            }
            throw e;
        }
    }

    private void rebuildFrom(ZxidFile file, List<ZxidFile> logs) throws IOException {
        target.beginSnapshot();
        long snapshotBytes = bytesOf(List.of(file));
        target.toRead(snapshotBytes + bytesOf(logs.subList(firstNeeded(logs, file.zxid()), logs.size())));
        Optional<SnapshotDigest> digest = snapshots.read(file, target);
        end(file);
        begin(Optional.of(file), DigestTrail.after(file.zxid(), digest), file.zxid());
        readBytes = snapshotBytes;
        digests.compareWithSnapshot(file.zxid(), target.treeDigest());
        replay(logs);
        requireWholeSnapshot(file, logs);
        judge(digests.mismatchAtEnd(), file.path(), 0);
        if (target.unresolvedAclCount() > 0) {
            throw new CorruptSnapshotException(
                    file.path(),
                    target.unresolvedAclCount()
                            + " nodes have access control lists that neither it nor the log behind it holds");
        }
        snapshots.measure(file);
    }

    private void end(ZxidFile file) throws CorruptSnapshotException {
        try {
            target.endSnapshot(file.zxid());
        } catch (RuntimeException e) {
            // Its seals match, and yet it was written wrong.
            throw new CorruptSnapshotException(file.path(), "content makes no sense: " + e, e);
        }
    }

    private void begin(Optional<ZxidFile> from, DigestTrail trail, long zxid) {
        snapshot = from;
        digests = trail;
        mismatchSeen = false;
        firstZxid = 0;
        lastZxid = zxid;
        replayedCount = 0;
        readBytes = 0;
        empty = List.of();
        newest = null;
        torn = null;
        headless = null;
    }

    private void requireBeginning(List<ZxidFile> logs, @Nullable CorruptSnapshotException newestProblem)
            throws IOException {
        boolean whole = !logs.isEmpty() && isFirst(logs.get(0).zxid());
        if (newestProblem != null && !whole) {
            throw newestProblem;
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
    }

    /** An ensemble's first epoch is 1, and so is the second of a server that has joined one. */
    private void requireNothingBefore(List<ZxidFile> logs) throws CorruptLogException {
        if (Zxid.epochOf(firstZxid) > 0 && !digests.isConfirmed()) {
            throw new CorruptLogException(
                    logs.get(0).path(),
                    LogFormat.HEADER_BYTES,
                    "begins with zxid " + Zxid.format(firstZxid)
                            + ", there is no snapshot, and nothing shows that there was"
                            + " nothing before: no digest is that of a tree that began empty");
        }
    }

    private void replay(List<ZxidFile> logs) throws IOException {
        try {
            replayAll(logs);
        } catch (CorruptLogException e) {
            if (!salvaging && digests.unconfirmed() == null) {
                throw e;
            }
        }
        DigestTrail.Wrong wrong = digests.unconfirmed();
        if (wrong != null && salvaging && snapshot.isEmpty()) {
            lastZxid = wrong.zxidBefore();
        } else if (wrong != null) {
            judge(
                    wrong.problem()
                            + ", and no later digest of its epoch is right; if Apache ZooKeeper wrote it last, or a server"
                            + " whose memory was damaged, the digest alone may be wrong: digest.enabled=false goes on with a"
                            + " warning",
                    wrong.file(),
                    wrong.offset());
        }
    }

    private void replayAll(List<ZxidFile> logs) throws IOException {
        List<Path> withoutRecords = new ArrayList<>();
        for (int i = firstNeeded(logs, lastZxid); i < logs.size(); i++) {
            try (LogScan scan = LogScan.open(disk, logs.get(i).path())) {
                // What is not later is in the snapshot, or twice in the logs.
                TxnEntry entry = scan.nextAfter(lastZxid);
                if (i == logs.size() - 1 && isOnlyBegun(logs.get(i), scan)) {
                    withoutRecords.add(scan.file());
                    continue;
                }
                scan.requireName(logs.get(i).zxid());
                for (; entry != null; entry = scan.nextAfter(lastZxid)) {
                    apply(entry, scan);
                    target.hasRead(readBytes + scan.dataEnd());
                }
                readBytes += scan.sizeBytes();
                target.hasRead(readBytes);
                if (scan.end() == LogScan.End.BROKEN && isInSnapshot(logs.get(i), scan)) {
                    log.warn(
                            "passed a damaged log, of which the snapshot holds everything file={} offset={}: {}",
                            scan.file(),
                            scan.recordOffset(),
                            scan.problem());
                    continue;
                }
                if (scan.end() == LogScan.End.BROKEN && !isTornBatch(logs.get(i), scan)) {
                    String where = scan.recordOffset() == 0 ? "" : ": the file is damaged in its middle";
                    throw new CorruptLogException(scan.file(), scan.recordOffset(), scan.problem() + where);
                }
                if (scan.isEmpty()) {
                    withoutRecords.add(scan.file());
                    if (scan.isHeadless()) {
                        headless = new TornEnd(scan.file(), 0, scan.end(), scan.problem());
                    }
                    continue;
                }
                withoutRecords.clear();
                newest = new DataEnd(scan.file(), scan.dataEnd());
                if (scan.end() != LogScan.End.CLEAN) {
                    torn = new TornEnd(scan.file(), scan.dataEnd(), scan.end(), scan.problem());
                }
            }
        }
        empty = withoutRecords;
    }

    /**
     * Says whether the newest log, which begins with another record than it should, is one that a power cut has found begun
     * and not synced yet: a file system may have given it blocks of an older log. That it is, if we were writing to this very
     * log and nothing in it is known to have been durable, and no more stands in it than a batch may have.
     */
    private boolean isOnlyBegun(ZxidFile file, LogScan scan) throws IOException {
        return !scan.beginsWith(file.zxid())
                && durable.isPresent()
                && durable.get().isOf(file.path())
                && durable.get().zxid() < file.zxid()
                && ZxidOrder.follows(lastZxid, file.zxid())
                && scan.contentBytes() <= batchBytesMax;
    }

    /**
     * Says whether a bad place that valid records follow is what a power cut leaves of one batch: any of its sectors, of
     * which nobody was told that they are durable. That it is, if we were writing to this very log, everything that is known
     * to have been durable stands before it, and no more behind it than a batch may have.
     */
    private boolean isTornBatch(ZxidFile file, LogScan scan) {
        long last = Math.max(lastZxid, file.zxid() - 1);
        return durable.isPresent()
                && durable.get().isOf(file.path())
                && durable.get().zxid() <= last
                && scan.badBytes() <= batchBytesMax;
    }

    /** Says whether nothing that can be read of a damaged log is later than where the replay began: it is not needed. */
    private boolean isInSnapshot(ZxidFile file, LogScan scan) throws IOException {
        return replayedCount == 0 && file.zxid() <= lastZxid && scan.newestBehind() <= lastZxid;
    }

    /** Returns the index of the last log that begins at or before the first transaction to replay behind one. */
    private static int firstNeeded(List<ZxidFile> logs, long zxid) {
        int first = 0;
        while (first + 1 < logs.size() && logs.get(first + 1).zxid() <= zxid + 1) {
            first++;
        }
        return first;
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

    private void apply(TxnEntry entry, LogScan scan) throws StorageException {
        long zxid = entry.zxid();
        requireFollows(zxid, scan);
        target.apply(entry);
        OptionalLong tree = target.treeDigest();
        judge(digests.snapshotMismatchAfter(entry, tree), scan.file(), scan.recordOffset());
        weigh(entry, tree, scan);
        firstZxid = replayedCount == 0 ? zxid : firstZxid;
        lastZxid = zxid;
        replayedCount++;
    }

    /** What leads to another digest than it says is not part of what is whole, until one is right and nothing is left out. */
    private void weigh(TxnEntry entry, OptionalLong tree, LogScan scan) throws StorageException {
        String mismatch = digests.mismatchAfter(entry, tree);
        if (mismatch == null) {
            return;
        }
        if (digestCheck == DigestCheck.WARN) {
            judge(mismatch, scan.file(), scan.recordOffset());
        } else {
            digests.doubt(new DigestTrail.Wrong(scan.file(), scan.recordOffset(), lastZxid, mismatch));
        }
    }

    private void requireFollows(long zxid, LogScan scan) throws CorruptLogException {
        boolean follows = ZxidOrder.follows(lastZxid, zxid);
        TornEnd before = torn;
        TornEnd lost = headless;
        torn = null;
        headless = null;
        if (before != null && (!follows || zxid != lastZxid + 1 && before.kind() != LogScan.End.TORN)) {
            throw lost(before, zxid, scan);
        }
        if (!follows) {
            throw new CorruptLogException(
                    scan.file(),
                    scan.recordOffset(),
                    "zxid " + Zxid.format(zxid) + " follows " + Zxid.format(lastZxid)
                            + ": what lies between is missing");
        }
        if (lost != null && zxid != lastZxid + 1) {
            throw lost(lost, zxid, scan);
        }
        if (before != null) {
            log.info(
                    "passed an unfinished end that a later log makes up for file={} offset={}",
                    before.file(),
                    before.offset());
        }
    }

    private static CorruptLogException lost(TornEnd end, long zxid, LogScan next) {
        return new CorruptLogException(
                end.file(),
                end.offset(),
                end.problem() + ", and " + next.file().getFileName() + " goes on with zxid " + Zxid.format(zxid)
                        + ": what lies between is lost");
    }

    // A snapshot holds effects of transactions that were durable when it was written.
    private void requireWholeSnapshot(ZxidFile file, List<ZxidFile> logs) throws CorruptLogException {
        OptionalLong needed = digests.needed();
        if (needed.isPresent() && needed.getAsLong() > lastZxid) {
            throw endsTooEarly(
                    logs, file.path().getFileName() + " was finished at zxid " + Zxid.format(needed.getAsLong()));
        }
    }

    private CorruptLogException endsTooEarly(List<ZxidFile> logs, String evidence) {
        TornEnd end = torn;
        Path file = logs.isEmpty()
                ? directory.logDirectory().resolve(ZxidFile.name(ZxidFile.LOG, lastZxid + 1))
                : logs.get(logs.size() - 1).path();
        return new CorruptLogException(
                end == null ? file : end.file(),
                end == null ? 0 : end.offset(),
                (end == null ? "" : end.problem() + ", and ") + "the history ends at zxid " + Zxid.format(lastZxid)
                        + ", but " + evidence);
    }

    private void requireWatermark(List<ZxidFile> logs) throws CorruptLogException {
        if (durableZxid() > lastZxid) {
            throw endsTooEarly(
                    logs,
                    directory.sideDirectory().resolve(Watermark.FILE) + " says that zxid " + Zxid.format(durableZxid())
                            + " was durable; if the loss is meant, as after restoring an older backup, delete that file");
        }
    }

    private Optional<Path> settled(List<ZxidFile> logs) throws StorageException {
        try {
            return settle(logs);
        } catch (StorageException e) {
            throw e;
        } catch (AccessDeniedException e) {
            throw new DirectoryRefusedException(directory.logDirectory(), "cannot be written: " + e, e);
        } catch (IOException e) {
            throw WriteFailedException.of(directory.logDirectory(), "settle", e);
        }
    }

    /** Cuts and deletes what is no history, and makes the rest durable. */
    private Optional<Path> settle(List<ZxidFile> logs) throws IOException {
        long durableZxid = durableZxid();
        for (Path each : empty) {
            log.warn("deleted a transaction log into which nothing had been written file={}", each);
            disk.delete(each);
        }
        TornEnd end = torn;
        if (end != null) {
            log.warn(
                    "cut an unfinished end off the newest log file={} offset={} lastZxid={}: {}",
                    end.file(),
                    end.offset(),
                    Zxid.format(lastZxid),
                    end.problem());
        }
        DataEnd last = newest;
        @Nullable Path copied = null;
        syncOlder(logs, durableZxid);
        if (last != null && durableZxid < lastZxid) {
            makeDurable(last);
            copied = last.file();
        }
        if (end != null && !end.file().equals(copied)) {
            DiskSteps.cut(disk, end.file(), end.offset());
        }
        disk.syncDirectory(directory.logDirectory());
        syncSnapshot(durableZxid);
        mark(last);
        return end == null ? Optional.empty() : Optional.of(end.file());
    }

    /** Syncs the logs before the newest that are not known to be durable: whoever wrote them may not have waited. */
    private void syncOlder(List<ZxidFile> logs, long durableZxid) throws IOException {
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
    private void syncSnapshot(long durableZxid) throws IOException {
        if (snapshot.isEmpty() || replayedCount > 0 || durableZxid >= lastZxid) {
            return;
        }
        // As it was read: it may be somebody else's, who lets us do nothing more.
        try (DiskFile open = disk.open(snapshot.get().path(), Disk.Mode.READ)) {
            open.sync();
        }
        disk.syncDirectory(directory.snapshotDirectory());
    }

    // Also without a log: if the only snapshot is lost, nothing else tells the directory from a new one.
    private void mark(@Nullable DataEnd last) {
        if (lastZxid > 0) {
            try (Watermark watermark = Watermark.open(disk, directory.sideDirectory())) {
                DataEnd end = last == null ? new DataEnd(directory.logDirectory(), 0) : last;
                watermark.mark(lastZxid, end.file(), end.offset());
            }
        }
    }

    private void judge(@Nullable String mismatch, Path file, long offset) throws StorageException {
        if (mismatch == null) {
            return;
        }
        if (digestCheck == DigestCheck.WARN) {
            if (!mismatchSeen) {
                log.warn("digest mismatch, going on as configured file={} offset={}: {}", file, offset, mismatch);
            }
            mismatchSeen = true;
            return;
        }
        if (snapshot.isEmpty()) {
            throw new CorruptLogException(file, offset, mismatch);
        }
        Path blamed = snapshot.get().path();
        String place = file.equals(blamed) ? "" : " (" + file.getFileName() + " at byte " + offset + ")";
        throw new CorruptSnapshotException(blamed, mismatch + place);
    }

    private static boolean isFirst(long zxid) {
        return zxid == 1 || zxid == Zxid.pack(1, 1);
    }

    private boolean holdsRecords(List<ZxidFile> logs) throws IOException {
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
