package baton.server.sim.history;

import baton.protocol.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything a client received over one connection, in order. */
public final class Conversation {
    /**
     * One frame: the answer to an operation, or an event.
     *
     * @param zxid what its header says; -1 for an event that a client had missed
     */
    record Receipt(
            long zxid,
            @Nullable Operation answered,
            @Nullable WatchEvent event) {}

    private final long session;
    private final Caller caller;
    private final List<Receipt> receipts = new ArrayList<>();

    Conversation(long session, Caller caller) {
        this.session = session;
        this.caller = caller;
    }

    /** An operation was answered. */
    public void answered(Operation operation) {
        receipts.add(new Receipt(operation.zxid(), operation, null));
    }

    /** An event came. */
    public void told(long zxid, WatchEvent event) {
        receipts.add(new Receipt(zxid, null, event));
    }

    long session() {
        return session;
    }

    /** Who the client was before it proved anything. */
    Caller caller() {
        return caller;
    }

    List<Receipt> receipts() {
        return receipts;
    }
}
