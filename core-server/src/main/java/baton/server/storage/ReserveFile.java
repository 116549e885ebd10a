package baton.server.storage;

import baton.protocol.WireWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log without records, full of zeros, that becomes the next one when the disk has no space left for one.
 *
 * <p>What was let in before the server knew that the disk is full, and the deletes and ends of sessions that it lets in
 * afterwards, go there, and it lets in no more than fits. It is prepared by the thread that writes snapshots and taken by the one that writes the log.
 */
public final class ReserveFile {
    private static final String FILE = "reserve";
    private static final Logger log = LoggerFactory.getLogger(ReserveFile.class);
    private static final int PIECE_BYTES = 256 * 1024;

    /** So much is synced at once, and no more: a log on the same disk waits for it. */
    private static final int SYNC_BYTES = 8 * 1024 * 1024;

    private final Disk disk;
    private final Path file;
    private final int sizeBytes;

    // Set by the thread that prepares it, cleared by the one that takes it; each only in the other's state.
    private volatile boolean ready;

    // Set by either, cleared by the thread that prepares it.
    private volatile boolean lacking;

    ReserveFile(Disk disk, Path sideDirectory, int sizeBytes) {
        this.disk = disk;
        this.file = sideDirectory.resolve(FILE);
        this.sizeBytes = sizeBytes;
        this.ready = isWhole();
    }

    private boolean isWhole() {
        return presentBytes(disk, file) == sizeBytes;
    }

    /** Returns the size of the one that an earlier start has left, which says what settings that had; 0 if there is none. */
    static long presentBytes(DataDirectory directory) {
        return presentBytes(directory.disk(), directory.sideDirectory().resolve(FILE));
    }

    private static long presentBytes(Disk disk, Path file) {
        if (!disk.exists(file)) {
            return 0;
        }
        try (DiskFile open = disk.open(file, Disk.Mode.READ)) {
            return open.size();
        } catch (IOException e) {
            log.warn("cannot open the reserve, making another file={}", file, e);
            return 0;
        }
    }

    int sizeBytes() {
        return sizeBytes;
    }

    /** Says whether there is something to take. Callable from any thread. */
    public boolean isReady() {
        return ready;
    }

    /** Says whether it was taken, or there was no space to make it. Callable from any thread. */
    boolean isLacking() {
        return lacking;
    }

    /** As {@link #prepare(Runnable)}, with nobody who wants to know how far it is. */
    void prepare() throws StorageException {
        prepare(() -> {});
    }

    /**
     * Makes the file if there is none; it survives a power cut when this returns.
     *
     * @param between run after every piece that was written
     */
    public void prepare(Runnable between) throws StorageException {
        if (ready) {
            return;
        }
        Path unfinished = file.resolveSibling(DiskSteps.UNFINISHED_PREFIX + FILE);
        try {
            if (disk.exists(unfinished)) {
                disk.delete(unfinished);
            }
            try (DiskFile created = disk.open(unfinished, Disk.Mode.CREATE)) {
                ByteBuffer zeros = ByteBuffer.allocate(PIECE_BYTES);
                for (int at = 0; at < sizeBytes; at += PIECE_BYTES) {
                    if (at > 0 && at % SYNC_BYTES == 0) {
                        created.syncData();
                    }
                    created.write(zeros.clear().limit(Math.min(PIECE_BYTES, sizeBytes - at)), at);
                    between.run();
                }
                // If nothing else comes, it is a log without records, for others too.
                WireWriter header = new WireWriter(LogFormat.HEADER_BYTES);
                LogFormat.writeHeader(header);
                created.write(header.asByteBuffer(), 0);
                created.sync();
            }
            DiskSteps.replace(disk, unfinished, file);
        } catch (IOException e) {
            FileSnapshots.deleteAfter(disk, e, unfinished);
            if (WriteFailedException.saysDiskFull(e)) {
                lacking = true;
            }
            throw WriteFailedException.of(file, "prepare", e);
        }
        // In this order: once it is ready it can be taken, and is lacking again.
        lacking = false;
        ready = true;
    }

    /** Makes the file the log of that name, in place of what has the name, and opens it. Only when ready. */
    DiskFile take(Path logFile) throws IOException {
        lacking = true;
        ready = false;
        DiskSteps.replace(disk, file, logFile);
        log.warn("took the reserve for the log file={}", logFile);
        return disk.open(logFile, Disk.Mode.WRITE);
    }
}
