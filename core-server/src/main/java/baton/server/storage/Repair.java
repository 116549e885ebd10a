package baton.server.storage;

import baton.protocol.Zxid;
import baton.server.storage.Recovery.Salvage;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up the end of a damaged history, on the word of an operator who knows what is lost.
 *
 * <p>What may go is what {@link Recovery} cannot prove to be whole, and only that: the operator names the last transaction
 * to keep, and it must be the last that can be kept. All files of all directories are copied aside first. Then the snapshots behind the
 * one that the kept state begins with go, the logs behind its end and what follows in the log it ends in, and at last the
 * {@link Watermark}; a repair that is interrupted can simply be done again.
 */
public final class Repair implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Repair.class);

    private final DataDirectory directory;
    private final Disk disk;
    private final ReplayTarget target;
    private final DigestCheck digestCheck;
    private final long batchBytesMax;

    /**
     * Prepares to repair a directory.
     *
     * @param directory taken over: closed with this
     * @param target what is read is replayed into it, more than once
     * @param digestCheck that of the server whose directory it is, and so are the settings
     */
    public Repair(DataDirectory directory, ReplayTarget target, DigestCheck digestCheck, LogSettings settings) {
        this.directory = directory;
        this.disk = directory.disk();
        this.target = target;
        this.digestCheck = digestCheck;
        this.batchBytesMax = settings.batchBytesMax(directory);
    }

    /**
     * Returns why the directory would be refused; nothing if it would not be. Changes nothing.
     *
     * @throws DirectoryRefusedException if a server that starts there has something to finish before it reads anything
     */
    public Optional<StorageException> refusal() throws StorageException {
        requireNothingUnfinished();
        return Recovery.refusal(directory, target, digestCheck, batchBytesMax);
    }

    /**
     * Makes the transaction the last one.
     *
     * @param copySuffix ends the names of the directories' copies, which must not be there yet
     * @return the copies
     * @throws DirectoryRefusedException if nothing is damaged, or the history is whole up to another transaction
     * @throws WriteFailedException if a step failed; repeating all of them is safe
     */
    public List<Path> acceptLossAfter(long zxid, String copySuffix) throws StorageException {
        if (refusal().isEmpty()) {
            throw refused("is not damaged: there is nothing to repair");
        }
        Salvage kept = Recovery.salvage(directory, target, digestCheck, batchBytesMax)
                .orElseThrow(() -> refused("holds no state that is provably whole: restore it from a backup"));
        if (kept.zxid() != zxid) {
            throw refused("is whole up to zxid " + Zxid.format(kept.zxid()) + ", not " + Zxid.format(zxid));
        }
        Path current = directory.logDirectory();
        try {
            Set<Path> copies = copyAside(copySuffix);
            current = directory.snapshotDirectory();
            deleteSnapshotsBehind(kept.snapshot());
            current = directory.logDirectory();
            endLogsAfter(zxid);
            forgetWatermark();
            Optional<StorageException> left = refusal();
            if (left.isPresent()) {
                throw left.get();
            }
            return List.copyOf(copies);
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw WriteFailedException.of(current, "repair", e);
        }
    }

    @Override
    public void close() throws StorageException {
        directory.close();
    }

    private void requireNothingUnfinished() throws StorageException {
        OptionalLong restored;
        try {
            restored = Replacement.unfinished(directory);
        } catch (IOException e) {
            throw new DirectoryRefusedException(directory.snapshotDirectory(), "cannot be read: " + e, e);
        }
        if (restored.isPresent()) {
            throw refused("has been restored as zxid " + Zxid.format(restored.getAsLong())
                    + ", and a crash came before what was there was moved aside: start the server, which finishes that, and"
                    + " repair what it refuses then");
        }
    }

    private DirectoryRefusedException refused(String why) {
        return new DirectoryRefusedException(directory.snapshotDirectory(), why);
    }

    private Set<Path> copyAside(String suffix) throws IOException {
        Set<Path> originals = new LinkedHashSet<>(List.of(
                directory.snapshotDirectory().toAbsolutePath(),
                directory.logDirectory().toAbsolutePath(),
                directory.sideDirectory().toAbsolutePath()));
        Set<Path> copies = new LinkedHashSet<>();
        for (Path each : originals) {
            Path copy = each.resolveSibling(each.getFileName() + suffix);
            disk.createDirectories(copy);
            for (Path file : disk.list(each)) {
                if (!disk.isFile(file)) {
                    continue; // What was there before a restore, say: it is not touched.
                }
                long unreadable = DiskSteps.copyReadable(disk, file, copy.resolve(file.getFileName()));
                if (unreadable > 0) {
                    log.warn("copied with zeros for what cannot be read file={} bytes={}", file, unreadable);
                }
            }
            disk.syncDirectory(copy);
            copies.add(copy);
        }
        return copies;
    }

    private void deleteSnapshotsBehind(Optional<ZxidFile> kept) throws IOException {
        for (ZxidFile each : ZxidFile.snapshots(disk, directory.snapshotDirectory())) {
            if (kept.isEmpty() || each.zxid() > kept.get().zxid()) {
                delete(each.path());
            }
        }
        disk.syncDirectory(directory.snapshotDirectory());
    }

    /** From the newest log back to the one in which the history ends. */
    private void endLogsAfter(long zxid) throws IOException {
        List<ZxidFile> logs = ZxidFile.logs(disk, directory.logDirectory());
        for (int i = logs.size() - 1; i >= 0; i--) {
            long end = endOfHistory(disk, logs.get(i), zxid);
            if (end > LogFormat.HEADER_BYTES) {
                log.warn("cut file={} at={} lastZxid={}", logs.get(i).path(), end, Zxid.format(zxid));
                DiskSteps.cut(disk, logs.get(i).path(), end);
                break;
            }
            delete(logs.get(i).path());
        }
        disk.syncDirectory(directory.logDirectory());
    }

    /** Returns the position behind the last whole record up to the zxid. */
    private static long endOfHistory(Disk disk, ZxidFile file, long zxid) {
        long end = 0;
        if (file.zxid() > zxid) {
            return end;
        }
        try (LogScan scan = LogScan.open(disk, file.path())) {
            for (TxnEntry entry = scan.next(); entry != null && entry.zxid() <= zxid; entry = scan.next()) {
                end = scan.dataEnd();
            }
        } catch (IOException e) {
            log.info("ends at a place that cannot be read file={} offset={}", file.path(), end, e);
        }
        return end;
    }

    private void forgetWatermark() throws IOException {
        Path file = directory.sideDirectory().resolve(Watermark.FILE);
        if (disk.exists(file)) {
            delete(file);
            disk.syncDirectory(directory.sideDirectory());
        }
    }

    private void delete(Path file) throws IOException {
        log.warn("deleted file={}", file);
        disk.delete(file);
    }
}
