package baton.server.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when the disk is nearly full, so that the server can stop to grow before it has to stop altogether.
 *
 * <p>It is low with less than the reserve left, or once a write found no space. It is well again, by itself, with half as
 * much again left and a {@link ReserveFile} to take. Looked at by the thread that writes the log; any thread may ask.
 */
final class SpaceWatch {
    private static final Logger log = LoggerFactory.getLogger(SpaceWatch.class);

    private final Disk disk;
    private final List<Path> directories;
    private final LongSupplier reserveBytes;
    private final ReserveFile reserve;

    // Written by the log's thread.
    private volatile boolean low;
    private boolean failed;

    /**
     * Watches the volumes of the directories.
     *
     * @param reserveBytes what should always be left
     */
    SpaceWatch(Disk disk, List<Path> directories, LongSupplier reserveBytes, ReserveFile reserve) {
        this.disk = disk;
        this.directories = List.copyOf(directories);
        this.reserveBytes = reserveBytes;
        this.reserve = reserve;
    }

    /** Says whether to grow no further. */
    boolean isLow() {
        return low;
    }

    /** A write has found no space. */
    void ranOut(Path file) {
        if (!low) {
            low = true;
            log.warn("disk full, refusing what needs more space file={}", file);
        }
    }

    /** Looks how much is left. */
    void look() {
        long enter = reserveBytes.getAsLong();
        long leave = enter + enter / 2;
        for (Path each : directories) {
            long usable = usable(each);
            if (!low && usable < enter) {
                low = true;
                log.warn(
                        "disk nearly full, refusing what needs more space usable={} reserve={} in={}",
                        usable,
                        enter,
                        each);
            }
            if (low && usable < leave) {
                return;
            }
        }
        if (low && reserve.isReady()) {
            low = false;
            log.info("disk has space again, taking everything reserve={}", enter);
        }
    }

    private long usable(Path directory) {
        try {
            long usable = disk.usableBytes(directory);
            failed = false;
            return usable;
        } catch (IOException e) {
            if (!failed) {
                log.warn("cannot tell how much space is left in={}", directory, e);
            }
            failed = true;
            return low ? 0 : Long.MAX_VALUE;
        }
    }
}
