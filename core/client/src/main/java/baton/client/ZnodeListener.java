package baton.client;

import baton.client.session.SessionEnd;
import baton.protocol.WatchEvent;
import java.time.Duration;

/**
 * Hears what becomes of a client's session, and of the nodes it watches.
 *
 * <p>Called on the delivery thread, one call at a time, in the order in which things happened, completions of requests
 * included. Must return soon: whatever is behind it waits.
 */
public interface ZnodeListener {
    /** The session is reachable, for the first time or again. Watches have been registered again. */
    default void attached(boolean first, Duration timeout) {}

    /** A session is reachable, at a server that has no quorum: it lives as long as this connection, and changes nothing. */
    default void attachedReadOnly(Duration timeout) {}

    /** The connection is gone; the session may live on. */
    default void detached(String why) {}

    /** The store certainly keeps the session until {@code deadlineNanos}, on the scale of {@link System#nanoTime}. */
    default void extended(long deadlineNanos) {}

    /** The session is over for good. The last call but for late events. */
    default void ended(SessionEnd end) {}

    /**
     * Something happened to a watched node.
     *
     * @param zxid the transaction that caused it, or -1 if the server does not say
     */
    default void event(WatchEvent event, long zxid) {}
}
