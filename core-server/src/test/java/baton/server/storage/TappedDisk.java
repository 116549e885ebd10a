package baton.server.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A disk that tells somebody every call that changes something, before it is made; who is told can make it fail. */
public final class TappedDisk implements Disk {
    /** Is told. */
    public interface Tap {
        /**
         * Called before the disk is.
         *
         * @param call create, write, truncate, sync, close, rename, delete or sync-directory
         * @param bytes how many are to be written, or 0
         */
        void before(String call, Path file, int bytes) throws IOException;
    }

    private final Disk disk;
    private final Tap tap;

    public TappedDisk(Disk disk, Tap tap) {
        this.disk = disk;
        this.tap = tap;
    }

    @Override
    public DiskFile open(Path file, Mode mode) throws IOException {
        if (mode == Mode.CREATE) {
            tap.before("create", file, 0);
        }
        return new TappedFile(disk.open(file, mode), file);
    }

    @Override
    public boolean exists(Path file) {
        return disk.exists(file);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return disk.list(directory);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public boolean isWritable(Path directory) {
        return disk.isWritable(directory);
    }

    @Override
    public boolean isSame(Path one, Path other) throws IOException {
        return disk.isSame(one, other);
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
        return disk.usableBytes(directory);
    }

    @Override
    public long capacityBytes(Path directory) throws IOException {
        return disk.capacityBytes(directory);
    }

    @Override
    public long modifiedMillis(Path file) throws IOException {
        return disk.modifiedMillis(file);
    }

    @Override
    public Closeable lock(Path directory) throws StorageException {
        return disk.lock(directory);
    }

    private final class TappedFile implements DiskFile {
        private final DiskFile file;
        private final Path name;

        TappedFile(DiskFile file, Path name) {
            this.file = file;
            this.name = name;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
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
        public long size() throws IOException {
            return file.size();
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
