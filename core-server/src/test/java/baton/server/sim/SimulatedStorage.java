package baton.server.sim;

import baton.server.request.ServerState;
import baton.server.txn.TxnEntry;

/** Where a {@link SimulatedServer} keeps its history: in memory, or in files on a {@link SimulatedDisk}. */
public interface SimulatedStorage {
    /** Takes an entry that is to become durable. */
    void append(TxnEntry entry);

    /** Returns how many entries are not durable. */
    int pending();

    /** Forces the next so many entries, and returns the zxid up to which all are durable. */
    long force(int count);

    /** Writes a snapshot of the state, and lets something else happen now and then meanwhile. */
    void snapshot(ServerState state, Runnable between);

    /**
     * Loses what is not durable, except perhaps so many entries more.
     *
     * @return what a server that starts now begins with
     */
    ServerState crash(int survivors);
}
