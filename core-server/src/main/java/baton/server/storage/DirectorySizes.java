package baton.server.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * How much a server's directories hold, in bytes.
 *
 * @param snapshotBytes all files in the directory of the snapshots, but not in directories there
 * @param logBytes all files in the directory of the logs, which may be the same
 * @param freeBytes what the logs' volume has left
 * @param capacityBytes what it holds when it is full
 */
public record DirectorySizes(long snapshotBytes, long logBytes, long freeBytes, long capacityBytes) {
    public static final DirectorySizes NOTHING = new DirectorySizes(0, 0, 0, 0);

    /** Looks at the files: does I/O. */
    public static DirectorySizes of(DataDirectory directory) {
        Disk disk = directory.disk();
        try {
            return new DirectorySizes(
                    bytes(disk, directory.snapshotDirectory()),
                    bytes(disk, directory.logDirectory()),
                    disk.usableBytes(directory.logDirectory()),
                    disk.capacityBytes(directory.logDirectory()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long bytes(Disk disk, Path directory) throws IOException {
        long bytes = 0;
        for (Path each : disk.list(directory)) {
            bytes += disk.isFile(each) ? bytesOf(disk, each) : 0;
        }
        return bytes;
    }

    // A purge may delete it between listing and looking.
    static long bytesOf(Disk disk, Path file) throws IOException {
        try (DiskFile open = disk.open(file, Disk.Mode.READ)) {
            return open.size();
        } catch (NoSuchFileException gone) {
            return 0;
        }
    }
}
