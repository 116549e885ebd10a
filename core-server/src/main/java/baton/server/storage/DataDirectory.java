package baton.server.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The directories of one server, held against any other server until closed.
 *
 * <pre>
 * dataDir/                    myid, baton.lock
 *   version-2/                snapshot.&lt;zxid&gt;, acceptedEpoch, currentEpoch
 * dataLogDir/                 the same directory unless configured otherwise; has a baton.lock of its own then
 *   version-2/                log.&lt;zxid&gt;
 * </pre>
 *
 * <p>What is missing is created, for its owner alone. Files this class does not know are left alone: another
 * implementation can open the directories whenever this one is closed.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String VERSION = "version-2";

    private final Path dataDir;
    private final Path snapshotDirectory;
    private final Path logDirectory;
    private final List<DirectoryLock> locks;

    private DataDirectory(Path dataDir, Path snapshotDirectory, Path logDirectory, List<DirectoryLock> locks) {
        this.dataDir = dataDir;
        this.snapshotDirectory = snapshotDirectory;
        this.logDirectory = logDirectory;
        this.locks = locks;
    }

    /** Opens a directory for both, snapshots and logs. */
    public static DataDirectory open(Path dataDir) throws StorageException {
        return open(dataDir, dataDir);
    }

    /**
     * Opens a directory for snapshots and one for logs, which may be the same.
     *
     * @throws DirectoryRefusedException if one cannot be created or written, is in use by another server, or holds files
     *     that belong into the other one
     */
    public static DataDirectory open(Path dataDir, Path dataLogDir) throws StorageException {
        Path snapshots = created(dataDir);
        Path logs = created(dataLogDir);
        boolean same = isSame(dataDir, dataLogDir);
        DirectoryLock first = DirectoryLock.acquire(dataDir);
        try {
            if (same) {
                return new DataDirectory(dataDir, snapshots, snapshots, List.of(first));
            }
            DirectoryLock second = DirectoryLock.acquire(dataLogDir);
            try {
                refuseMixedUp(snapshots, logs);
                return new DataDirectory(dataDir, snapshots, logs, List.of(first, second));
            } catch (StorageException e) {
                closeAfter(e, second);
                throw e;
            }
        } catch (StorageException e) {
            closeAfter(e, first);
            throw e;
        }
    }

    /** Returns where the snapshots and the epoch files are. */
    public Path snapshotDirectory() {
        return snapshotDirectory;
    }

    /** Returns where the logs are. */
    public Path logDirectory() {
        return logDirectory;
    }

    /** Returns this server's number in its ensemble, if the directory says one. */
    public OptionalLong serverId() throws StorageException {
        return number(dataDir.resolve("myid"));
    }

    /** Returns the highest epoch this server promised to follow, if it was ever in an ensemble. */
    public OptionalLong acceptedEpoch() throws StorageException {
        return number(snapshotDirectory.resolve("acceptedEpoch"));
    }

    /** Returns the epoch whose history this server holds, if it was ever in an ensemble. */
    public OptionalLong currentEpoch() throws StorageException {
        return number(snapshotDirectory.resolve("currentEpoch"));
    }

    /** Lets other servers in. */
    @Override
    public void close() throws StorageException {
        @Nullable StorageException failure = null;
        for (DirectoryLock each : locks) {
            try {
                each.close();
            } catch (IOException e) {
                failure = new DirectoryRefusedException(dataDir, "cannot be unlocked: " + e, e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static Path created(Path directory) throws StorageException {
        Path version = directory.resolve(VERSION);
        try {
            DurableFiles.createDirectories(directory);
            DurableFiles.createDirectories(version);
        } catch (IOException e) {
            throw new DirectoryRefusedException(directory, "cannot be created: " + e, e);
        }
        if (!Files.isWritable(directory) || !Files.isWritable(version)) {
            throw new DirectoryRefusedException(directory, "cannot be written by this user");
        }
        return version;
    }

    private static boolean isSame(Path one, Path other) throws StorageException {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            throw new DirectoryRefusedException(one, "cannot be compared with " + other + ": " + e, e);
        }
    }

    // Swapped or mixed-up directories would be read as an old state.
    private static void refuseMixedUp(Path snapshots, Path logs) throws StorageException {
        try {
            if (!ZxidFile.logs(snapshots).isEmpty()) {
                throw new DirectoryRefusedException(snapshots, "holds transaction logs, but these are kept in " + logs);
            }
            if (!ZxidFile.snapshots(logs).isEmpty()) {
                throw new DirectoryRefusedException(logs, "holds snapshots, but these are kept in " + snapshots);
            }
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new DirectoryRefusedException(snapshots, "cannot be listed: " + e, e);
        }
    }

    private static OptionalLong number(Path file) throws StorageException {
        if (!Files.exists(file)) {
            return OptionalLong.empty();
        }
        try {
            String first = Files.readString(file).lines().findFirst().orElse("").strip();
            return OptionalLong.of(Long.parseLong(first));
        } catch (IOException e) {
            throw new DirectoryRefusedException(DurableFiles.parentOf(file), "cannot read " + file + ": " + e, e);
        } catch (NumberFormatException e) {
            throw new DirectoryRefusedException(
                    DurableFiles.parentOf(file), file.getFileName() + " must hold a number in its first line", e);
        }
    }

    private static void closeAfter(StorageException failure, DirectoryLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
