package baton.server.storage;

import java.util.List;

/**
 * A server's directory, opened and recovered: its history so far, the log that goes on with it, and its snapshots.
 *
 * <p>Closing it closes the log and lets other servers in; do so after the threads that use log and snapshots have ended.
 */
public final class FileStorage implements AutoCloseable {
    private final DataDirectory directory;
    private final FileSnapshots snapshots;
    private final RecoveredState recovered;
    private final ReserveFile reserve;
    private final FileLog log;

    private FileStorage(
            DataDirectory directory,
            FileSnapshots snapshots,
            RecoveredState recovered,
            ReserveFile reserve,
            FileLog log) {
        this.directory = directory;
        this.snapshots = snapshots;
        this.recovered = recovered;
        this.reserve = reserve;
        this.log = log;
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
        try {
            FileSnapshots snapshots = new FileSnapshots(directory, form);
            RecoveredState recovered =
                    Recovery.run(directory, snapshots, target, digestCheck, settings.batchBytesMax());
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
            space.look();
            FileLog log = new FileLog(directory, recovered.lastZxid(), settings, reserve, space);
            return new FileStorage(directory, snapshots, recovered, reserve, log);
        } catch (StorageException | RuntimeException e) {
            try {
                directory.close();
            } catch (StorageException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
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
        return log;
    }

    /** Returns what the log falls back on when the disk is full; preparing it is for the thread that writes snapshots. */
    public ReserveFile reserve() {
        return reserve;
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

    /**
     * Reads every file that a recovery could need, for the thread that writes snapshots.
     *
     * @return what is damaged, a line for each file
     */
    public List<String> scrub() throws StorageException {
        return Scrub.run(directory, snapshots);
    }

    @Override
    public void close() throws StorageException {
        try {
            log.close();
        } finally {
            directory.close();
        }
    }
}
