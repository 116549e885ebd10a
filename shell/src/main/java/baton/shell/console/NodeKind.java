package baton.shell.console;

import baton.protocol.CreateMode;

/** How long a node stays, as the owner in its stat says it. */
enum NodeKind {
    PERSISTENT,
    /** Vanishes with a session. */
    EPHEMERAL,
    /** Vanishes some time after its last child. */
    CONTAINER,
    /** Vanishes when it was left alone for long enough. */
    TTL;

    /** The owner of a container. */
    static final long CONTAINER_OWNER = Long.MIN_VALUE;
    /** The bits that tell a time to live from a session; the rest of the owner is the time. */
    private static final long TTL_MASK = ~CreateMode.TTL_MILLIS_MAX;

    private static final long TTL_OWNER = 0xFF00_0000_0000_0000L;

    static NodeKind of(long owner) {
        if (owner == 0) {
            return PERSISTENT;
        } else if (owner == CONTAINER_OWNER) {
            return CONTAINER;
        }
        return (owner & TTL_MASK) == TTL_OWNER ? TTL : EPHEMERAL;
    }

    /** Returns the owner of a node with a time to live. */
    static long ttlOwner(long ttlMillis) {
        return TTL_OWNER | ttlMillis;
    }

    /** Returns the time to live of a node of the kind {@link #TTL}, in milliseconds. */
    static long ttlMillis(long owner) {
        return owner & ~TTL_MASK;
    }

    /** Returns what to say of a node to people; empty for the ordinary kind. */
    static String remark(long owner) {
        return switch (of(owner)) {
            case PERSISTENT -> "";
            case EPHEMERAL -> "(ephemeral " + Result.hex(owner) + ")";
            case CONTAINER -> "(container)";
            case TTL -> "(ttl " + ttlMillis(owner) + " ms)";
        };
    }
}
