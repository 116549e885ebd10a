package baton.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says up to where the history was once durable, so that a damaged end can be told from an unfinished one.
 *
 * <pre>
 * file := slot, slot                                  even sequences in the first, odd ones in the second
 * slot := int64 'BATONWM1', int64 sequence, int64 zxid,
 *         int64 CRC-32 of the log's name, int64 size of the log in bytes,
 *         20 zeros, int32 CRC-32C of the 60 bytes before
 * </pre>
 *
 * <p>A new file marks zxid 0. The log is the one that is written to, and is named, for good, before anything is: what others
 * added since stands in files of theirs, as a rule, where no unfinished batch of ours can be. Until then a start from a
 * snapshot alone names the logs' directory, which no log is called by. A mark is written after the sync
 * that made it true, and is itself synced only when a log begins and at an orderly end: an older mark is as true as a newer
 * one. So that a power cut leaves one of them whole, the slot that was synced is
 * left alone until the other is. Nobody else reads the file; without it the certainty is gone and nothing else. So a
 * failure to mark a zxid is said once, and tried again with the next mark; but no log is begun that is not named.
 */
final class Watermark implements AutoCloseable {
    static final String FILE = "watermark";

    private static final Logger log = LoggerFactory.getLogger(Watermark.class);
    private static final long MAGIC = 0x4241544f4e574d31L;
    private static final int SLOT_BYTES = 64;
    private static final int SUMMED_BYTES = 60;

    private final Disk disk;
    private final Path file;

    // All written by the thread that writes the log.
    private @Nullable DiskFile open;
    private boolean failureTold;
    private long sequence;
    private boolean synced;
    private long zxid;

    private Watermark(Disk disk, Path file) {
        this.disk = disk;
        this.file = file;
    }

    /**
     * Everything up to the zxid was durable in the directory.
     *
     * @param sequence grows with each mark
     * @param logHash tells the log that was written to
     */
    record Mark(long sequence, long zxid, long logHash) {
        /** Says whether the log is the one that was written to. */
        boolean isOf(Path log) {
            return logHash == hash(log);
        }
    }

    /**
     * Reads the newest mark; nothing if there is none that is whole.
     *
     * @throws DirectoryRefusedException if there is a file that this user may not use, or the disk cannot read
     */
    static Optional<Mark> read(Disk disk, Path sideDirectory) throws DirectoryRefusedException {
        Path file = sideDirectory.resolve(FILE);
        if (!disk.exists(file)) {
            return Optional.empty();
        }
        // For writing, too: who may only read it would find out once the log has begun, when nothing refuses a start
        // any more.
        try (DiskFile open = disk.open(file, Disk.Mode.WRITE)) {
            return newestIn(open, file);
        } catch (IOException e) {
            throw new DirectoryRefusedException(
                    sideDirectory,
                    "cannot read " + file + ": " + e
                            + "; let this user read and write it, or delete it: then damage at the"
                            + " end of the log is taken for a write that was cut short",
                    e);
        }
    }

    private static Optional<Mark> newestIn(DiskFile open, Path file) throws IOException {
        ByteBuffer slots = ByteBuffer.allocate((int) Math.min(2 * SLOT_BYTES, open.size()));
        DiskSteps.readFully(open, slots, 0, file);
        Mark newest = null;
        for (int at = 0; at + SLOT_BYTES <= slots.limit(); at += SLOT_BYTES) {
            Mark each = markAt(slots, at);
            if (each != null && (newest == null || each.sequence > newest.sequence)) {
                newest = each;
            }
        }
        return Optional.ofNullable(newest);
    }

    /** Opens the file for writing, and creates it if there is none. */
    static Watermark open(Disk disk, Path sideDirectory) {
        Watermark watermark = new Watermark(disk, sideDirectory.resolve(FILE));
        try {
            watermark.open();
        } catch (IOException e) {
            watermark.giveUp(e);
        }
        return watermark;
    }

    private DiskFile open() throws IOException {
        Optional<Mark> last = read(disk, DiskSteps.parentOf(file));
        DiskFile opened = openOrCreate(disk, file);
        open = opened;
        if (last.isPresent()) {
            sequence = last.get().sequence();
            zxid = Math.max(zxid, last.get().zxid());
            writeAgain(opened);
        }
        opened.syncData();
        synced = true;
        return opened;
    }

