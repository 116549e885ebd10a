package baton.server.storage;

import baton.server.txn.LogSpace.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when the disk is nearly full, so that the server can stop to grow before it would have to stop altogether.
 *
 * <p>Space is low with less than the reserve left, and spent with less than a quarter of it, without space for a {@link
 * ReserveFile}, or once a write found none. Each level is left by itself, with half as much again. Looked at by the thread
 * that writes the log, once a second while it writes, and whenever half of what lies before the next level may have been
 * written since the last look, to the log or to its {@link NextLog}.
 */
final class SpaceWatch {
    private static final Logger log = LoggerFactory.getLogger(SpaceWatch.class);

    /** Which part of the reserve is kept for deletes and the ends of sessions. */
    private static final int SPENT_PART = 4;

    private final Disk disk;
    private final List<Path> directories;
    private final LongSupplier reserveBytes;
    private final ReserveFile reserve;

    // Written by whoever writes the log.
    private Level level = Level.AMPLE;
    private long bytesUntilLook;
    private boolean failed;
    private long preparedSeen;

    // Written by the thread that fills the next log.
    private volatile long preparedBytes;

    /**
     * Watches the volumes of the directories.
     *
     * @param directories of logs and snapshots, which are one unless somebody has parted them
     * @param reserveBytes what should always be left
     */
    SpaceWatch(Disk disk, List<Path> directories, LongSupplier reserveBytes, ReserveFile reserve) {
        this.disk = disk;
        this.directories = directories.stream().distinct().toList();
        this.reserveBytes = reserveBytes;
        this.reserve = reserve;
    }

    Level level() {
        return level;
    }

    /** A write has found no space. */
    void ranOut(Path file) {
        if (level != Level.SPENT) {
            level = Level.SPENT;
            bytesUntilLook = Long.MAX_VALUE; // A write says more than numbers: these count again in a second.
            log.warn("disk full, taking nothing but deletes and ends of sessions file={}", file);
        }
    }

    /** So much was written since the last look. */
    void wrote(long bytes) {
        long prepared = preparedBytes;
        bytesUntilLook -= bytes + prepared - preparedSeen;
        preparedSeen = prepared;
        if (bytesUntilLook < 0) {
            look();
        }
    }

    /** So much was written ahead. For the thread that fills the next log, as is the next. */
    void prepared(long bytes) {
        preparedBytes += bytes;
    }

    /** Says whether the disk would be far from nearly full even with so much less. */
    boolean canSpare(long bytes) throws IOException {
        long low = reserveBytes.getAsLong();
        return usableBytes() - bytes >= low + low / 2;
    }

    /** Looks how much is left. */
    void look() {
        long usable;
        try {
            usable = usableBytes();
            failed = false;
        } catch (IOException e) {
            if (!failed) {
                log.warn("cannot tell how much space is left in={}", directories, e);
            }
            failed = true;
            return;
        }
        long low = reserveBytes.getAsLong();
        Level next = next(usable, low, low / SPENT_PART);
        if (next != level) {
            tell(next, usable, low);
            level = next;
        }
        bytesUntilLook = (usable - (level == Level.AMPLE ? low : low / SPENT_PART)) / 2;
    }

    private Level next(long usable, long low, long spent) {
        if (reserve.isLacking() || usable < (level == Level.SPENT ? spent + spent / 2 : spent)) {
            return Level.SPENT;
        }
        return usable < (level == Level.AMPLE ? low : low + low / 2) ? Level.LOW : Level.AMPLE;
    }

    private void tell(Level next, long usable, long low) {
        switch (next) {
            case AMPLE -> log.info("disk has space again, taking everything usable={} reserve={}", usable, low);
            case LOW ->
                log.warn(
                        "disk nearly full, refusing what needs more space usable={} reserve={} in={}",
                        usable,
                        low,
                        directories);
            case SPENT ->
                log.warn(
                        "disk full but for a reserve, taking nothing but deletes and ends of sessions usable={} reserve={}"
                                + " in={}",
                        usable,
                        low,
                        directories);
        }
    }

    private long usableBytes() throws IOException {
        long least = Long.MAX_VALUE;
        for (Path each : directories) {
            least = Math.min(least, disk.usableBytes(each));
        }
        return least;
    }
}
