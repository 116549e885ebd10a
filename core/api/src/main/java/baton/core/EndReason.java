package baton.core;

/** Why a session is over. */
public enum EndReason {
    /** The store said that it expired. */
    EXPIRED,
    /** No contact for so long that the store must have expired it; given up by this client. */
    GIVEN_UP,
    /**
     * The store refused the identity of this client, or demands one that it does not have: another session would fare the
     * same. The store may keep this one, and what belongs to it, until it expires there. Told by cores that speak
     * ZooKeeper's protocol; at etcd calls fail as {@link CoreError#DENIED} instead.
     */
    TURNED_AWAY,
    /** {@link CoreSession#end} was called. */
    ENDED_BY_OWNER,
    /** The core was closed under it. */
    CORE_CLOSED
}
