package baton.server.sim.history;

import baton.protocol.WatchEvent;
import baton.protocol.WatcherType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Everything a client received over one connection, in order. */
public final class Conversation {
    /**
     * One frame: the answer to an operation, or an event. Or a look at what the server holds for the connection.
     *
     * @param zxid what its header says; -1 for an event that a client had missed; up to where the server is looked at
     * @param watches in whose place are those of the server
     */
    record Receipt(
            long zxid,
            @Nullable Operation answered,
            @Nullable WatchEvent event,
            @Nullable HeldWatches watches) {}

    private final String client;
    private final long session;
    private final Caller caller;
    private final List<Receipt> receipts = new ArrayList<>();
    private final Set<String> pathsAsked = new TreeSet<>();

    Conversation(String client, long session, Caller caller) {
        this.client = client;
        this.session = session;
        this.caller = caller;
    }

    /** An operation was answered. */
    public void answered(Operation operation) {
        receipts.add(new Receipt(operation.zxid(), operation, null, null));
        pathsAsked.addAll(WatchModel.pathsOf(operation.request()));
    }

    /** An event came. */
    public void told(long zxid, WatchEvent event) {
        receipts.add(new Receipt(zxid, null, event, null));
    }

    /**
     * The server is looked at while no answer is on its way.
     *
     * @param zxid of the last transaction it has applied
     * @param has says whether it holds a watch of this connection
     * @param pathCount how many paths it watches for this connection
     */
    public void looked(long zxid, BiPredicate<String, WatcherType> has, int pathCount) {
        receipts.add(new Receipt(zxid, null, null, HeldWatches.of(pathsAsked, has, pathCount)));
    }

    /** Returns who it is, whatever session that is for. */
    String client() {
        return client;
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
