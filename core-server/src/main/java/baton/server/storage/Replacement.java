package baton.server.storage;

import baton.protocol.Zxid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 * <p>What was there before is of another history, which must not be mistaken for what led to this state: it is moved to
 * {@code version-2.before-ZXID}, where it is of use to an operator alone.
 */
public final class Replacement {
    private static final Logger log = LoggerFactory.getLogger(Replacement.class);
    private static final String PREFIX = DiskSteps.UNFINISHED_PREFIX + "replacement.";

    private final Path unfinished;
    private final Path snapshot;
    private final long zxid;

    private Replacement(Path unfinished, Path snapshot, long zxid) {
        this.unfinished = unfinished;
        this.snapshot = snapshot;
        this.zxid = zxid;
    }

    /**
     * Writes one beside what is there. If that fails nothing is left of it, and nothing else was touched.
     *
     * @param name tells it from all others, as in {@link SentSnapshot}
     */
    static Replacement write(DataDirectory directory, String name, SnapshotForm form, SnapshotSource source, long zxid)
            throws StorageException {
        Path unfinished = directory.snapshotDirectory().resolve(PREFIX + name);
        Disk disk = directory.disk();
        try {
            FileSnapshots.writeUnfinished(disk, unfinished, form, source, zxid);
            return new Replacement(unfinished, directory.snapshotDirectory().resolve(form.nameOf(zxid)), zxid);
        } catch (IOException e) {
            FileSnapshots.deleteAfter(disk, e, unfinished);
            throw WriteFailedException.of(unfinished, "write", e);
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
     * @throws StorageException if it is not known which of the states a start will find
     */
    public void commit(DataDirectory held, long lastZxid) throws StorageException {
        if (Zxid.epochOf(lastZxid) >= Zxid.epochOf(zxid)) {
            throw new DirectoryRefusedException(
                    held.snapshotDirectory(),
                    "has come to zxid " + Zxid.format(lastZxid) + " meanwhile, and a state of zxid " + Zxid.format(zxid)
                            + " cannot follow that: send it again");
        }
        try {
            DiskSteps.replace(held.disk(), unfinished, snapshot);
        } catch (IOException e) {
            throw WriteFailedException.of(snapshot, "name", e);
        }
        log.warn("replaced the state lastZxid={} by={}", Zxid.format(lastZxid), snapshot);
        moveAside(held);
    }

    /** Of no consequence to a start: what cannot be moved is in the way of nothing, and deleted as old files are. */
    private void moveAside(DataDirectory held) {
        Path snapshots = held.snapshotDirectory();
        Path logs = held.logDirectory();
        try {
            List<Path> first = new ArrayList<>(old(ZxidFile.snapshots(held.disk(), snapshots)));
            // What an ensemble agreed on was about the other history; a member would find the new one too far ahead.
            first.addAll(held.epochFiles());
            moveAside(held.disk(), snapshots, first);
            moveAside(held.disk(), logs, old(ZxidFile.logs(held.disk(), logs)));
        } catch (IOException e) {
            log.warn("cannot move aside what was there before, leaving it in={}", snapshots, e);
        }
    }

    private List<Path> old(List<ZxidFile> files) {
        return files.stream()
                .filter(each -> each.zxid() < zxid)
                .map(ZxidFile::path)
                .toList();
    }

    private void moveAside(Disk disk, Path from, List<Path> files) throws IOException {
        if (files.isEmpty()) {
            return;
        }
        Path aside = from.resolveSibling(from.getFileName() + ".before-" + Long.toHexString(zxid));
        disk.createDirectories(aside);
        for (Path each : files) {
            disk.rename(each, aside.resolve(each.getFileName()));
        }
        disk.syncDirectory(aside);
        disk.syncDirectory(from);
        log.info("moved aside files={} to={}", files.size(), aside);
    }
}
