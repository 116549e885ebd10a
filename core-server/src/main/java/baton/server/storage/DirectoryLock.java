package baton.server.storage;

import baton.server.config.StorageSettings;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a second server out of a directory of files, for as long as this one runs.
 *
 * <p>It is held where the files truly are, whatever links lead there and whoever is led: in the directory itself, and beside
 * it, where older releases hold theirs, if it has the usual name and this user may write there.
 *
 * <p>The lock is the system's lock on the file {@code baton.lock}, so it ends with the process however that ends. The
 * file stays behind and means nothing by itself; it holds the number of the process that locked it last, for the
 * message. It is for its owner alone: whoever may only read a file can lock it, and so keep a server from starting.
 */
final class DirectoryLock implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(DirectoryLock.class);

    /**
     * Directories locked by this process. The one static table of this module: POSIX locks belong to the process, and
     * closing any descriptor of a file drops them, so a second attempt within one process must be refused before it opens
     * the file. There is only one such table in the system, hence only one here.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final List<Held> held = new ArrayList<>();

    private DirectoryLock() {}

    private record Held(Path directory, FileChannel channel) {}

    /**
     * Locks an existing directory of files.
     *
     * @throws DirectoryRefusedException if somebody else holds it, or it cannot be written
     */
    static DirectoryLock acquire(Path files) throws StorageException {
        List<Path> places;
        try {
            places = placesFor(files.toRealPath());
        } catch (IOException e) {
            throw new DirectoryRefusedException(files, "cannot be reached: " + e, e);
        }
        DirectoryLock lock = new DirectoryLock();
        try {
            for (Path each : places) {
                lock.hold(each);
            }
            return lock;
        } catch (StorageException e) {
            try {
                lock.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    private static List<Path> placesFor(Path files) {
        Path beside = files.getParent();
        return files.endsWith(StorageSettings.Files.VERSION) && beside != null && Files.isWritable(beside)
                ? List.of(beside, files)
                : List.of(files);
    }

    private void hold(Path directory) throws StorageException {
        if (!HELD_HERE.add(directory)) {
            throw DirectoryRefusedException.inUse(directory, " in this process");
        }
        try {
            held.add(new Held(directory, lock(directory)));
        } catch (StorageException e) {
            HELD_HERE.remove(directory);
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        for (Held each : held) {
            if (each.channel().isOpen()) {
                each.channel().close();
                HELD_HERE.remove(each.directory());
            }
        }
    }

    private static FileChannel lock(Path directory) throws StorageException {
        Path file = directory.resolve(StorageSettings.Files.LOCK);
        FileChannel channel;
        try {
            channel = open(file);
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

    private static FileChannel open(Path file) throws IOException {
        FileAttribute<?>[] ownerOnly = SystemDisk.ownerOnly(file, "rw-------");
        FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), ownerOnly);
        for (FileAttribute<?> each : ownerOnly) {
            try {
                // Older releases left it as the umask had it.
                Files.setAttribute(file, each.name(), each.value());
            } catch (IOException e) {
                log.debug("left as it is file={} because={}", file, e.toString());
            }
        }
        return channel;
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
        String pid = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        return isAlive(pid) ? " (process " + pid + ")" : ", or by whoever else has locked " + file;
    }

    /** It is not if somebody holds the file who has not written into it, or does so in a container of his own. */
    private static boolean isAlive(String pid) {
        try {
            return ProcessHandle.of(Long.parseLong(pid)).isPresent();
        } catch (NumberFormatException unwritten) {
            return false;
        }
    }

    private static void closeAfter(IOException failure, FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
