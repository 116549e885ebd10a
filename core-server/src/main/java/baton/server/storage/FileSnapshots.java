package baton.server.storage;

import baton.protocol.Acl;
import baton.protocol.Zxid;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of a data directory.
 *
 * <p>A snapshot is written under a name no release takes for a snapshot, forced, and only then renamed to
 * {@code snapshot.<zxid>}: what bears that name is whole, unless the disk damaged it later. Read are also those that
 * others packed ({@code .gz}, {@code .snappy}); see {@link SnapshotForm}.
 *
 * <p>Only what was synced and read back since counts as a snapshot when older files are deleted.
 *
 * <p>Used by one thread at a time.
 */
public final class FileSnapshots {
    /** Fewest snapshots that purging may leave. */
    public static final int KEPT_MIN = 3;

    private static final Logger log = LoggerFactory.getLogger(FileSnapshots.class);
    private static final String UNFINISHED_PREFIX = DiskSteps.UNFINISHED_PREFIX + ZxidFile.SNAPSHOT + ".";

    private final DataDirectory directory;
    private final Disk disk;
    private final SnapshotForm form;

    /** Snapshots synced and read back in this process's life, so that purging reads each only once. */
    private final Set<Path> verified = new HashSet<>();

    /** Read to their last byte once: the logs that count for less than they seem to be. */
    private final Map<Holdings.Held, Holdings.Held> writtenLogs = new HashMap<>();

    // Written by the thread that uses the snapshots.
    private volatile @Nullable WrittenSnapshot newest;
    private boolean lastWriteFailed;
    private boolean crowdTold;

    /** Opens the snapshots of a directory; new ones are written in plain form. */
    public FileSnapshots(DataDirectory directory) {
        this(directory, SnapshotForm.PLAIN);
    }

    /** Opens the snapshots of a directory; new ones are written in the form, all forms are read. */
    public FileSnapshots(DataDirectory directory, SnapshotForm form) {
        this.directory = directory;
        this.disk = directory.disk();
        this.form = form;
    }

    SnapshotForm form() {
        return form;
    }

    /** Returns the size of the newest snapshot, as far as it is known. Callable from any thread. */
    public long newestBytes() {
        WrittenSnapshot written = newest;
        return written == null ? 0 : written.bytes();
    }

    /** Returns the newest snapshot, if there is one. Callable from any thread. */
    public Optional<WrittenSnapshot> newest() {
        return Optional.ofNullable(newest);
    }

    /** Takes a snapshot that was there already for the newest. */
    void measure(ZxidFile file) throws IOException {
        try (DiskFile open = disk.open(file.path(), Disk.Mode.READ)) {
            newest = new WrittenSnapshot(file.path(), file.zxid(), open.size(), disk.modifiedMillis(file.path()));
        }
    }

    /**
     * Writes a snapshot, and returns when it survives a power cut.
     *
     * <p>If this fails the earlier snapshots and all logs are untouched, so the server may go on and try again later.
     *
     * @param zxid last transaction whose effects are all in the source
     */
    public Path write(SnapshotSource source, long zxid) throws StorageException {
        Path file = directory.snapshotDirectory().resolve(form.nameOf(zxid));
        Path unfinished = directory.snapshotDirectory().resolve(UNFINISHED_PREFIX + Long.toHexString(zxid));
        lastWriteFailed = true;
        try {
            long bytes = writeUnfinished(disk, unfinished, form, source, zxid);
            verified.remove(file);
            DiskSteps.replace(disk, unfinished, file);
            lastWriteFailed = false;
            newest = new WrittenSnapshot(file, zxid, bytes, disk.modifiedMillis(file));
            return file;
        } catch (IOException e) {
            // Want of space says nothing against the files that are there, and without purging it would never end.
            lastWriteFailed = !WriteFailedException.saysDiskFull(e);
            deleteAfter(disk, e, unfinished);
            throw WriteFailedException.of(file, "write", e);
        }
    }

    /** Writes a snapshot to a name of its own, synced; returns its size. */
    static long writeUnfinished(Disk disk, Path file, SnapshotForm form, SnapshotSource source, long zxid)
            throws IOException {
        if (disk.exists(file)) {
            disk.delete(file);
        }
        try (DiskFile created = disk.open(file, Disk.Mode.CREATE)) {
            DiskOutput output = new DiskOutput(created);
            try (OutputStream packed = form.pack(output)) {
                SnapshotFormat.write(source, zxid, packed);
            }
            created.sync();
            return output.sizeBytes();
        }
    }

    /** Opens a snapshot to be copied as it is. */
    public InputStream open(WrittenSnapshot snapshot) throws StorageException {
        try {
            return new DiskInput(disk.open(snapshot.file(), Disk.Mode.READ));
        } catch (IOException e) {
            throw new WriteFailedException(snapshot.file(), "read", e);
        }
    }

