package baton.server.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The disk as the storage knows it: the real one, or one that a test keeps in memory and breaks.
 *
 * <p>What is durable: the bytes and the size of a file once {@link DiskFile#sync} has returned, and the existence or the
 * name of a file once {@link #syncDirectory} has returned for its directory. Everything else may be lost in a power cut,
 * in any combination. After a failed call nothing is known about what it should have done, and a second sync that
 * succeeds proves nothing about what the first one should have written.
 *
 * <p>Paths are names here; only the disk turns them into files. Callable from any thread.
 */
public interface Disk {
    /** How a file is opened. */
    enum Mode {
        READ,
        /** For reading and writing a file that is there. */
        WRITE,
        /**
         * For writing a file that is there from its beginning on: zeros may follow what was written last. Where the disk can
         * do so these are {@linkplain BlockFile blocks} that no cache holds up.
         */
        BLOCKS,
        /** For writing a file that must not be there yet; only its owner will be able to read it. */
        CREATE
    }

    /** Opens a file. */
    DiskFile open(Path file, Mode mode) throws IOException;

    /** Says whether there is a file or directory of this name. */
    boolean exists(Path file);

    /** Says whether this is a file: neither a directory, nor a link, nor gone. */
    boolean isFile(Path file);

    /** Returns what is in the directory, in the order of the names, but for the file that {@link #lock} makes. */
    List<Path> list(Path directory) throws IOException;

    /** Creates the directory and its parents where missing, for the owner alone; their entries are durable then. */
    void createDirectories(Path directory) throws IOException;

    /** Says whether this user may create files in the directory. */
    boolean isWritable(Path directory);

    /** Says whether both names lead to the same directory. */
    boolean isSame(Path one, Path other) throws IOException;

    /** Gives a file another name, at once, in place of the file that had it. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file that must be there. */
    void delete(Path file) throws IOException;

    /** Makes durable what was created, renamed and deleted in the directory. */
    void syncDirectory(Path directory) throws IOException;

    /** Returns how many bytes may still be written on the volume of the directory. */
    long usableBytes(Path directory) throws IOException;

    /** Returns how many bytes the volume of the directory holds when it is full. */
    long capacityBytes(Path directory) throws IOException;

    /** Says whether both directories are on one volume, and so share what it holds. */
    boolean isOneVolume(Path one, Path other) throws IOException;

    /** Returns when the file was last written, in milliseconds since 1970. */
    long modifiedMillis(Path file) throws IOException;

    /**
     * Keeps every other server out of the directory of files, whatever links lead to it, until closed, or until this process
     * ends.
     *
     * @throws DirectoryRefusedException if somebody else holds it, or it cannot be written
     */
    Closeable lock(Path directory) throws StorageException;

    /** Returns the disk of this machine. */
    static Disk ofSystem() {
        return SystemDisk.INSTANCE;
    }
}
