package baton.server.runtime;

import baton.server.storage.LogSettings;
import baton.server.storage.SnapshotTrigger;
import baton.server.storage.StorageException;
import baton.server.storage.TxnLog;
import baton.server.txn.LogSpace;
import baton.server.txn.TxnEntry;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes transactions durable, in groups: of what has come up while the last one was written all, or half if it is much.
 *
 * <p>No timer: a lone transaction is written at once, and the busier the server, the larger the groups. Clients who wait for
 * their answers would come to be one large group, and the disk idle while it is answered and asks again, the loops idle while
 * it is written. So of those who wait now and of the last group, who are being answered, only half are taken: two groups, which
 * take turns with the disk. See decision 0022.
 *
 * <p>The sequencer gives transactions and learns from {@link #durableZxid} how far they have come; a number and not a message,
 * because the sequencer may itself be waiting for room in this agent's queue. A single one it may {@linkplain #writeAtOnce write}
 * itself. See decision 0028.
 */
final class LogAgent implements Agent {
    private static final Logger log = LoggerFactory.getLogger(LogAgent.class);
    private static final int QUEUE_CAPACITY = 1 << 14;

    /** So many are taken in any case: for fewer a second force costs more than it gains. */
    private static final int BATCH_MIN = 8;

    /** For a slower disk the way to this agent's thread and back is not worth mentioning. */
    private static final long QUICK_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

    private final SpscVarHandleArrayQueue<TxnEntry> queue = new SpscVarHandleArrayQueue<>(QUEUE_CAPACITY);
    private final TxnLog txns;
    private final boolean inTurns;
    private final SnapshotTrigger trigger;
    private final Bell sequencer;
    private final Bell bell;
    private final Bell preparer;
    private final long slowSyncNanos;
    private final ServerMetrics metrics;
    private final Clock clock;
    private final TravelTimes waits;
    private final TravelTimes flushes;

    /** Held by whoever writes. */
    private final Semaphore pen = new Semaphore(1);

    // Of whoever holds the pen.
    private long lastForceNanos = Long.MAX_VALUE;
    private int lastBatch;
    private long asksSeen;
    private long growthsSeen;
    private long upkeepAtNanos = Long.MAX_VALUE;

    // Likewise, but read by others.
    private volatile boolean upkeepIsWanted;
    private volatile long durableZxid;
    private volatile long rolls;
    private volatile long diskCall;
    private volatile LogSpace space;
    private volatile long answeredAtNanos;

    /**
     * Goes on with a log.
     *
     * @param inTurns whether two groups take turns: not where one processor does everything, which more forces keep from it
     * @param bell wakes this agent
     * @param preparer wakes the one that prepares the log's next file
     * @param slowSyncMillis a batch that takes longer to become durable is reported
     */
    LogAgent(
            TxnLog log,
            boolean inTurns,
            SnapshotTrigger trigger,
            Bell sequencer,
            Bell bell,
            Bell preparer,
            int slowSyncMillis,
            ServerMetrics metrics,
            Clock clock) {
        this.txns = log;
        this.inTurns = inTurns;
        this.trigger = trigger;
        this.sequencer = sequencer;
        this.bell = bell;
        this.preparer = preparer;
        this.metrics = metrics;
        this.clock = clock;
        this.waits = new TravelTimes(metrics, Timing.SYNC_PROCESSOR_QUEUE_TIME_MS, log.lastZxid());
        this.flushes = new TravelTimes(metrics, Timing.SYNC_PROCESSOR_QUEUE_AND_FLUSH_TIME_MS, log.lastZxid());
        this.slowSyncNanos = TimeUnit.MILLISECONDS.toNanos(slowSyncMillis);
        this.durableZxid = log.lastZxid();
        this.space = log.space();
        this.answeredAtNanos = clock.nanos();
    }

    /** Says whether two groups had better take turns: if there is a disk to wait for, and another processor meanwhile. */
    static boolean takesTurns(boolean isOnDisk, int processors) {
        return isOnDisk && processors > 1;
    }

    /** Takes a transaction that follows the last one; false if there is no room. For the sequencer. */
    boolean offer(TxnEntry entry) {
        return queue.offer(entry);
    }

    /** Returns the last zxid that survives a power cut. */
    long durableZxid() {
        return durableZxid;
    }

    /** Returns a number for each call to the disk, odd while there is no answer. */
    long diskCall() {
        return diskCall;
    }

    /** Returns how much room there is: another object whenever that has changed. */
    LogSpace space() {
        return space;
    }

    /** Returns when a turn began in which the disk has done all it was asked for. */
    long answeredAtNanos() {
        return answeredAtNanos;
    }

    /** Returns how often the log became long enough for a snapshot. */
    long rolls() {
        return rolls;
    }

    @Override
    public String role() {
        return ServerThreads.LOG;
    }

    /**
     * Writes a change that waits alone, on the sequencer's thread, if the disk was quick the last time and has nothing else to do.
     *
     * @return whether it is durable now; else this agent has to be rung
     */
    boolean writeAtOnce(long nowNanos) throws StorageException {
        if (!pen.tryAcquire()) {
            return false;
        }
        try {
            if (lastForceNanos > QUICK_NANOS || queue.size() != 1 || isUpkeepDue(nowNanos)) {
                return false;
            }
            // Of one, since nobody adds to the queue meanwhile: whoever does that is here.
            write(nowNanos);
            answeredAtNanos = nowNanos;
            // Its own thread may sleep until it is rung, and there may be less room by now.
            if (upkeepAtNanos == Long.MAX_VALUE || txns.space().level() != LogSpace.Level.AMPLE) {
                upkeepIsWanted = true;
                bell.ring();
            }
            return true;
        } finally {
            pen.release();
        }
    }

    @Override
    public int doWork(long nowNanos) throws StorageException {
        pen.acquireUninterruptibly();
        try {
            int count = write(nowNanos);
            if (count > 0) {
                sequencer.ring();
            }
            if (count > 0 || isUpkeepDue(nowNanos)) {
                lookAfter(nowNanos);
            }
            return count;
        } finally {
            pen.release();
        }
    }

    private boolean isUpkeepDue(long nowNanos) {
        return upkeepIsWanted || nowNanos >= upkeepAtNanos || space.level() != LogSpace.Level.AMPLE;
    }

    /** Writes one group. */
    private int write(long nowNanos) throws StorageException {
        int waiting = queue.size();
        int most = inTurns ? Math.max(BATCH_MIN, (waiting + lastBatch + 1) / 2) : Integer.MAX_VALUE;
        int count = 0;
        long limit = txns.bytesSinceRoll() + LogSettings.BATCH_BYTES;
        for (TxnEntry entry = queue.poll(); entry != null; entry = queue.poll()) {
            long preparedAtMillis = entry.header().timeMillis();
            waits.setOut(entry.zxid(), preparedAtMillis);
            flushes.setOut(entry.zxid(), preparedAtMillis);
            txns.append(entry);
            count++;
            if (count == most || txns.bytesSinceRoll() >= limit) {
                break;
            }
        }
        lastBatch = count;
        if (count > 0) {
            waits.arrived(txns.lastZxid(), clock.wallMillis());
            force();
            flushes.arrived(durableZxid, clock.wallMillis());
            metrics.measure(Timing.SYNC_PROCESS_TIME, clock.nanos() - nowNanos);
            metrics.measure(Timing.SYNC_PROCESSOR_BATCH_SIZE, count);
            metrics.measure(Timing.SYNC_PROCESSOR_QUEUE_SIZE, waiting);
        }
        return count;
    }

    /** What need not be done with a lone change. */
    private void lookAfter(long nowNanos) throws StorageException {
        upkeepIsWanted = false;
        diskCall++;
        if (txns.entriesSinceRoll() > 0 && trigger.isDue(txns, nowNanos)) {
            txns.roll();
            rolls++;
            sequencer.ring();
        }
        upkeepAtNanos = txns.upkeep(nowNanos);
        diskCall++;
        answeredAtNanos = nowNanos;
        tellSpace();
        askPreparer();
    }

    private void force() throws StorageException {
        long begin = clock.nanos();
        diskCall++;
        durableZxid = txns.force();
        diskCall++;
        long took = clock.nanos() - begin;
        lastForceNanos = took;
        metrics.measure(Timing.FSYNCTIME, took);
        long growths = txns.growths();
        metrics.count(Tally.LOG_GROWN_COUNT, growths - growthsSeen);
        growthsSeen = growths;
        if (took > slowSyncNanos) {
            metrics.count(Tally.FSYNC_THRESHOLD_EXCEED_COUNT);
            log.warn("slow disk, a batch became durable in={}ms", TimeUnit.NANOSECONDS.toMillis(took));
        }
    }

    private void askPreparer() {
        long asks = txns.asks();
        if (asks != asksSeen) {
            asksSeen = asks;
            preparer.ring();
        }
    }

    private void tellSpace() {
        LogSpace now = txns.space();
        boolean counts = now.level() == LogSpace.Level.SPENT;
        if (now.level() != space.level() || counts && !now.equals(space)) {
            space = now;
            sequencer.ring();
        }
    }

    @Override
    public long deadlineNanos() {
        return upkeepAtNanos;
    }

    @Override
    public boolean hasWork() {
        return !queue.isEmpty() || upkeepIsWanted;
    }

    /** The log is closed by its owner, after this thread. */
    @Override
    public void onClose() {}
}
