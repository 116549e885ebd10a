package baton.server.storage;

import baton.server.txn.LogSpace;
import baton.server.txn.TxnEntry;

/**
 * The history, in the order in which it becomes durable.
 *
 * <p>Entries are appended to a batch in memory; {@link #force} makes the batch durable with one write and one
 * synchronisation, however many entries it has. Nothing appended may be acknowledged before. Zxids must follow each
 * other: the next of the same epoch, or any of a later one.
 *
 * <p>After a {@link StorageException} the log refuses everything with the same reason, for good: stop the server and read
 * the log again. Used by one thread at a time.
 */
public interface TxnLog extends AutoCloseable {
    /** Adds an entry to the batch. */
    void append(TxnEntry entry) throws StorageException;

    /**
     * Makes everything appended durable; does nothing if nothing was.
     *
     * @return the last zxid that is durable
     */
    long force() throws StorageException;

    /**
     * Forces the batch, and begins a new file with the next entry if there is space for one: done when a snapshot is about
     * to be taken.
     */
    void roll() throws StorageException;

    /** Returns the last zxid appended, or that the log was opened with. */
    long lastZxid();

    /** Returns how many entries were appended since the last roll. */
    long entriesSinceRoll();

    /** Returns how many bytes these take up. */
    long bytesSinceRoll();

    /**
     * Does what need not be done with every batch: notes how far the history is durable, and looks how much space is
     * left. At most once a second, however often it is called.
     *
     * @return when to call again even if nothing is appended; {@link Long#MAX_VALUE} for not at all
     */
    default long upkeep(long nowNanos) {
        return Long.MAX_VALUE;
    }

    /** Returns how many batches made a file longer. */
    default long growths() {
        return 0;
    }

    /** Returns how often something was asked for that another thread prepares: it should look whenever that is more. */
    default long asks() {
        return 0;
    }

    /** Says how much room there is for what comes behind the last durable transaction. */
    default LogSpace space() {
        return LogSpace.UNBOUNDED;
    }

    /** Forces the batch and lets go of the file. */
    @Override
    void close() throws StorageException;
}
