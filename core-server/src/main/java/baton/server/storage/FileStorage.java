package baton.server.storage;

import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's directory, opened and recovered: its history so far, the log that goes on with it, and its snapshots.
 *
 * <p>Closing it closes the log and lets other servers in; do so after the threads that use log and snapshots have ended.
 */
public final class FileStorage implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileStorage.class);

    private final DataDirectory directory;
    private final FileSnapshots snapshots;
    private final RecoveredState recovered;
    private final ReserveFile reserve;
    private final SpaceWatch space;
    private final FileLog txns;

    private FileStorage(
            DataDirectory directory,
            FileSnapshots snapshots,
            RecoveredState recovered,
            ReserveFile reserve,
            SpaceWatch space,
            FileLog txns) {
        this.directory = directory;
        this.snapshots = snapshots;
        this.recovered = recovered;
        this.reserve = reserve;
        this.space = space;
        this.txns = txns;
    }

    /**
     * Recovers the directory into the target. If it has no snapshot one is written at once: other implementations refuse
     * logs without any.
     *
     * @param directory taken over: closed with the storage, or if this fails
     * @param source shows the state that the target was given
     */
    public static FileStorage open(
            DataDirectory directory,
            ReplayTarget target,
            SnapshotSource source,
            DigestCheck digestCheck,
            LogSettings settings,
            SnapshotForm form)
            throws StorageException {
        return open(directory, target, source, digestCheck, settings, form, () -> {});
    }

    /**
     * As {@link #open(DataDirectory, ReplayTarget, SnapshotSource, DigestCheck, LogSettings, SnapshotForm)}, for somebody who
     * wants to know whether it gets on.
     *
     * @param between run for every piece of the work of which the target learns nothing
     */
    public static FileStorage open(
            DataDirectory directory,
            ReplayTarget target,
            SnapshotSource source,
            DigestCheck digestCheck,
            LogSettings settings,
            SnapshotForm form,
            Runnable between)
            throws StorageException {
        try {
            Replacement.finish(directory, between);
            FileSnapshots snapshots = new FileSnapshots(directory, form);
            RecoveredState recovered =
                    Recovery.run(directory, snapshots, target, digestCheck, settings.batchBytesMax(directory));
            if (recovered.needsSnapshot()) {
                snapshots.write(source, recovered.lastZxid());
            }
            ReserveFile reserve =
                    new ReserveFile(directory.disk(), directory.sideDirectory(), settings.reserveFileBytes());
            SpaceWatch space = new SpaceWatch(
                    directory.disk(),
                    List.of(directory.logDirectory(), directory.snapshotDirectory()),
                    // A snapshot must fit beside the one it replaces, and logs go on meanwhile.
                    () -> settings.spaceReserveBytes() == 0
                            ? 0
                            : Math.max(settings.spaceReserveBytes(), 2 * snapshots.newestBytes()),
                    reserve);
            prepare(reserve, between);
            space.look();
            FileLog txns = new FileLog(directory, recovered.lastZxid(), settings, reserve, space);
            return new FileStorage(directory, snapshots, recovered, reserve, space, txns);
        } catch (StorageException | RuntimeException | Error e) {
            directory.closeAfter(e);
            throw e;
        }
    }

    // Without it there is a moment in which a disk that fills up would end the server.
    private static void prepare(ReserveFile reserve, Runnable between) {
        try {
            reserve.prepare(between);
        } catch (StorageException e) {
            log.warn("cannot prepare a reserve yet, taking little until there is one: {}", e.getMessage());
        }
    }

    public DataDirectory directory() {
        return directory;
    }

    public FileSnapshots snapshots() {
        return snapshots;
    }

    public RecoveredState recovered() {
        return recovered;
    }

    public FileLog log() {
        return txns;
    }

    /** Returns what the log falls back on when the disk is full; another is made by the thread that writes snapshots. */
    public ReserveFile reserve() {
        return reserve;
    }

    /** Returns the log's next file, which the thread that writes snapshots fills. */
    public NextLog nextLog() {
        return txns.next();
    }

    /**
     * Takes numbers for sessions that no run of a server on this directory was given before, whatever its clock says.
     *
     * @param atLeast where they may begin
     * @return the first of so many
     */
    public long takeNumbers(long atLeast, long count) {
        return new NumbersFile(directory.disk(), directory.sideDirectory()).take(atLeast, count);
    }

    /** Says whether the disk would be far from nearly full even with so many bytes less. Callable from any thread. */
    public boolean canSpare(long bytes) {
        try {
            return space.canSpare(bytes);
        } catch (IOException e) {
            log.warn("cannot tell how much space is left in={}", directory.snapshotDirectory(), e);
            return false;
        }
    }

    /**
     * Makes room for a snapshot that somebody sends. Callable from any thread.
     *
     * @param name of its file, which no other has that may still be written
     */
    public SentSnapshot receive(String name) throws StorageException {
        return SentSnapshot.create(directory, name, this::canSpare);
    }

    /**
     * Writes a state that is to take the place of this one, in the form of snapshots. Callable from any thread.
     *
     * @param name of its file, as for {@link #receive}
     * @param zxid the last transaction in it, of a later epoch than any in the directory
     */
    public Replacement replacement(String name, SnapshotSource source, long zxid) throws StorageException {
        return Replacement.write(directory, name, snapshots.form(), source, zxid);
    }

    /**
     * Reads a snapshot, which may have been written while its tree changed, and the log behind it up to one transaction: the
     * state right after that. For the thread that writes snapshots.
     *
     * @param zxid a transaction that is durable, at or behind that of the snapshot
     * @param between as with {@link #scrub}
     */
    public void read(WrittenSnapshot snapshot, long zxid, ReplayTarget target, Runnable between)
            throws StorageException {
        CatchUp.run(directory, snapshot, zxid, target, between);
    }

    /**
     * Reads every file that a recovery could need, for the thread that writes snapshots.
     *
     * @param between run every few records: what that thread has to do must not wait for the end of this; a {@link
     *     java.util.concurrent.CancellationException} of it is the end, and passed on
     * @return what is damaged, a line for each file
     */
    public List<String> scrub(Runnable between) throws StorageException {
        return Scrub.run(directory, snapshots, between);
    }

    /**
     * Closes the log, and gives up the directory held as it is, for whoever goes on with it at once. Instead of {@link #close}.
     *
     * <p>Of a log that has failed before this says nothing: whoever has used it knows.
     *
     * @throws StorageException if what was appended cannot be forced; then other servers are let in
     */
    public DataDirectory handOver() throws StorageException {
        try {
            txns.close();
            return directory;
        } catch (StorageException | RuntimeException | Error e) {
            directory.closeAfter(e);
            throw e;
        }
    }

    @Override
    public void close() throws StorageException {
        try {
            txns.close();
        } finally {
            directory.close();
        }
    }
}
