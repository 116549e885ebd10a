package baton.core;

/** An ability that not every core has. A recipe works without it or refuses at construction, naming it. */
public enum Capability {
    /** Directories that the store removes once they are empty. */
    CONTAINER,
    /** Nodes that the store removes when nobody wrote them for a while. */
    TTL_NODES,
    /** One registration covers a whole subtree. */
    RECURSIVE_SUBSCRIPTION,
    /** Change events carry the revision that caused them. */
    EVENT_REVISION,
    /** The store can list the ephemerals of one session. */
    OWN_EPHEMERALS,
    /** Change events carry the data. */
    EVENT_DATA,
    /** The store finds the entry just before another without sending the whole listing. */
    PREDECESSOR_LOOKUP,
    /** A session's deadline is confirmed by the leader, not by a follower that may be cut off. */
    LEASE_CONFIRMED,
    /** Sessions can be served read-only by a server without a quorum. */
    READ_ONLY_MODE
}
