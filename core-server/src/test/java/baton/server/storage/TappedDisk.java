package baton.server.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A disk that tells somebody every call that changes something, before it is made; who is told can make it fail. */
public final class TappedDisk extends ForwardingDisk {
    /** Is told. */
    public interface Tap {
        /**
         * Called before the disk is.
         *
         * @param call create, write, truncate, sync, close, rename, delete, sync-directory or lock
         * @param bytes how many are to be written, or 0
         */
        void before(String call, Path file, int bytes) throws IOException;

        /**
         * Called before the disk is asked for what it has.
         *
         * @param call open, read, size or list
         */
        default void beforeReading(String call, Path file) throws IOException {}

        /** The disk is about to be asked how much space there is for the directory. */
        default void beforeLooking(Path directory) throws IOException {}
    }

    private final Tap tap;
    private long capacityBytes = -1;

    public TappedDisk(Disk disk, Tap tap) {
        super(disk);
        this.tap = tap;
    }

    /** Has the volumes hold so much, as far as the disk is asked. */
    public void capacity(long bytes) {
        capacityBytes = bytes;
    }

    @Override
    public long capacityBytes(Path directory) throws IOException {
        return capacityBytes < 0 ? super.capacityBytes(directory) : capacityBytes;
    }

    @Override
    public DiskFile open(Path file, Mode mode) throws IOException {
        if (mode == Mode.CREATE) {
            tap.before("create", file, 0);
        } else {
            tap.beforeReading("open", file);
        }
        return new TappedFile(disk.open(file, mode), file);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        tap.beforeReading("list", directory);
        return disk.list(directory);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        tap.before("rename", from, 0);
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        tap.before("delete", file, 0);
        disk.delete(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        tap.before("sync-directory", directory, 0);
        disk.syncDirectory(directory);
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        tap.beforeLooking(directory);
        return disk.usableBytes(directory);
    }

    @Override
    public Closeable lock(Path directory) throws StorageException {
        try {
            tap.before("lock", directory, 0);
        } catch (IOException e) {
            throw new DirectoryRefusedException(directory, "cannot be locked: " + e, e);
        }
        return disk.lock(directory);
    }

    private final class TappedFile extends ForwardingFile {
        private final Path name;

        TappedFile(DiskFile file, Path name) {
            super(file);
            this.name = name;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            tap.beforeReading("read", name);
            return file.read(into, position);
        }

        @Override
        public long size() throws IOException {
            tap.beforeReading("size", name);
            return file.size();
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            tap.before("write", name, from.remaining());
            file.write(from, position);
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            tap.before("truncate", name, 0);
            file.truncate(sizeBytes);
        }

        @Override
        public void syncData() throws IOException {
            tap.before("sync", name, 0);
            file.syncData();
        }

        @Override
        public void sync() throws IOException {
            tap.before("sync", name, 0);
            file.sync();
        }

        @Override
        public void close() throws IOException {
            tap.before("close", name, 0);
            file.close();
        }
    }
}
