package baton.server.tree;

import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;

/**
 * Lets many threads read the tree while one thread changes it, a whole transaction at a time.
 *
 * <p>The writer closes the gate, changes the tree, hands out the watch events the change caused, and opens the gate
 * again. Two promises follow:
 *
 * <ol>
 *   <li>No reader sees half of a transaction. {@link #read} runs without a lock and is repeated if the gate was closed
 *       meanwhile; {@link #readAlone} holds the writer off.
 *   <li>Whoever sees a change was handed its events before. A reader that saw the change began after the gate was
 *       opened, and by then the events were in every inbox. Likewise a watch registered inside {@link #readAlone} stands
 *       before the next change or after it, never beside it: what was read is what the watch will report changes of.
 * </ol>
 *
 * <p>Thread-safe. Neither side may block or do I/O inside the gate; {@link #close} and {@link #open} belong to the
 * writer.
 */
public final class ReadGate {
    /** Repeated reads are cheaper than parking, but a writer that was descheduled must not burn the readers' time. */
    private static final int OPTIMISTIC_ATTEMPTS = 3;

    // Replaced before anybody reads, if at all.
    private StampedLock lock = new StampedLock();

    // Written by the writer only, between close and open.
    private long writeStamp;

    /**
     * Takes another lock, such as that of a host that gives writer and readers their turns on one thread; to be called
     * before anybody reads.
     */
    public void guardedBy(StampedLock other) {
        this.lock = other;
    }

    /** Says whether the writer is inside. */
    public boolean isClosed() {
        return lock.isWriteLocked();
    }

    /** Holds off readers and waits for those inside {@link #readAlone}. */
    public void close() {
        writeStamp = lock.writeLock();
    }

    /** Publishes what was changed since {@link #close}. */
    public void open() {
        lock.unlockWrite(writeStamp);
    }

    /**
     * Runs the reading, perhaps more than once, until it ran without a change beside it.
     *
     * @param reading has no side effects and looks only at what the tree publishes safely: nodes, their states and their
     *     children. It may meet half a transaction; its result is then thrown away
     */
    public <T> T read(Supplier<T> reading) {
        for (int attempt = 0; attempt < OPTIMISTIC_ATTEMPTS; attempt++) {
            long stamp = lock.tryOptimisticRead();
            if (stamp != 0) {
                T result = reading.get();
                if (lock.validate(stamp)) {
                    return result;
                }
            }
        }
        return readAlone(reading);
    }

    /** Runs the reading once, while nothing changes. It may register watches and look at everything. */
    public <T> T readAlone(Supplier<T> reading) {
        long stamp = lock.readLock();
        try {
            return reading.get();
        } finally {
            lock.unlockRead(stamp);
        }
    }
}
