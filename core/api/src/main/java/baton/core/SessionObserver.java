package baton.core;

/**
 * Hears what becomes of one session.
 *
 * <p>Called on a thread of the core, one call at a time, in the order in which things happened. Must return at once.
 */
public interface SessionObserver {
    /** The link is gone or silent; the session may live on until its deadline. */
    void disconnected();

    /**
     * The link is to a server that lacks a quorum and serves reads only. That is no link to build on: it comes after
     * {@link #disconnected}, which holds until {@link #reconnected}. Only a core with {@link Capability#READ_ONLY_MODE}
     * joins such servers.
     */
    default void readOnly() {}

    /** The same session is reachable again. */
    void reconnected();

    /** The store confirmed the session. {@code deadlineNanos} is on the scale of {@link System#nanoTime}. */
    void extended(long deadlineNanos);

    /** The session is over for this client, for good. The last call. */
    void ended(EndReason reason);
}
