package baton.server.tree;

import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

    /** A host that gives writer and readers their turns on one thread, and decides where they alternate. */
    public interface OneThread {
        /** A reader has looked, and has not yet done anything with what it saw: the writer may change it. */
        void looked();

        /** A reader needs the gate to be open: the writer has to go on until it is. */
        void openGate();
    }

    private final StampedLock lock = new StampedLock();

    // Set before anybody reads, if at all.
    private @Nullable OneThread host;

    // Written by the writer only, between close and open.
    private long writeStamp;

    /** Lets a host with one thread take part; to be called before anybody reads. */
    public void sharedBy(OneThread host) {
        this.host = host;
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
                looked();
                if (lock.validate(stamp)) {
                    looked();
                    return result;
                }
            }
        }
        return readAlone(reading);
    }

    /** Runs the reading once, while nothing changes. It may register watches and look at everything. */
    public <T> T readAlone(Supplier<T> reading) {
        if (host != null && isClosed()) {
            host.openGate();
        }
        T result;
        long stamp = lock.readLock();
        try {
            result = reading.get();
        } finally {
            lock.unlockRead(stamp);
        }
        looked();
        return result;
    }

    private void looked() {
        if (host != null) {
            host.looked();
        }
    }
}
