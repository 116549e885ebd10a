package baton.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/** What takes several calls to a {@link Disk}, in the order that survives a power cut between any two of them. */
final class DiskSteps {
    /** Begins the name of every file that is not finished; whoever starts next deletes it. */
    static final String UNFINISHED_PREFIX = "tmp.";

    private static final int PIECE_BYTES = 256 * 1024;

    /** What a disk that is damaged fails to read at least. */
    private static final int SECTOR_BYTES = 4096;

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

    /**
     * Copies a file that may be damaged to another name, synced, with zeros for what cannot be read.
     *
     * @return how many bytes could not be read
     */
    static long copyReadable(Disk disk, Path from, Path to) throws IOException {
        long unreadable = 0;
        try (DiskFile source = disk.open(from, Disk.Mode.READ);
                DiskFile target = disk.open(to, Disk.Mode.CREATE)) {
            long end = source.size();
            ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
            for (long at = 0; at < end; at += piece.limit()) {
                piece.clear().limit((int) Math.min(PIECE_BYTES, end - at));
                unreadable += readAround(source, piece, at);
                target.write(piece.rewind(), at);
            }
            target.sync();
        }
        return unreadable;
    }

    private static int readAround(DiskFile source, ByteBuffer piece, long at) {
        int unreadable = 0;
        for (int from = 0; from < piece.limit(); from += SECTOR_BYTES) {
            ByteBuffer sector = piece.slice(from, Math.min(SECTOR_BYTES, piece.limit() - from));
            try {
                readFully(source, sector, at + from, "the file");
            } catch (IOException e) {
                Arrays.fill(piece.array(), from + sector.position(), from + sector.limit(), (byte) 0);
                unreadable += sector.remaining();
            }
        }
        return unreadable;
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

    /** Returns the position behind the last byte that is not zero. */
    static long writtenBytes(DiskFile source, Path file) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        for (long end = source.size(); end > 0; end -= piece.limit()) {
            piece.clear().limit((int) Math.min(PIECE_BYTES, end));
            readFully(source, piece, end - piece.limit(), file);
            for (int last = piece.limit() - 1; last >= 0; last--) {
                if (piece.get(last) != 0) {
                    return end - piece.limit() + last + 1;
                }
            }
        }
        return 0;
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
