package baton.server.storage;

import baton.protocol.Zxid;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays the logs over one beginning, a snapshot or nothing, and refuses what does not belong together.
 *
 * <p>Other implementations leave unfinished ends where they are and go on in a new file, so a log that is not the newest
 * may end in one, if the next log goes on with the next transaction. Behind a log that has a header and nothing else members
 * of an ensemble go on in a later epoch; behind one without a header nobody does.
 *
 * <p>Another digest than the tree's is damage unless a later one of the same epoch is right: then it was the digest alone that
 * was wrong. Where an epoch begins transactions could be missing that a digest does not cover, such as those of sessions, so
 * nothing is forgiven across that.
 */
final class LogReplay {
    private static final Logger log = LoggerFactory.getLogger(LogReplay.class);

    private final DataDirectory directory;
    private final List<ZxidFile> logs;
    private final ReplayTarget target;
    private final DigestCheck digestCheck;
    private final CrashTraces crash;

    /** Whether a bad place in a log is simply where the history ends. */
    private final boolean salvaging;

    private final Optional<ZxidFile> snapshot;
    private final DigestTrail digests;
    private boolean mismatchSeen;
    private long firstZxid;
    private long lastZxid;
    private long replayedCount;

    /** Those of the files that were read to their end. */
    private long readBytes;

    /** The logs at the end of the history that have no record. */
    private final List<Path> empty = new ArrayList<>();

    private @Nullable DataEnd newest;
    private @Nullable TornEnd torn;
    private @Nullable TornEnd headless;

    /** The bad place of a log, until what follows shows whether it is the end of the history. */
    record TornEnd(Path file, long offset, LogScan.End kind, String problem) {}

    /** Where the records of a log end. */
    record DataEnd(Path file, long offset) {}

    /**
     * Prepares to replay.
     *
     * @param logs all there are, in order
     * @param salvaging whether a bad place in a log is simply where the history ends
     * @param snapshot what the target holds; nothing if it holds what every new server has
     */
    LogReplay(
            DataDirectory directory,
            List<ZxidFile> logs,
            ReplayTarget target,
            DigestCheck digestCheck,
            CrashTraces crash,
            boolean salvaging,
            Optional<ZxidFile> snapshot,
            DigestTrail digests) {
        this.directory = directory;
        this.logs = logs;
        this.target = target;
        this.digestCheck = digestCheck;
        this.crash = crash;
        this.salvaging = salvaging;
        this.snapshot = snapshot;
        this.digests = digests;
        this.lastZxid = snapshot.isPresent() ? snapshot.get().zxid() : 0;
    }

    /** Returns the last transaction of the history. */
    long lastZxid() {
        return lastZxid;
    }

    /** Returns how many transactions were applied. */
    long replayedCount() {
        return replayedCount;
    }

    /** Returns what the history began with; nothing if it was replayed from its beginning. */
    Optional<ZxidFile> snapshot() {
        return snapshot;
    }

    /** Returns what was made of the digests. */
    DigestTrail digests() {
        return digests;
    }

    /** Returns the logs behind the last transaction into which nothing was written. */
    List<Path> empty() {
        return empty;
    }

    /** Returns where the last transaction ends; null if no log has any. */
    @Nullable
    DataEnd newest() {
        return newest;
    }

    /** Returns the bad place at which the history ends; null if it ends with a whole record. */
    @Nullable
    TornEnd torn() {
        return torn;
    }

    /**
     * Replays everything.
     *
     * @param snapshotBytes how much was read before, as the target was told
     * @throws CorruptLogException if a log is damaged, or does not hold what it must
     * @throws CorruptSnapshotException if the logs do not lead from the snapshot to where they should
     */
    void run(long snapshotBytes) throws IOException {
        readBytes = snapshotBytes;
        digests.compareWithSnapshot(lastZxid, target.treeDigest());
        replay();
        if (snapshot.isPresent()) {
            requireWhole(snapshot.get().path());
        } else {
            requireNothingBefore();
        }
    }

    /** An ensemble's first epoch is 1, and so is the second of a server that has joined one. */
    private void requireNothingBefore() throws CorruptLogException {
        if (Zxid.epochOf(firstZxid) > 0 && !digests.isConfirmed()) {
            throw new CorruptLogException(
                    logs.get(0).path(),
                    LogFormat.HEADER_BYTES,
                    "begins with zxid " + Zxid.format(firstZxid)
                            + ", there is no snapshot, and nothing shows that there was"
                            + " nothing before: no digest is that of a tree that began empty");
        }
    }

    // A snapshot holds effects of transactions that were durable when it was written.
    private void requireWhole(Path file) throws StorageException {
        OptionalLong needed = digests.needed();
        if (needed.isPresent()) {
            requireReached(
                    needed.getAsLong(),
                    file.getFileName() + " was finished at zxid " + Zxid.format(needed.getAsLong()));
        }
        judge(digests.mismatchAtEnd(), file, 0);
    }

    /**
     * Requires the history to reach a transaction.
     *
     * @param evidence that it must
     */
    void requireReached(long zxid, String evidence) throws CorruptLogException {
        if (zxid <= lastZxid) {
            return;
        }
        TornEnd end = torn;
        Path file = logs.isEmpty()
                ? directory.logDirectory().resolve(ZxidFile.name(ZxidFile.LOG, lastZxid + 1))
                : logs.get(logs.size() - 1).path();
        throw new CorruptLogException(
                end == null ? file : end.file(),
                end == null ? 0 : end.offset(),
                (end == null ? "" : end.problem() + ", and ") + "the history ends at zxid " + Zxid.format(lastZxid)
                        + ", but " + evidence);
    }

    private void replay() throws IOException {
        try {
            replayAll();
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

    private void replayAll() throws IOException {
        for (int i = firstNeeded(logs, lastZxid); i < logs.size(); i++) {
            try (LogScan scan = LogScan.open(directory.disk(), logs.get(i).path())) {
                // What is not later is in the snapshot, or twice in the logs.
                TxnEntry entry = scan.nextAfter(lastZxid);
                if (i == logs.size() - 1 && crash.isOnlyBegun(logs.get(i), scan, lastZxid)) {
                    empty.add(scan.file());
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
                if (scan.end() == LogScan.End.BROKEN && !crash.isTornBatch(logs.get(i), scan, lastZxid)) {
                    String where = scan.recordOffset() == 0 ? "" : ": the file is damaged in its middle";
                    throw new CorruptLogException(scan.file(), scan.recordOffset(), scan.problem() + where);
                }
                if (scan.isEmpty()) {
                    empty.add(scan.file());
                    if (scan.isHeadless()) {
                        headless = new TornEnd(scan.file(), 0, scan.end(), scan.problem());
                    }
                    continue;
                }
                empty.clear();
                newest = new DataEnd(scan.file(), scan.dataEnd());
                if (scan.end() != LogScan.End.CLEAN) {
                    torn = new TornEnd(scan.file(), scan.dataEnd(), scan.end(), scan.problem());
                }
            }
        }
    }

    /** Says whether nothing that can be read of a damaged log is later than where the replay began: it is not needed. */
    private boolean isInSnapshot(ZxidFile file, LogScan scan) throws IOException {
        return replayedCount == 0 && file.zxid() <= lastZxid && scan.newestBehind() <= lastZxid;
    }

    /** Returns the index of the last log that begins at or before the first transaction to replay behind one. */
    static int firstNeeded(List<ZxidFile> logs, long zxid) {
        int first = 0;
        while (first + 1 < logs.size() && logs.get(first + 1).zxid() <= zxid + 1) {
            first++;
        }
        return first;
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
}
