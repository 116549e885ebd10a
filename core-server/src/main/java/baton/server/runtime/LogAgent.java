package baton.server.runtime;

import baton.server.storage.SnapshotTrigger;
import baton.server.storage.StorageException;
import baton.server.storage.TxnLog;
import baton.server.txn.TxnEntry;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * Makes transactions durable, as many at a time as have come up while the last ones were written.
 *
 * <p>No timer: a lone transaction is written at once, and the busier the server, the larger the groups. The sequencer
 * gives transactions and learns from {@link #durableZxid} how far they have come; a number and not a message, because the
 * sequencer may itself be waiting for room in this agent's queue.
 */
final class LogAgent implements Agent {
    private static final int QUEUE_CAPACITY = 1 << 14;
    private static final long BATCH_BYTES = 1 << 20;

    private final SpscVarHandleArrayQueue<TxnEntry> queue = new SpscVarHandleArrayQueue<>(QUEUE_CAPACITY);
    private final TxnLog log;
    private final SnapshotTrigger trigger;
    private final Bell sequencer;

    // Written by this agent's thread.
    private volatile long durableZxid;
    private volatile long rolls;

    LogAgent(TxnLog log, SnapshotTrigger trigger, Bell sequencer) {
        this.log = log;
        this.trigger = trigger;
        this.sequencer = sequencer;
        this.durableZxid = log.lastZxid();
    }

    /** Takes a transaction that follows the last one; false if there is no room. For the sequencer. */
    boolean offer(TxnEntry entry) {
        return queue.offer(entry);
    }

    /** Returns the last zxid that survives a power cut. */
    long durableZxid() {
        return durableZxid;
    }

    /** Returns how often the log became long enough for a snapshot. */
    long rolls() {
        return rolls;
    }

    @Override
    public String role() {
        return ServerThreads.LOG;
    }

    @Override
    public int doWork(long nowNanos) throws StorageException {
        int count = 0;
        long limit = log.bytesSinceRoll() + BATCH_BYTES;
        for (TxnEntry entry = queue.poll(); entry != null; entry = queue.poll()) {
            log.append(entry);
            count++;
            if (log.bytesSinceRoll() >= limit) {
                break;
            }
        }
        if (count == 0) {
            return 0;
        }
        durableZxid = log.force();
        if (trigger.isDue(log)) {
            log.roll();
            rolls++;
        }
        sequencer.ring();
        return count;
    }

    @Override
    public long deadlineNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean hasWork() {
        return !queue.isEmpty();
    }

    /** The log is closed by its owner, after this thread. */
    @Override
    public void onClose() {}
}
