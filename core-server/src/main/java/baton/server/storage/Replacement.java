package baton.server.storage;

import baton.protocol.Zxid;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A state that is to take the place of all that a directory holds.
 *
 * <p>It is written, and synced, under a name that no release takes for a snapshot, while a server may go on with what is
 * there. Once that server has let go of the directory it is {@linkplain #commit given its name}: that one step is what
 * replaces the state. Before it a start finds the old state, behind it the new one, for its zxid is of a later epoch than
 * everything in the directory. So no zxid is used twice, and no client sees the history go back.
 *
 * <p>What was there before is of another history, which must not be mistaken for what led to this state. Whoever opens the
 * directory next {@linkplain #finish moves it aside} before reading anything, to {@code version-2.before-ZXID}, or to {@code
 * version-2/before-ZXID} if that is a volume of its own, where it is of use to an operator alone. That this is to be done says {@code version-2.ext/replaced-by.ZXID}, from before the name is
 * given until all is moved; while there is no snapshot of that name, it says nothing.
 */
public final class Replacement {
    private static final Logger log = LoggerFactory.getLogger(Replacement.class);
    private static final String PREFIX = DiskSteps.UNFINISHED_PREFIX + "replacement.";

    private static final String MARK = "replaced-by";

    private final Disk disk;
    private final Path unfinished;
    private final Path snapshot;
    private final long zxid;
    private final CompletableFuture<Void> durable = new CompletableFuture<>();
    private volatile boolean committed;

    private Replacement(Disk disk, Path unfinished, Path snapshot, long zxid) {
        this.disk = disk;
        this.unfinished = unfinished;
        this.snapshot = snapshot;
        this.zxid = zxid;
    }

    /**
     * Writes one beside what is there. If that fails nothing is left of it, and nothing else was touched.
     *
     * @param name tells it from all others, as in {@link SentSnapshot}
     * @param source may throw a {@link CancellationException} to end this
     */
    static Replacement write(DataDirectory directory, String name, SnapshotForm form, SnapshotSource source, long zxid)
            throws StorageException {
        Path unfinished = directory.snapshotDirectory().resolve(PREFIX + name);
        Disk disk = directory.disk();
        try {
            FileSnapshots.writeUnfinished(disk, unfinished, form, source, zxid);
            return new Replacement(
                    disk, unfinished, directory.snapshotDirectory().resolve(form.nameOf(zxid)), zxid);
        } catch (IOException e) {
            FileSnapshots.deleteAfter(disk, e, unfinished);
            throw WriteFailedException.of(unfinished, "write", e);
        } catch (CancellationException e) {
            delete(disk, unfinished);
            throw e;
        }
    }

    private static void delete(Disk disk, Path unfinished) {
        try {
            if (disk.exists(unfinished)) {
                disk.delete(unfinished);
            }
        } catch (IOException e) {
            log.warn("left a file behind, which the next start deletes file={}", unfinished, e);
        }
    }

    /** Returns the last transaction of the state. */
    public long zxid() {
        return zxid;
    }

    /**
     * Replaces what the directory holds; the same files as when this was written, and whoever used them has ended.
     *
     * @param lastZxid the last transaction that is in the directory
     * @throws StorageException if it is not known which of the states a start will find, or the old one
     */
    public void commit(DataDirectory held, long lastZxid) throws StorageException {
        if (Zxid.epochOf(lastZxid) >= Zxid.epochOf(zxid)) {
            throw new DirectoryRefusedException(
                    held.snapshotDirectory(),
                    "has come to zxid " + Zxid.format(lastZxid) + " meanwhile, and a state of zxid " + Zxid.format(zxid)
                            + " cannot follow that: send it again");
        }
        Path mark = held.sideDirectory().resolve(ZxidFile.name(MARK, zxid));
        try {
            mark(mark);
            disk.rename(unfinished, snapshot);
            committed = true;
            disk.syncDirectory(held.snapshotDirectory());
        } catch (IOException e) {
            throw WriteFailedException.of(snapshot, "name", e);
        }
        log.warn("replaced the state lastZxid={} by={}", Zxid.format(lastZxid), snapshot);
        durable.complete(null);
    }

    private void mark(Path mark) throws IOException {
        try (DiskFile created = disk.open(mark, Disk.Mode.CREATE)) {
            created.sync();
        }
        disk.syncDirectory(DiskSteps.parentOf(mark));
    }

    /** Says whether it was given its name: then a start finds it, or, after a power cut at once, what was before. */
    public boolean isCommitted() {
        return committed;
    }

    /** Has somebody told as soon as a start finds it whatever happens, on the thread that sees to that. */
    public void whenDurable(Runnable told) {
        var unused = durable.thenRun(told);
    }

    /** Forgets it, if it was not {@linkplain #commit committed}. */
    public void discardUnlessCommitted() {
        if (!isCommitted()) {
            delete(disk, unfinished);
        }
    }

    /**
     * Moves aside what a replaced state has left, if that is not done yet. Before anything is read from the directory.
     *
     * @param between run for every file that is moved and every directory that is synced
     * @throws WriteFailedException if it cannot be done; it can be done again
     */
    static void finish(DataDirectory held, Runnable between) throws StorageException {
        Path side = held.sideDirectory();
        try {
            for (ZxidFile mark : ZxidFile.list(held.disk(), side, MARK)) {
                finish(held, mark.zxid(), between);
                held.disk().delete(mark.path());
                held.disk().syncDirectory(side);
                between.run();
            }
        } catch (IOException e) {
            throw WriteFailedException.of(held.snapshotDirectory(), "move aside what was replaced in", e);
        }
    }

    /**
     * Returns the last transaction of a state beside which there still may be what it has replaced; nothing if there is none,
     * or all was moved aside.
     */
    static OptionalLong unfinished(DataDirectory held) throws IOException {
        Disk disk = held.disk();
        List<ZxidFile> snapshots = ZxidFile.snapshots(disk, held.snapshotDirectory());
        return ZxidFile.list(disk, held.sideDirectory(), MARK).stream()
                .mapToLong(ZxidFile::zxid)
                .filter(marked -> isThere(marked, snapshots))
                .max();
    }

    private static boolean isThere(long zxid, List<ZxidFile> snapshots) {
        return snapshots.stream().anyMatch(each -> each.zxid() == zxid);
    }

    private static void finish(DataDirectory held, long zxid, Runnable between) throws IOException {
        Disk disk = held.disk();
        Path logs = held.logDirectory();
        List<ZxidFile> snapshots = ZxidFile.snapshots(disk, held.snapshotDirectory());
        if (!isThere(zxid, snapshots)) {
            return;
        }
        // A crash may have come in front of it: what is moved must not be all that a power cut leaves.
        disk.syncDirectory(held.snapshotDirectory());
        between.run();
        List<Path> first = new ArrayList<>(before(zxid, snapshots));
        // What an ensemble agreed on was about the other history; a member would find the new one too far ahead.
        first.addAll(held.epochFiles());
        moveAside(disk, held.snapshotDirectory(), first, zxid, between);
        moveAside(disk, logs, before(zxid, ZxidFile.logs(disk, logs)), zxid, between);
    }

    private static List<Path> before(long zxid, List<ZxidFile> files) {
        return files.stream()
                .filter(each -> each.zxid() < zxid)
                .map(ZxidFile::path)
                .toList();
    }

    private static void moveAside(Disk disk, Path from, List<Path> files, long zxid, Runnable between)
            throws IOException {
        if (files.isEmpty()) {
            return;
        }
        String name = "before-" + Long.toHexString(zxid);
        Path aside = from.resolveSibling(from.getFileName() + "." + name);
        disk.createDirectories(aside);
        try {
            rename(disk, files, aside, between);
        } catch (AtomicMoveNotSupportedException e) {
            // The directory is a volume of its own, or leads to one.
            disk.delete(aside);
            aside = from.resolve(name);
            disk.createDirectories(aside);
            rename(disk, files, aside, between);
        }
        disk.syncDirectory(aside);
        between.run();
        disk.syncDirectory(from);
        between.run();
        log.info("moved aside files={} to={}", files.size(), aside);
    }

    private static void rename(Disk disk, List<Path> files, Path aside, Runnable between) throws IOException {
        for (Path each : files) {
            disk.rename(each, aside.resolve(each.getFileName()));
            between.run();
        }
    }
}
