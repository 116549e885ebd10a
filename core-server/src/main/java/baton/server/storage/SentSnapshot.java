package baton.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A snapshot that somebody sends, in a file beside those of the directory that nobody takes for one: whoever starts next
 * deletes it. It is not synced, for nothing is made of it but a {@link Replacement}.
 *
 * <p>Used by one thread at a time.
 */
public final class SentSnapshot implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SentSnapshot.class);
    private static final String PREFIX = DiskSteps.UNFINISHED_PREFIX + "sent-" + ZxidFile.SNAPSHOT + ".";

    /** So much is written before somebody looks again how much space is left. */
    private static final long STRETCH_BYTES = 8L << 20;

    private final Disk disk;
    private final Path path;
    private final LongPredicate canSpare;
    private final DiskFile file;

    // Written by the thread that uses it.
    private long sizeBytes;
    private long bytesUntilLook;

    private SentSnapshot(Disk disk, Path path, LongPredicate canSpare, DiskFile file) {
        this.disk = disk;
        this.path = path;
        this.canSpare = canSpare;
        this.file = file;
    }

    /**
     * Makes room for one.
     *
     * @param name tells it from all others, also from those of a server that has closed and not come to rest
     * @param canSpare says whether the disk can do with so many bytes less
     */
    static SentSnapshot create(DataDirectory directory, String name, LongPredicate canSpare) throws StorageException {
        Disk disk = directory.disk();
        Path path = directory.snapshotDirectory().resolve(PREFIX + name);
        try {
            return new SentSnapshot(disk, path, canSpare, disk.open(path, Disk.Mode.CREATE));
        } catch (IOException e) {
            throw WriteFailedException.of(path, "create", e);
        }
    }

    /**
     * Adds what comes next.
     *
     * @throws DiskFullException if that would leave too little space for those who use the disk
     */
    public void append(ByteBuffer piece) throws StorageException {
        int count = piece.remaining();
        bytesUntilLook -= count;
        if (bytesUntilLook < 0) {
            if (!canSpare.test(STRETCH_BYTES + count)) {
                throw new DiskFullException(path, new IOException("too little space would be left"));
            }
            bytesUntilLook = STRETCH_BYTES;
        }
        try {
            file.write(piece, sizeBytes);
        } catch (IOException e) {
            throw WriteFailedException.of(path, "write", e);
        }
        sizeBytes += count;
    }

    /** Returns how much has come. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /**
     * Reads it into the sink, in whatever form it was packed.
     *
     * @throws CorruptSnapshotException if it is not whole; the sink has then got some of it
     */
    public SnapshotEpilogue read(SnapshotSink sink) throws StorageException {
        return FileSnapshots.read(disk, path, form(), sink);
    }

    private SnapshotForm form() throws StorageException {
        try {
            return SnapshotForm.ofBeginning(DiskSteps.read(disk, path, SnapshotForm.BEGINNING_BYTES));
        } catch (IOException e) {
            throw new WriteFailedException(path, "read", e);
        }
    }

    /** Deletes it. */
    @Override
    public void close() {
        try {
            file.close();
            disk.delete(path);
        } catch (IOException e) {
            log.warn("left a file behind, which the next start deletes file={}", path, e);
        }
    }
}
