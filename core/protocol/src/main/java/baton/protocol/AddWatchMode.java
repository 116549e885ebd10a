package baton.protocol;

import org.jspecify.annotations.Nullable;

/** How far a watch that stays until it is removed looks. The numbers are consecutive. */
public enum AddWatchMode {
    /** The node and the list of its children. */
    PERSISTENT,
    /** The node and all its descendants. */
    PERSISTENT_RECURSIVE;

    /** Returns the mode with the number, or null if there is none. */
    public static @Nullable AddWatchMode find(int code) {
        return switch (code) {
            case 0 -> PERSISTENT;
            case 1 -> PERSISTENT_RECURSIVE;
            default -> null;
        };
    }

    /** Returns the number on the wire. */
    public int code() {
        return ordinal();
    }
}
