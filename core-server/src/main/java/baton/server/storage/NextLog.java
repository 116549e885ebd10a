package baton.server.storage;

import baton.protocol.WireWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The next log file, made while the one before is written to: a header and zeros, all of it durable.
 *
 * <p>Forcing bytes that overwrite others changes no size and allocates nothing, which halves the time of a force on ext4.
 * The thread that writes snapshots fills the file slice by slice and syncs each, so that a batch never waits for more than
 * one; the thread that writes the log asks for it early enough, and takes it whole or does without.
 *
 * <p>A file is made as long as all was together that was written between two snapshots; while that is not known, or once a
 * file was full all the same, twice as long as the last one: what is hardly written to stays small. While batches are large
 * none is made, since their bytes would be written twice for little gain.
 *
 * <p>It never makes the disk nearly full: none is begun or gone on with that would, and when others do, what was made is
 * given back. What is ready the log's thread declines first, since only that may say that it will not take it.
 *
 * <p>Until it is taken the file has a name that no release takes for a log, and that the next start deletes. What is taken
 * and not written to before a crash is a log without records, for others too.
 */
public final class NextLog {
    private static final Logger log = LoggerFactory.getLogger(NextLog.class);
    private static final String FILE = DiskSteps.UNFINISHED_PREFIX + "next-log";
    private static final int SIZE_BYTES_FIRST = 256 * 1024;

    /** Sizes are multiples of what a disk writes whole, but those that are smaller. */
    private static final int STEP_BYTES = 4096;

    /** The part of a file that is written to before the next one is asked for. */
    private static final float ASKED_AT_PART = 0.25f;

    /** Snapshots come at intervals that differ: a file should be long enough for most of them. */
    private static final int SPARE_PART = 8;

    /** Writing so much twice takes as long as a force of it in an ordinary file takes longer. */
    private static final int BATCH_BYTES_MAX = 64 * 1024;

    /** How slowly the size of batches is noticed to change. */
    private static final int BATCHES_SMOOTHED = 8;

    /** So many are written and synced at once. */
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(512 * 1024).asReadOnlyBuffer();

    private final Disk disk;
    private final Path file;
    private final int sizeBytesMax;
    private final SpaceWatch space;

    // Written by whoever writes the log.
    private int batchBytes;
    private long asks;
    private long expectedBytes = SIZE_BYTES_FIRST;

    // Written by whoever writes the log: the part of the file made ahead that is written to; 1 without such a file.
    private volatile float usedPart;

    // Set by whoever writes the log when it asks or declines, cleared by the one that fills, after the other is set.
    private volatile int wantedBytes;

    // Set by the thread that fills, cleared by the log's when it takes or declines.
    private volatile int readyBytes;

    // Written by the thread that fills.
    private @Nullable DiskFile filling;
    private int filledBytes;
    private boolean begun;
    private boolean refusalSaid;

    /**
     * Asks for the first file, unless logs need none.
     *
     * @param logDirectory where the file is made, and will be a log
     * @param space says how much the disk can spare
     */
    NextLog(Disk disk, Path logDirectory, LogSettings settings, SpaceWatch space) {
        this.disk = disk;
        this.space = space;
        this.file = logDirectory.resolve(FILE);
        long sizeMax = settings.fileBytesMax() == 0
                ? settings.nextLogBytesMax()
                : Math.min(settings.nextLogBytesMax(), settings.fileBytesMax());
        // Without syncs there is nothing that could be faster.
        this.sizeBytesMax = settings.isForced() && sizeMax > LogFormat.HEADER_BYTES ? inSteps(sizeMax) : 0;
        this.wantedBytes = Math.min(sizeBytesMax, SIZE_BYTES_FIRST);
    }

    private static int inSteps(long bytes) {
        return (int) (bytes < STEP_BYTES ? bytes : bytes - bytes % STEP_BYTES);
    }

    // For the thread that writes the log.

    /**
     * A batch was written: asks for a file when it is time.
     *
     * @param usedBytes how far the log's file is written to
     * @param aheadBytes how long it was made ahead; 0 for an ordinary one
     */
    void wrote(int batch, long usedBytes, long aheadBytes) {
        batchBytes += (batch - batchBytes) / BATCHES_SMOOTHED;
        usedPart = usedBytes >= aheadBytes ? 1 : (float) usedBytes / aheadBytes;
        boolean isTime = usedPart >= ASKED_AT_PART && batchBytes <= BATCH_BYTES_MAX;
        if (isTime && sizeBytesMax > 0 && wantedBytes == 0 && readyBytes == 0) {
            wantedBytes = inSteps(Math.min(sizeBytesMax, Math.max(SIZE_BYTES_FIRST, expectedBytes)));
            asks++;
        }
    }

    /** Returns how often a file was asked for; a file may be taken and the next asked for between two looks. */
    long asks() {
        return asks;
    }

