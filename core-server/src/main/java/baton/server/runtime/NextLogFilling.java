package baton.server.runtime;

import baton.server.storage.NextLog;
import baton.server.storage.StorageException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the log's next file slice by slice. For one thread, which has other things to do as well.
 *
 * <p>In between are rests, longer the longer the disk takes, and short while the log fills its own file sooner than this one is
 * filled. What a disk that is nearly full was given of it is taken back.
 */
final class NextLogFilling {
    private static final Logger log = LoggerFactory.getLogger(NextLogFilling.class);

    /**
     * How many times as long as a slice takes nothing is filled afterwards. After each of them the rest ends if the log would
     * fill its own file sooner otherwise.
     */
    private static final int RESTS_AFTER_SLICE = 3;

    /** What could not be filled is tried again after this. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final NextLog nextLog;
    private final Clock clock;
    private boolean rests;
    private long restsUntilNanos;
    private long sliceNanos;
    private int restsLeft;
    private long spentNanos;

    NextLogFilling(NextLog nextLog, Clock clock) {
        this.nextLog = nextLog;
        this.clock = clock;
    }

    /** Fills a slice, or gives back what there is if space is low. Returns 0 if there is nothing to do yet. */
    int goOn(boolean spaceIsLow) {
        long begin = clock.nanos();
        rests = restsAt(begin);
        if (!hasWork(spaceIsLow)) {
            return 0;
        }
        if (spaceIsLow) {
            nextLog.giveBack();
            return 1;
        }
        boolean fits = false;
        try {
            fits = nextLog.fill();
        } catch (StorageException e) {
            log.warn("the log does without a file made ahead for now: {}", e.getMessage());
        }
        long end = clock.nanos();
        sliceNanos = end - begin;
        spentNanos += sliceNanos;
        restsLeft = fits ? RESTS_AFTER_SLICE - 1 : 0;
        restsUntilNanos = end + (fits ? sliceNanos : RETRY_NANOS);
        rests = true;
        return 1;
    }

    private boolean restsAt(long nowNanos) {
        while (restsLeft > 0 && nowNanos >= restsUntilNanos && !nextLog.isLate()) {
            restsLeft--;
            restsUntilNanos += sliceNanos;
        }
        return rests && nowNanos < restsUntilNanos;
    }

    /** Says whether there is something to do at once. */
    boolean hasWork(boolean spaceIsLow) {
        return spaceIsLow ? nextLog.isBegun() : nextLog.isWanted() && !rests;
    }

    /** Returns when the rest is over; {@link Long#MAX_VALUE} if there is none. */
    long deadlineNanos() {
        return rests ? restsUntilNanos : Long.MAX_VALUE;
    }

    /** Returns how long all slices so far have taken. */
    long spentNanos() {
        return spentNanos;
    }
}
