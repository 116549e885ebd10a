package baton.server.storage;

/**
 * A server's directory, opened and recovered: its history so far, the log that goes on with it, and its snapshots.
 *
 * <p>Closing it closes the log and lets other servers in; do so after the threads that use log and snapshots have ended.
 */
public final class FileStorage implements AutoCloseable {
    private final DataDirectory directory;
    private final FileSnapshots snapshots;
    private final RecoveredState recovered;
    private final FileLog log;

    private FileStorage(DataDirectory directory, FileSnapshots snapshots, RecoveredState recovered, FileLog log) {
        this.directory = directory;
        this.snapshots = snapshots;
        this.recovered = recovered;
        this.log = log;
    }

    /**
     * Recovers the directory into the target. If it has no snapshot one is written at once: other implementations refuse
     * logs without any.
     *
     * @param directory taken over: closed with the storage, or if this fails
     * @param source shows the state that the target was given
     * @param roomBytes see {@link FileLog}
     */
    public static FileStorage open(
            DataDirectory directory, ReplayTarget target, SnapshotSource source, DigestCheck digestCheck, int roomBytes)
            throws StorageException {
        try {
            FileSnapshots snapshots = new FileSnapshots(directory);
            RecoveredState recovered = Recovery.run(directory, snapshots, target, digestCheck);
            if (recovered.needsSnapshot()) {
                snapshots.write(source, recovered.lastZxid());
            }
            FileLog log = new FileLog(directory, recovered.lastZxid(), roomBytes);
            return new FileStorage(directory, snapshots, recovered, log);
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

    @Override
    public void close() throws StorageException {
        try {
            log.close();
        } finally {
            directory.close();
        }
    }
}