    /**
     * Reads a snapshot into the sink.
     *
     * @throws CorruptSnapshotException if it is not whole; the sink has then got some of it
     * @throws DirectoryRefusedException if it may not be read
     * @throws CancellationException if the sink throws it, which says nothing about the snapshot
     */
    Optional<SnapshotDigest> read(ZxidFile file, SnapshotSink sink) throws StorageException {
        SnapshotEpilogue end = read(disk, file.path(), file.form(), sink);
        if (end.lastZxid().isPresent() && end.lastZxid().getAsLong() < file.zxid()) {
            throw new CorruptSnapshotException(
                    file.path(),
                    "was finished at zxid " + Zxid.format(end.lastZxid().getAsLong())
                            + ", before the one in its name: it was renamed, or copied over another");
        }
        return end.digest();
    }

    static SnapshotEpilogue read(Disk disk, Path file, SnapshotForm form, SnapshotSink sink) throws StorageException {
        try (InputStream in = form.open(disk, file, sink)) {
            return SnapshotFormat.read(in, new LongFields(disk, file, form, sink), sink);
        } catch (NoSuchFileException e) {
            throw new CorruptSnapshotException(file, "is gone", e);
        } catch (AccessDeniedException e) {
            // Not damage: who may not read it must not be told to give it up.
            throw new DirectoryRefusedException(DiskSteps.parentOf(file), "cannot be read: " + e, e);
        } catch (EOFException | ZipException e) {
            throw new CorruptSnapshotException(file, "cut off or damaged: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CorruptSnapshotException(file, String.valueOf(e.getMessage()), e);
        } catch (CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            // The sink saw content whose seals were not checked yet.
            throw new CorruptSnapshotException(file, "content makes no sense: " + e, e);
        }
    }

    /**
     * Reads a snapshot to its end, whether or not that was done before; if it is corrupt it counts no more.
     *
     * @param between run after every {@link Scrub#STRETCH} nodes
     */
    void readAgain(ZxidFile file, Runnable between) throws StorageException {
        verified.remove(file.path());
        read(file, new Discard(between));
    }

    /**
     * Deletes what the newest {@code keptCount} snapshots, those spared and the logs behind them make unnecessary; and more of
     * the oldest, down to one, as long as what is left takes more than half of its volume.
     *
     * <p>Only snapshots that were synced and then read back whole count. With fewer than {@code keptCount} of them
     * nothing is deleted unless room lacks, nor after a snapshot could not be written for another reason than want of space;
     * and never anything newer than the oldest one counted, nor a log behind one kept. Safe while the server runs and writes
     * its log.
     *
     * @param keptCount at least {@link #KEPT_MIN}
     * @param spared snapshots that are kept beside those
     * @param between run every few kilobytes while snapshots are read back; a {@link CancellationException} of it ends the
     *     purge before anything is deleted, and is passed on
     * @return the files deleted
     */
    public List<Path> purge(int keptCount, List<Path> spared, Runnable between) throws StorageException {
        if (keptCount < KEPT_MIN) {
            throw new IllegalArgumentException("keptCount=" + keptCount + ": must be at least " + KEPT_MIN);
        }
        if (lastWriteFailed) {
            return List.of();
        }
        try {
            Holdings all = Holdings.of(directory, writtenLogs);
            boolean fit = all.fit();
            if (fit && !mayPurge(all, keptCount)) {
                return List.of();
            }
            List<ZxidFile> whole = newestWhole(all, keptCount, between);
            boolean areEnough = whole.size() == keptCount;
            if (whole.isEmpty() || fit && !areEnough) {
                return List.of();
            }
            long oldest = areEnough ? whole.get(keptCount - 1).zxid() : 0;
            Holdings wanted = all.keeping(each -> each.zxid() >= oldest || spared.contains(each.path()));
            Holdings kept = wanted.fitting(whole.get(0).zxid());
            tellIfCrowded(wanted, kept);
            List<Path> deleted = new ArrayList<>(delete(directory.snapshotDirectory(), all.snapshotsBeyond(kept)));
            verified.removeAll(deleted);
            deleted.addAll(delete(directory.logDirectory(), all.logsBeyond(kept)));
            return deleted;
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new WriteFailedException(directory.snapshotDirectory(), "purge", e);
        }
    }

    private void tellIfCrowded(Holdings wanted, Holdings kept) {
        boolean fewer = kept.snapshots().size() < wanted.snapshots().size();
        if (fewer && !crowdTold) {
            log.warn(
                    "old snapshots and their logs take more than half of the volume, keeping fewer kept={} of={} in={}",
                    kept.snapshots().size(),
                    wanted.snapshots().size(),
                    directory.snapshotDirectory());
        }
        crowdTold = fewer || crowdTold && !wanted.fit();
    }

    private List<Path> delete(Path from, List<Path> files) throws IOException {
        for (Path each : files) {
            disk.delete(each);
        }
        disk.syncDirectory(from);
        return files;
    }

    /** Says whether a purge would keep fewer snapshots than there are because of the room they take. */
    public boolean isCrowded() {
        try {
            Holdings all = Holdings.of(directory, writtenLogs);
            return !all.fit() && all.snapshots().size() > 1;
        } catch (IOException e) {
            log.warn("cannot tell how much room files take in={}", directory.snapshotDirectory(), e);
            return false;
        }
    }

    /** As {@link #purge(int, List, Runnable)}, to its end and sparing nothing. */
    public List<Path> purge(int keptCount) throws StorageException {
        return purge(keptCount, List.of(), () -> {});
    }

    /** Deletes what a crash left half written, by us or by others. */
    void deleteUnfinished() throws StorageException {
        for (Path each : List.of(directory.snapshotDirectory(), directory.logDirectory(), directory.sideDirectory())) {
            deleteUnfinished(each);
        }
    }

    private void deleteUnfinished(Path current) throws StorageException {
        try {
            for (Path entry : disk.list(current)) {
                String name = entry.getFileName().toString();
                boolean ours = name.startsWith(DiskSteps.UNFINISHED_PREFIX);
                boolean theirs = name.startsWith(ZxidFile.SNAPSHOT + ".") && name.endsWith(".tmp");
                if (ours || theirs) {
                    deleteUnlessGone(entry);
                }
            }
        } catch (IOException e) {
            throw new WriteFailedException(current, "clean up", e);
        }
    }

    private void deleteUnlessGone(Path unfinished) throws IOException {
        try {
            disk.delete(unfinished);
            log.info("deleted unfinished file={}", unfinished);
        } catch (NoSuchFileException e) {
            log.debug("whoever wrote it was quicker to delete it file={}", unfinished, e);
        }
    }

    /** Says whether anything could go if all snapshots were whole: only then is it worth reading them. */
    private static boolean mayPurge(Holdings all, int keptCount) {
        int count = all.snapshots().size();
        return count > keptCount
                || count == keptCount
                        && !all.logsBeyond(all.keeping(each -> true)).isEmpty();
    }

    /** Returns so many, or as many as there are, the newest first. */
    private List<ZxidFile> newestWhole(Holdings all, int count, Runnable between) throws IOException {
        List<ZxidFile> whole = new ArrayList<>();
        for (int i = all.snapshots().size() - 1; i >= 0 && whole.size() < count; i--) {
            ZxidFile each = all.snapshots().get(i).file();
            if (isWhole(each, between)) {
                whole.add(each);
            }
        }
        return whole;
    }

    private boolean isWhole(ZxidFile file, Runnable between) throws StorageException {
        if (verified.contains(file.path())) {
            return true;
        }
        try {
            // Others leave theirs to the system, and what is read back need not have reached the disk.
            DiskSteps.sync(disk, file.path());
            disk.syncDirectory(directory.snapshotDirectory());
        } catch (IOException e) {
            throw new WriteFailedException(file.path(), "sync", e);
        }
        try {
            if (!endsSealed(file, between)) {
                read(file, new Discard(between));
            }
            verified.add(file.path());
            return true;
        } catch (CorruptSnapshotException e) {
            log.warn("kept a corrupt snapshot out of the count while purging: {}", e.getMessage());
            return false;
        }
    }

    private boolean endsSealed(ZxidFile file, Runnable between) {
        try (InputStream in = file.form().open(disk, file.path())) {
            return SnapshotFormat.endsSealed(in, file.zxid(), between);
        } catch (IOException e) {
            return false; // What is wrong with it, reading it as a snapshot will tell.
        }
    }

    static void deleteAfter(Disk disk, IOException failure, Path file) {
        try {
            if (disk.exists(file)) {
                disk.delete(file);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Reading to the end is enough: the seals tell whether the bytes are those that were written. */
    private static final class Discard implements SnapshotSink {
        private final Runnable between;
        private int nodes;

        Discard(Runnable between) {
            this.between = between;
        }

        @Override
        public void readAhead() {
            between.run();
        }

        @Override
        public void session(long sessionId, int timeoutMillis) {}

        @Override
        public void acl(long aclId, List<Acl> acl) {}

        @Override
        public boolean node(SnapshotNode node) {
            if (++nodes % Scrub.STRETCH == 0) {
                between.run();
            }
            return true;
        }
    }
}
