package baton.server.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says up to where the numbers of sessions were given to a run of the server, so that the next run takes others: clocks go
 * back, and of sessions that have ended no snapshot speaks.
 *
 * <pre>
 * file := slot, 4,032 zeros, slot                     written one after the other, so that a torn write spares one
 * slot := int64 'BATONNR1', int64 first number that is free, 44 zeros, int32 CRC-32C of the 60 bytes before
 * </pre>
 *
 * <p>Both slots say the same once a run has its numbers, and no sector of a disk holds both, so that damage to one takes
 * nothing back. A file that was torn has a smaller number in one; the larger one counts.
 *
 * <p>It is written over itself, and so on a full disk, too. Nobody else reads it; without it the certainty is gone and
 * nothing else. So a failure to write it is said, and the server goes on.
 */
final class NumbersFile {
    static final String FILE = "numbers";

    private static final Logger log = LoggerFactory.getLogger(NumbersFile.class);
    private static final long MAGIC = 0x4241544f4e4e5231L;
    private static final int SECOND_SLOT = 4_096;
    private static final int SLOT_BYTES = 64;
    private static final int FILE_BYTES = SECOND_SLOT + SLOT_BYTES;
    private static final int SUMMED_BYTES = 60;

    private final Disk disk;
    private final Path file;

    NumbersFile(Disk disk, Path sideDirectory) {
        this.disk = disk;
        this.file = sideDirectory.resolve(FILE);
    }

    /**
     * Takes so many numbers.
     *
     * @param atLeast where they may begin
     * @return where they begin: no earlier run was given any of them
     */
    long take(long atLeast, long count) {
        long first = atLeast;
        try {
            if (!disk.exists(file)) {
                create();
            }
            ByteBuffer slots = ByteBuffer.wrap(DiskSteps.read(disk, file, FILE_BYTES));
            long one = freeIn(slots, 0);
            long other = freeIn(slots, SECOND_SLOT);
            first = Math.max(atLeast, Math.max(one, other));
            try (DiskFile open = disk.open(file, Disk.Mode.WRITE)) {
                int smaller = one > other ? SECOND_SLOT : 0;
                keep(open, smaller, first + count);
                keep(open, SECOND_SLOT - smaller, first + count);
            }
        } catch (IOException e) {
            log.warn("cannot keep the numbers of sessions, trusting the clock instead file={}", file, e);
        }
        return first;
    }

    private void create() throws IOException {
        try (DiskFile created = disk.open(file, Disk.Mode.CREATE)) {
            created.write(ByteBuffer.allocate(FILE_BYTES), 0);
            created.sync();
        }
        disk.syncDirectory(DiskSteps.parentOf(file));
    }

    private static void keep(DiskFile open, int at, long free) throws IOException {
        open.write(slot(free), at);
        open.sync();
    }

    private static ByteBuffer slot(long free) {
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
        slot.putLong(MAGIC).putLong(free);
        return slot.putInt(SUMMED_BYTES, sum(slot, 0)).rewind();
    }

    /** Returns what the slot says; 0 if it is not whole. */
    private static long freeIn(ByteBuffer slots, int at) {
        boolean whole = slots.limit() >= at + SLOT_BYTES
                && slots.getLong(at) == MAGIC
                && slots.getInt(at + SUMMED_BYTES) == sum(slots, at);
        return whole ? slots.getLong(at + Long.BYTES) : 0;
    }

    private static int sum(ByteBuffer slots, int at) {
        CRC32C sum = new CRC32C();
        sum.update(slots.array(), at, SUMMED_BYTES);
        return (int) sum.getValue();
    }
}
