package baton.server.storage;

import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Says when the log is long enough for the next snapshot.
 *
 * <p>A snapshot spares the next start the replay of a log, and costs the writing of the whole tree. So it is due when there
 * are as many transactions as configured, they take half as much room as the newest snapshot, and whoever writes snapshots
 * has rested from the last: however large the tree has become, no more than two bytes of snapshots are written for one of
 * the log. It is due in any case when there are ten times as many transactions, or as many bytes as configured; so a start
 * replays a bounded log.
 *
 * <p>The limits are drawn anew each time, between half of those configured and all of them: the members of an ensemble
 * then do not all write at the same moment.
 */
public final class SnapshotTrigger {
    /** For so many times the transactions a snapshot may be put off because it is large, or took long. */
    private static final long ENTRIES_FACTOR_MAX = 10;

    /** A log is worth a snapshot of so many times its size. */
    private static final long WORTH_FACTOR = 2;

    private final int entriesMax;
    private final long bytesMax;
    private final LongSupplier snapshotBytes;
    private final LongPredicate rests;
    private final RandomGenerator random;

    // Written by the caller's thread.
    private long entriesLimit;
    private long bytesLimit;

    /**
     * Draws the first limits.
     *
     * @param entriesMax at least 2
     * @param bytesMax 0 or less for no limit
     * @param snapshotBytes tells the size of the newest snapshot, 0 if there is none; asked by whoever asks here
     * @param rests says whether, at a time by the clock of the turns, whoever writes snapshots rests; asked likewise
     */
    public SnapshotTrigger(
            int entriesMax, long bytesMax, LongSupplier snapshotBytes, LongPredicate rests, RandomGenerator random) {
        if (entriesMax < 2) {
            throw new IllegalArgumentException("snapCount=" + entriesMax + ": must be at least 2");
        }
        this.entriesMax = entriesMax;
        this.bytesMax = bytesMax;
        this.snapshotBytes = snapshotBytes;
        this.rests = rests;
        this.random = random;
        draw();
    }

    /** Says whether to roll the log and take a snapshot now; if so, the limits are drawn anew. */
    public boolean isDue(TxnLog log, long nowNanos) {
        boolean due = log.bytesSinceRoll() > bytesLimit
                || log.entriesSinceRoll() / ENTRIES_FACTOR_MAX > entriesLimit
                || log.entriesSinceRoll() > entriesLimit && isWorthIt(log) && !rests.test(nowNanos);
        if (due) {
            draw();
        }
        return due;
    }

    private boolean isWorthIt(TxnLog log) {
        return log.bytesSinceRoll() >= snapshotBytes.getAsLong() / WORTH_FACTOR;
    }

    private void draw() {
        entriesLimit = entriesMax / 2 + random.nextInt(entriesMax / 2);
        bytesLimit = bytesMax <= 1 ? Long.MAX_VALUE : bytesMax / 2 + random.nextLong(bytesMax / 2);
    }
}
