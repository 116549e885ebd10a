package baton.server.storage;

import baton.server.config.StorageSettings;
import com.sun.nio.file.ExtendedOpenOption;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The disk of this machine. Files that are symbolic links are not followed: history must not come from elsewhere. */
enum SystemDisk implements Disk {
    INSTANCE;

    /** Of nearly every file system and disk; what wants more refuses the first write. */
    private static final int BLOCK_BYTES = 4096;

    /** Tells volumes apart where there are mounts. */
    private static final String DEVICE = "unix:dev";

    /** Two for each server that runs: memory outside the heap is given back too late for a new one for each file. */
    private static final Queue<ByteBuffer> IDLE_PIECES = new ConcurrentLinkedQueue<>();

    @Override
    public DiskFile open(Path file, Mode mode) throws IOException {
        try {
            DiskFile opened = new ChannelFile(channel(file, mode));
            return mode == Mode.BLOCKS ? new BlockFile(opened, () -> blocks(file), BLOCK_BYTES) : opened;
        } catch (IOException e) {
            if (Files.isSymbolicLink(file)) {
                throw new AccessDeniedException(file.toString(), null, "it is a symbolic link, and none is followed");
            }
            // The kind that names the file also tells others apart.
            throw e instanceof FileSystemException ? e : new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static FileChannel channel(Path file, Mode mode) throws IOException {
        return switch (mode) {
            case READ -> FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            case WRITE, BLOCKS ->
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            case CREATE -> {
                Set<OpenOption> options =
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
                yield FileChannel.open(file, options, ownerOnly(file, "rw-------"));
            }
        };
    }

    private static BlockFile.Blocks blocks(Path file) throws IOException {
        Set<OpenOption> options =
                Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS, ExtendedOpenOption.DIRECT);
        return new ChannelBlocks(FileChannel.open(file, options), lendPiece());
    }

    private static ByteBuffer lendPiece() {
        ByteBuffer idle = IDLE_PIECES.poll();
        return idle != null
                ? idle
                : ByteBuffer.allocateDirect(BlockFile.PIECE_BYTES + BLOCK_BYTES).alignedSlice(BLOCK_BYTES);
    }

    private record ChannelBlocks(FileChannel channel, ByteBuffer piece) implements BlockFile.Blocks {
        @Override
        public int write(ByteBuffer whole, long position) throws IOException {
            return channel.write(whole, position);
        }

        @Override
        public void close() throws IOException {
            IDLE_PIECES.add(piece);
            channel.close();
        }
    }

    @Override
    public boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path each : entries) {
                // Whoever opened and closed it would drop the lock of this process.
                if (!each.endsWith(StorageSettings.Files.LOCK)) {
                    found.add(each);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        found.sort(null);
        return found;
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            createDirectories(parent);
        }
        try {
            Files.createDirectory(directory, ownerOnly(directory, "rwx------"));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
        if (parent != null) {
            syncDirectory(parent);
        }
    }

    @Override
    public boolean isWritable(Path directory) {
        return Files.isWritable(directory);
    }

    @Override
    public boolean isSame(Path one, Path other) throws IOException {
        return Files.isSameFile(one, other);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.delete(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        if (!isPosix(directory)) {
            return; // Elsewhere a directory cannot be opened, and its entries are journalled.
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long usableBytes(Path directory) throws IOException {
        long usable = directory.toFile().getUsableSpace();
        // None may also mean that it could not tell; asking the file store says why, but reads all mounts first.
        return usable > 0 ? usable : Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public long capacityBytes(Path directory) throws IOException {
        long capacity = directory.toFile().getTotalSpace();
        return capacity > 0 ? capacity : Files.getFileStore(directory).getTotalSpace();
    }

    @Override
    public boolean isOneVolume(Path one, Path other) throws IOException {
        // Two mounts of one volume, such as of two of its directories, are two file stores.
        return one.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? Files.getAttribute(one, DEVICE).equals(Files.getAttribute(other, DEVICE))
                : Files.getFileStore(one).equals(Files.getFileStore(other));
    }

    @Override
    public long modifiedMillis(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toMillis();
    }

    @Override
    public Closeable lock(Path directory) throws StorageException {
        return DirectoryLock.acquire(directory);
    }

    static FileAttribute<?>[] ownerOnly(Path file, String permissions) {
        return isPosix(file)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** In pieces: the JDK copies each to memory outside the heap, and each thread keeps as much as its longest took. */
    private record ChannelFile(FileChannel channel) implements DiskFile {
        private static final int PIECE_BYTES = 4 << 20;

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            int limit = into.limit();
            try {
                return channel.read(endPiece(into, limit), position);
            } finally {
                into.limit(limit);
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            int limit = from.limit();
            try {
                for (long at = position; from.position() < limit; ) {
                    at += channel.write(endPiece(from, limit), at);
                }
            } finally {
                from.limit(limit);
            }
        }

        private static ByteBuffer endPiece(ByteBuffer bytes, int limit) {
            return bytes.limit(Math.min(limit, bytes.position() + PIECE_BYTES));
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            channel.truncate(sizeBytes);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void syncData() throws IOException {
            channel.force(false);
        }

        @Override
        public void sync() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
