package baton.server.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Hands every call on to another disk; what is to be different is overridden. */
abstract class ForwardingDisk implements Disk {
    final Disk disk;

    ForwardingDisk(Disk disk) {
        this.disk = disk;
    }

    @Override
    public DiskFile open(Path file, Mode mode) throws IOException {
        return disk.open(file, mode);
    }

    @Override
    public boolean exists(Path file) {
        return disk.exists(file);
    }

    @Override
    public boolean isFile(Path file) {
        return disk.isFile(file);
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
        disk.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        disk.delete(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
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
    public boolean isOneVolume(Path one, Path other) throws IOException {
        return disk.isOneVolume(one, other);
    }

    @Override
    public long modifiedMillis(Path file) throws IOException {
        return disk.modifiedMillis(file);
    }

    @Override
    public Closeable lock(Path directory) throws StorageException {
        return disk.lock(directory);
    }

    /** Hands every call on to another file. */
    abstract static class ForwardingFile implements DiskFile {
        final DiskFile file;

        ForwardingFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return file.read(into, position);
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            file.write(from, position);
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            file.truncate(sizeBytes);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void syncData() throws IOException {
            file.syncData();
        }

        @Override
        public void sync() throws IOException {
            file.sync();
        }

        @Override
        public Optional<Exception> refusal() {
            return file.refusal();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
