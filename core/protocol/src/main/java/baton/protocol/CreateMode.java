package baton.protocol;

import org.jspecify.annotations.Nullable;

/** What kind of node a create makes. The numbers are consecutive and stand in the request's {@code flags}. */
public enum CreateMode {
    PERSISTENT,
    /** Vanishes with the session that created it. */
    EPHEMERAL,
    /** Gets a number appended to its name. */
    PERSISTENT_SEQUENTIAL,
    EPHEMERAL_SEQUENTIAL,
    /** Vanishes some time after its last child. */
    CONTAINER,
    /** Vanishes when it had no children and no change for longer than its time to live. */
    PERSISTENT_WITH_TTL,
    PERSISTENT_SEQUENTIAL_WITH_TTL;

    /** Longest time to live a node can have: 2^40 - 1 milliseconds, about 34 years. */
    public static final long TTL_MILLIS_MAX = (1L << 40) - 1;

    private static final CreateMode[] ALL = values();

    /** Returns the mode with the number, or null if there is none. */
    public static @Nullable CreateMode find(int flags) {
        return flags >= 0 && flags < ALL.length ? ALL[flags] : null;
    }

    /** Returns the number on the wire. */
    public int flags() {
        return ordinal();
    }

    public boolean isEphemeral() {
        return this == EPHEMERAL || this == EPHEMERAL_SEQUENTIAL;
    }

    public boolean isSequential() {
        return this == PERSISTENT_SEQUENTIAL || this == EPHEMERAL_SEQUENTIAL || this == PERSISTENT_SEQUENTIAL_WITH_TTL;
    }

    public boolean isContainer() {
        return this == CONTAINER;
    }

    public boolean isTtl() {
        return this == PERSISTENT_WITH_TTL || this == PERSISTENT_SEQUENTIAL_WITH_TTL;
    }
}
