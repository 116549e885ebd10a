package baton.bench;

import java.util.concurrent.CompletableFuture;

/** One party on etcd, with a connection and a lease of its own. Used by one thread at a time. */
interface Rival extends AutoCloseable {
    /** Takes the lock, however long that takes. */
    void lock(String path) throws Exception;

    /** Gives back what {@link #lock} took; the next {@link #lock} of any party may come at once. */
    void unlock() throws Exception;

    /** Wants to lead; completes when it does. */
    CompletableFuture<Void> lead(String path) throws Exception;

    /** Leads no more, and lets the next one. */
    void resign() throws Exception;

    /** Stops renewing its lease, as a process that is killed; only {@link #close} may follow. */
    void vanish();

    @Override
    void close() throws Exception;
}