    /** The log leaves a file that is written to so far. */
    void left(long usedBytes) {
        expectedBytes = Math.max(expectedBytes, 2 * usedBytes);
    }

    /** The log leaves a file because a snapshot is taken; since the one before so much was written, to one file or more. */
    void rolled(long bytes) {
        expectedBytes = bytes + bytes / SPARE_PART;
    }

    /** Says whether there is a file to take that has room for so much. */
    boolean holds(int bytes) {
        return readyBytes - LogFormat.HEADER_BYTES >= bytes;
    }

    /** Returns the size of the file that can be taken; 0 if there is none. */
    int readyBytes() {
        return readyBytes;
    }

    /** Makes the file the log of that name, for good, and opens it. Only when ready. */
    DiskFile take(Path logFile) throws IOException {
        if (disk.exists(logFile)) {
            throw new FileAlreadyExistsException(logFile.toString());
        }
        disk.rename(file, logFile);
        readyBytes = 0;
        disk.syncDirectory(DiskSteps.parentOf(logFile));
        return disk.open(logFile, Disk.Mode.BLOCKS);
    }

    /** Will not take what is ready, because the space is needed: as if it had been asked for and not begun yet. */
    void decline() {
        int ready = readyBytes;
        if (ready > 0) {
            // In this order: it is not to be filled before it cannot be taken.
            wantedBytes = ready;
            readyBytes = 0;
            asks++;
        }
    }

    // For the thread that fills.

    /** Says whether there is something to fill. Callable from any thread. */
    public boolean isWanted() {
        return wantedBytes != 0 && readyBytes == 0;
    }

    /**
     * Writes and syncs the next slice, after the last of which the file can be taken. Only when wanted.
     *
     * @return whether the disk can spare the space; if not, what was there is deleted, and the next call begins anew
     * @throws StorageException if that cannot be; what was there is deleted, and the next call begins anew
     */
    public boolean fill() throws StorageException {
        int size = wantedBytes;
        try {
            if (!space.canSpare(filling == null ? size : size - filledBytes)) {
                giveBack();
                return false;
            }
            DiskFile open = filling == null ? begin() : filling;
            int slice = Math.min(ZEROS.capacity(), size - filledBytes);
            int zerosAt = filledBytes;
            if (zerosAt == 0) {
                WireWriter header = new WireWriter(LogFormat.HEADER_BYTES);
                LogFormat.writeHeader(header);
                open.write(header.asByteBuffer(), 0);
                zerosAt = header.size();
            }
            open.write(ZEROS.duplicate().limit(filledBytes + slice - zerosAt), zerosAt);
            open.syncData();
            space.prepared(slice);
            filledBytes += slice;
            if (filledBytes == size) {
                filling = null;
                filledBytes = 0;
                sayRefusalOnce(open);
                open.close();
                // In this order: what is ready is not wanted, even if it is taken and another asked for at once.
                readyBytes = size;
                wantedBytes = 0;
            }
            return true;
        } catch (IOException e) {
            closeUnfinished(e);
            FileSnapshots.deleteAfter(disk, e, file);
            throw WriteFailedException.of(file, "prepare", e);
        }
    }

    private void sayRefusalOnce(DiskFile filled) {
        Optional<Exception> refusal = refusalSaid ? Optional.empty() : filled.refusal();
        refusal.ifPresent(each -> {
            refusalSaid = true;
            log.info(
                    "writing the log through the system's cache directory={} because={}",
                    file.getParent(),
                    each.toString());
        });
    }

    /** Says whether the log will need what is being filled before it is ready, should both go on as they did. */
    public boolean isLate() {
        int wanted = wantedBytes;
        return wanted > 0 && filledBytes / (float) wanted < (usedPart - ASKED_AT_PART) / (1 - ASKED_AT_PART);
    }

    private DiskFile begin() throws IOException {
        filledBytes = 0;
        delete();
        begun = true;
        disk.open(file, Disk.Mode.CREATE).close();
        DiskFile created = disk.open(file, Disk.Mode.BLOCKS);
        filling = created;
        return created;
    }

    private void delete() throws IOException {
        begun = false;
        if (disk.exists(file)) {
            disk.delete(file);
        }
    }

    /** Says whether there may be something to give back. */
    public boolean isBegun() {
        return isWanted() && begun;
    }

    /** Deletes what was made so far of the file that is wanted. */
    public void giveBack() {
        if (isBegun()) {
            discard();
        }
    }

    private void closeUnfinished(IOException failure) {
        try (DiskFile unfinished = filling) {
            filling = null;
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Deletes what was made, even if it is ready; after the threads have ended. */
    void discard() {
        try (DiskFile unfinished = filling) {
            filling = null;
            delete();
        } catch (IOException e) {
            log.warn("left for the next start to delete file={}", file, e);
        }
    }
}