    private static DiskFile openOrCreate(Disk disk, Path file) throws IOException {
        if (disk.exists(file)) {
            return disk.open(file, Disk.Mode.WRITE);
        }
        DiskFile created = disk.open(file, Disk.Mode.CREATE);
        try {
            created.write(ByteBuffer.allocate(2 * SLOT_BYTES), 0);
            created.write(slot(0, 0, file, 0), 0);
            created.sync();
            disk.syncDirectory(DiskSteps.parentOf(file));
            return created;
        } catch (IOException e) {
            created.close();
            throw e;
        }
    }

    /** Writes the last mark as it was read: it may exist in memory only, if a sync of it failed, and another would not know. */
    private void writeAgain(DiskFile opened) throws IOException {
        int at = placeOf(sequence);
        byte[] slots = DiskSteps.read(disk, file, 2 * SLOT_BYTES);
        if (slots.length >= at + SLOT_BYTES) {
            opened.write(ByteBuffer.wrap(slots, at, SLOT_BYTES), at);
        }
    }

    private static int placeOf(long sequence) {
        return (int) (sequence % 2) * SLOT_BYTES;
    }

    /**
     * Marks, for good, which log is written to from now on. Nothing in it is durable yet.
     *
     * @param durableZxid last transaction before it, which is
     * @throws IOException if the disk fails: what a power cut left of that log could not be told from damage. On a full disk,
     *     if it does not even let a file be written over, the log begins without
     */
    void begin(Path logFile, long durableZxid) throws IOException {
        try {
            tryToWrite(durableZxid, logFile, 0).syncData();
            synced = true;
        } catch (IOException e) {
            if (!WriteFailedException.saysDiskFull(e)) {
                close();
                throw e;
            }
            giveUp(e);
        }
    }

    /**
     * Marks a zxid that is durable, in the log whose end it is; does nothing if it is marked.
     *
     * @return false if that failed, and is to be tried again
     */
    boolean mark(long durableZxid, Path logFile, long logBytes) {
        boolean hasBegun = open != null;
        if (hasBegun && durableZxid <= zxid) {
            return true;
        }
        write(durableZxid, logFile, logBytes);
        if (!hasBegun) {
            sync(); // The log has begun without.
        }
        return open != null;
    }

    private void write(long durableZxid, Path logFile, long logBytes) {
        try {
            tryToWrite(durableZxid, logFile, logBytes);
        } catch (IOException e) {
            giveUp(e);
        }
    }

    private DiskFile tryToWrite(long durableZxid, Path logFile, long logBytes) throws IOException {
        DiskFile target = open == null ? open() : open;
        long marked = Math.max(zxid, durableZxid);
        sequence += synced ? 1 : 2;
        synced = false;
        target.write(slot(sequence, marked, logFile, logBytes), placeOf(sequence));
        zxid = marked;
        return target;
    }

    /** Makes the last mark durable. */
    void sync() {
        if (open == null) {
            return;
        }
        try {
            open.syncData();
            synced = true;
        } catch (IOException e) {
            giveUp(e);
        }
    }

    @Override
    public void close() {
        DiskFile closing = open;
        open = null;
        if (closing == null) {
            return;
        }
        try {
            closing.close();
        } catch (IOException e) {
            log.warn("failed to close file={}", file, e);
        }
    }

    private void giveUp(IOException cause) {
        if (!failureTold) {
            log.warn(
                    "cannot write the watermark, which says what damage can be cut off; trying again with each mark file={}"
                            + " because={}",
                    file,
                    cause.toString());
        }
        failureTold = true;
        close();
    }

    private static ByteBuffer slot(long sequence, long durableZxid, Path logFile, long logBytes) {
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
        slot.putLong(MAGIC).putLong(sequence).putLong(durableZxid);
        slot.putLong(hash(logFile)).putLong(logBytes);
        slot.putInt(SUMMED_BYTES, sum(slot, 0)).clear();
        return slot;
    }

    private static @Nullable Mark markAt(ByteBuffer slots, int at) {
        boolean whole = slots.getLong(at) == MAGIC && slots.getInt(at + SUMMED_BYTES) == sum(slots, at);
        return whole ? new Mark(slots.getLong(at + 8), slots.getLong(at + 16), slots.getLong(at + 24)) : null;
    }

    private static int sum(ByteBuffer slots, int at) {
        CRC32C sum = new CRC32C();
        sum.update(slots.array(), at, SUMMED_BYTES);
        return (int) sum.getValue();
    }

    private static long hash(Path logFile) {
        CRC32 sum = new CRC32();
        sum.update(String.valueOf(logFile.getFileName()).getBytes(StandardCharsets.UTF_8));
        return sum.getValue();
    }
}
