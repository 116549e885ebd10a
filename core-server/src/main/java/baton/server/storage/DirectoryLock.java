package baton.server.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second server out of a directory of files, for as long as this one runs.
 *
 * <p>It is held where the files truly are, whatever links lead there: beside them, where a server that was not led there by
 * a link has its own, and in the directory itself if it has another name, or only the files are this user's.
 *
 * <p>The lock is the system's lock on the file {@code baton.lock}, so it ends with the process however that ends. The
 * file stays behind and means nothing by itself; it holds the number of the process that locked it last, for the
 * message.
 */
final class DirectoryLock implements Closeable {
    static final String FILE = "baton.lock";

    /**
     * Directories locked by this process. The one static table of this module: POSIX locks belong to the process, and
     * closing any descriptor of a file drops them, so a second attempt within one process must be refused before it opens
     * the file. There is only one such table in the system, hence only one here.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Locks an existing directory of files.
     *
     * @throws DirectoryRefusedException if somebody else holds it, or it cannot be written
     */
    static DirectoryLock acquire(Path files) throws StorageException {
        Path held;
        try {
            held = placeFor(files.toRealPath());
        } catch (IOException e) {
            throw new DirectoryRefusedException(files, "cannot be reached: " + e, e);
        }
        if (!HELD_HERE.add(held)) {
            throw DirectoryRefusedException.inUse(held, " in this process");
        }
        try {
            return new DirectoryLock(held, lock(held));
        } catch (StorageException e) {
            HELD_HERE.remove(held);
            throw e;
        }
    }

    private static Path placeFor(Path files) {
        Path beside = files.getParent();
        return files.endsWith(DataDirectory.VERSION) && beside != null && Files.isWritable(beside) ? beside : files;
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            HELD_HERE.remove(directory);
        }
    }

    private static FileChannel lock(Path directory) throws StorageException {
        Path file = directory.resolve(FILE);
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new DirectoryRefusedException(directory, "cannot be written: " + e, e);
        }
        try {
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw DirectoryRefusedException.inUse(
                        directory, holder(file) + "; stop that one, or use another directory");
            }
            channel.truncate(0).write(ByteBuffer.wrap(ownPid().getBytes(StandardCharsets.US_ASCII)));
            return channel;
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            closeAfter(e, channel);
            throw new DirectoryRefusedException(
                    directory,
                    "cannot be locked: "
                            + (WriteFailedException.saysDiskFull(e) ? "no space left on its volume; make room" : e),
                    e);
        }
    }

    /** Asks the system first, where that is a link: the JDK loads twenty classes for it, and makes a pool of threads. */
    private static String ownPid() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self")).toString();
        } catch (IOException elsewhere) {
            return Long.toString(ProcessHandle.current().pid());
        }
    }

    private static String holder(Path file) throws IOException {
        String pid = Files.readString(file, StandardCharsets.ISO_8859_1);
        return pid.isBlank() ? "" : " (process " + pid.strip() + ")";
    }

    private static void closeAfter(IOException failure, FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
