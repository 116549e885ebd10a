package baton.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** What takes several calls to a {@link Disk}, in the order that survives a power cut between any two of them. */
final class DiskSteps {
    /** Begins the name of every file that is not finished; whoever starts next deletes it. */
    static final String UNFINISHED_PREFIX = "tmp.";

    private static final int PIECE_BYTES = 256 * 1024;

    private DiskSteps() {}

    /** Moves a synced file over its final name, for good. */
    static void replace(Disk disk, Path from, Path to) throws IOException {
        disk.rename(from, to);
        disk.syncDirectory(parentOf(to));
        if (!parentOf(from).equals(parentOf(to))) {
            disk.syncDirectory(parentOf(from));
        }
    }

    /** Cuts the file to the size, at most what it has, for good. */
    static void cut(Disk disk, Path file, long sizeBytes) throws IOException {
        try (DiskFile open = disk.open(file, Disk.Mode.WRITE)) {
            open.truncate(sizeBytes);
            open.sync();
        }
    }

    /** Syncs a file that somebody else may have written. */
    static void sync(Disk disk, Path file) throws IOException {
        try (DiskFile open = disk.open(file, Disk.Mode.WRITE)) {
            open.sync();
        }
    }

    /** Copies the first bytes of a file to another name, synced; the entry is durable after a sync of the directory. */
    static void copy(Disk disk, Path from, long sizeBytes, Path to) throws IOException {
        try (DiskFile source = disk.open(from, Disk.Mode.READ);
                DiskFile target = disk.open(to, Disk.Mode.CREATE)) {
            transfer(source, target, 0, sizeBytes);
            target.sync();
        }
    }

    /** Writes bytes over themselves, and syncs: what was only in memory reaches the disk. */
    static void rewrite(Disk disk, Path file, long from, long end) throws IOException {
        try (DiskFile open = disk.open(file, Disk.Mode.WRITE)) {
            open.truncate(end);
            transfer(open, open, from, end);
            open.sync();
        }
    }

    /** Reads a small file whole. */
    static byte[] read(Disk disk, Path file, int sizeMax) throws IOException {
        try (DiskFile open = disk.open(file, Disk.Mode.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(sizeMax, open.size()));
            readFully(open, bytes, 0, file);
            return bytes.array();
        }
    }

    /** Fills the buffer. */
    static void readFully(DiskFile source, ByteBuffer target, long from, Object name) throws IOException {
        while (target.hasRemaining()) {
            int count = source.read(target, from + target.position());
            if (count < 0) {
                throw new IOException(name + " became shorter while it was read");
            }
        }
    }

    static Path parentOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath().getRoot() : parent;
    }

    private static void transfer(DiskFile source, DiskFile target, long from, long end) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        for (long at = from; at < end; at += piece.limit()) {
            piece.clear().limit((int) Math.min(PIECE_BYTES, end - at));
            readFully(source, piece, at, "the file");
            piece.rewind();
            target.write(piece, at);
        }
    }
}
