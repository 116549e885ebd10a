package baton.server.storage;

import baton.server.config.StorageSettings;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directories of one server, held against any other server until closed.
 *
 * <pre>
 * dataDir/                    baton.lock
 *   version-2/                snapshot.&lt;zxid&gt;, acceptedEpoch, currentEpoch, baton.lock
 * dataLogDir/                 the same directory unless configured otherwise; has a baton.lock of its own then
 *   version-2/                log.&lt;zxid&gt;, tmp.next-log, baton.lock
 *   version-2.ext/            watermark, numbers, reserve, replaced-by.&lt;zxid&gt;: ours alone, and of use to nobody else
 * </pre>
 *
 * <p>A {@code version-2} that is a link stands for the directory it leads to, which is held where it truly is.
 *
 * <p>What is missing is created, for its owner alone. Files this class does not know are left alone: another
 * implementation can open the directories whenever this one is closed.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String SIDE = StorageSettings.Files.VERSION + ".ext";
    private static final String ACCEPTED_EPOCH = "acceptedEpoch";
    private static final String CURRENT_EPOCH = "currentEpoch";
    private static final int NUMBER_FILE_BYTES_MAX = 4096;

    private final Disk disk;
    private final Path dataDir;
    private final Path snapshotDirectory;
    private final Path logDirectory;
    private final List<Closeable> locks;

    private DataDirectory(Disk disk, Path dataDir, Path snapshotDirectory, Path logDirectory, List<Closeable> locks) {
        this.disk = disk;
        this.dataDir = dataDir;
        this.snapshotDirectory = snapshotDirectory;
        this.logDirectory = logDirectory;
        this.locks = locks;
    }

    /** Opens a directory for both, snapshots and logs. */
    public static DataDirectory open(Path dataDir) throws StorageException {
        return open(dataDir, dataDir);
    }

    /** Opens directories on the disk of this machine, see {@link #open(Disk, Path, Path)}. */
    public static DataDirectory open(Path dataDir, Path dataLogDir) throws StorageException {
        return open(Disk.ofSystem(), dataDir, dataLogDir);
    }

    /**
     * Opens a directory for snapshots and one for logs, which may be the same.
     *
     * @throws DirectoryRefusedException if one cannot be created or written, is in use by another server, or holds files
     *     that belong into the other one
     */
    public static DataDirectory open(Disk disk, Path dataDir, Path dataLogDir) throws StorageException {
        Path snapshots = created(disk, dataDir, StorageSettings.Files.VERSION);
        Path logs = created(disk, dataLogDir, StorageSettings.Files.VERSION);
        boolean same = isSame(disk, snapshots, logs);
        Closeable first = disk.lock(snapshots);
        try {
            if (same) {
                created(disk, dataDir, SIDE);
                return new DataDirectory(disk, dataDir, snapshots, snapshots, List.of(first));
            }
            Closeable second = disk.lock(logs);
            try {
                refuseMixedUp(disk, snapshots, logs);
                created(disk, dataLogDir, SIDE);
                return new DataDirectory(disk, dataDir, snapshots, logs, List.of(first, second));
            } catch (StorageException e) {
                closeAfter(e, second);
                throw e;
            }
        } catch (StorageException e) {
            closeAfter(e, first);
            throw e;
        }
    }

    Disk disk() {
        return disk;
    }

    /** Returns where is what helps this implementation alone; it stands beside the logs. */
    Path sideDirectory() {
        return logDirectory.resolveSibling(SIDE);
    }

    static Path sideDirectoryOf(Path logDir) {
        return logDir.resolve(SIDE);
    }

    /** Returns where the snapshots and the epoch files are. */
    public Path snapshotDirectory() {
        return snapshotDirectory;
    }

    /** Returns where the logs are. */
    public Path logDirectory() {
        return logDirectory;
    }

    /** Returns the highest epoch this server promised to follow, if it was ever in an ensemble. */
    public OptionalLong acceptedEpoch() throws StorageException {
        return number(snapshotDirectory.resolve(ACCEPTED_EPOCH));
    }

    /** Returns the epoch whose history this server holds, if it was ever in an ensemble. */
    public OptionalLong currentEpoch() throws StorageException {
        return number(snapshotDirectory.resolve(CURRENT_EPOCH));
    }

    /** Returns the files that say so, as far as they are there. */
    List<Path> epochFiles() {
        return Stream.of(ACCEPTED_EPOCH, CURRENT_EPOCH)
                .map(snapshotDirectory::resolve)
                .filter(disk::exists)
                .toList();
    }

    /** Lets other servers in, because something went wrong that is told instead of what goes wrong with this. */
    public void closeAfter(Throwable cause) {
        try {
            close();
        } catch (StorageException e) {
            cause.addSuppressed(e);
        }
    }

    /** Lets other servers in, the first time it is called. */
    @Override
    public void close() throws StorageException {
        @Nullable StorageException failure = null;
        for (Closeable each : locks) {
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

    private static Path created(Disk disk, Path directory, String name) throws StorageException {
        Path inside = directory.resolve(name);
        try {
            disk.createDirectories(directory);
            disk.createDirectories(inside);
        } catch (FileAlreadyExistsException e) {
            throw new DirectoryRefusedException(directory, "cannot be used: " + e.getMessage() + " is no directory", e);
        } catch (IOException e) {
            throw new DirectoryRefusedException(directory, "cannot be created: " + e, e);
        }
        if (!disk.isWritable(directory)) {
            throw new DirectoryRefusedException(directory, "cannot be written by this user");
        }
        if (!disk.isWritable(inside)) {
            throw new DirectoryRefusedException(
                    directory, "cannot be used: " + inside + " cannot be written by this user");
        }
        return inside;
    }

    private static boolean isSame(Disk disk, Path one, Path other) throws StorageException {
        try {
            return disk.isSame(one, other);
        } catch (IOException e) {
            throw new DirectoryRefusedException(one, "cannot be compared with " + other + ": " + e, e);
        }
    }

    // Swapped or mixed-up directories would be read as an old state.
    private static void refuseMixedUp(Disk disk, Path snapshots, Path logs) throws StorageException {
        try {
            if (!ZxidFile.logs(disk, snapshots).isEmpty()) {
                throw new DirectoryRefusedException(snapshots, "holds transaction logs, but these are kept in " + logs);
            }
            if (!ZxidFile.snapshots(disk, logs).isEmpty()) {
                throw new DirectoryRefusedException(logs, "holds snapshots, but these are kept in " + snapshots);
            }
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new DirectoryRefusedException(snapshots, "cannot be listed: " + e, e);
        }
    }

    private OptionalLong number(Path file) throws StorageException {
        if (!disk.exists(file)) {
            return OptionalLong.empty();
        }
        try {
            String text = new String(DiskSteps.read(disk, file, NUMBER_FILE_BYTES_MAX), StandardCharsets.UTF_8);
            return OptionalLong.of(
                    Long.parseLong(text.lines().findFirst().orElse("").strip()));
        } catch (IOException e) {
            throw new DirectoryRefusedException(DiskSteps.parentOf(file), "cannot read " + file + ": " + e, e);
        } catch (NumberFormatException e) {
            throw new DirectoryRefusedException(
                    DiskSteps.parentOf(file), file.getFileName() + " must hold a number in its first line", e);
        }
    }

    private static void closeAfter(StorageException failure, Closeable lock) {
        try {
            lock.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
