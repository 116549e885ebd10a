package baton.server.storage;

import java.util.random.RandomGenerator;

/**
 * Says when the log is long enough for the next snapshot.
 *
 * <p>The limits are drawn anew each time, between half of those configured and all of them: the members of an ensemble
 * then do not all write at the same moment.
 */
public final class SnapshotTrigger {
    /** Transactions between snapshots, by default. */
    public static final int ENTRIES_DEFAULT = 100_000;

    /** Bytes of log between snapshots, by default. */
    public static final long BYTES_DEFAULT = 4L * 1024 * 1024 * 1024;

    private final int entriesMax;
    private final long bytesMax;
    private final RandomGenerator random;

    // Written by the caller's thread.
    private long entriesLimit;
    private long bytesLimit;

    /**
     * Draws the first limits.
     *
     * @param entriesMax at least 2
     * @param bytesMax 0 or less for no limit
     */
    public SnapshotTrigger(int entriesMax, long bytesMax, RandomGenerator random) {
        if (entriesMax < 2) {
            throw new IllegalArgumentException("snapCount=" + entriesMax + ": must be at least 2");
        }
        this.entriesMax = entriesMax;
        this.bytesMax = bytesMax;
        this.random = random;
        draw();
    }

    /** Says whether to roll the log and take a snapshot now; if so, the limits are drawn anew. */
    public boolean isDue(TxnLog log) {
        boolean due = log.entriesSinceRoll() > entriesLimit || log.bytesSinceRoll() > bytesLimit;
        if (due) {
            draw();
        }
        return due;
    }

    private void draw() {
        entriesLimit = entriesMax / 2 + random.nextInt(entriesMax / 2);
        bytesLimit = bytesMax <= 1 ? Long.MAX_VALUE : bytesMax / 2 + random.nextLong(bytesMax / 2);
    }
}
