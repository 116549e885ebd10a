package baton.server.tree;

/**
 * Who a node belongs to, as one number: nobody, a session, or the kind of node that vanishes by itself.
 *
 * <pre>
 * 0                     nobody: the node stays until it is deleted
 * 80 00 00 00 00000000  container
 * ff 00 00 tt tttttttt  a node with a time to live of t milliseconds
 * anything else         the session it is ephemeral to
 * </pre>
 *
 * <p>This is the number in logs, snapshots and the tree digest. Clients see only sessions.
 */
public final class NodeOwner {
    public static final long NOBODY = 0;
    public static final long CONTAINER = 0x8000000000000000L;

    private static final long TTL_TAG = 0xff00000000000000L;
    private static final long TTL_MASK = 0xffffffffffL;

    private NodeOwner() {}

    /** Makes the owner of a node with a time to live, which must fit into 40 bits. */
    public static long ttl(long ttlMillis) {
        if (ttlMillis <= 0 || ttlMillis > TTL_MASK) {
            throw new IllegalArgumentException("ttlMillis=" + ttlMillis + ": must be from 1 to " + TTL_MASK);
        }
        return TTL_TAG | ttlMillis;
    }

    public static boolean isTtl(long owner) {
        return (owner & ~TTL_MASK) == TTL_TAG;
    }

    public static long ttlMillis(long owner) {
        return owner & TTL_MASK;
    }

    /** Says whether the owner is a session, so that the node vanishes with it. */
    public static boolean isSession(long owner) {
        return owner != NOBODY && owner != CONTAINER && !isTtl(owner);
    }

    /** Returns what a client sees: the session, or 0. */
    public static long shown(long owner) {
        return isSession(owner) ? owner : NOBODY;
    }
}
