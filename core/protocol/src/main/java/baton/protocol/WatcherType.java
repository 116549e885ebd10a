package baton.protocol;

import org.jspecify.annotations.Nullable;

/** Which watches of a path are to be checked for or removed. */
public enum WatcherType {
    /** Watches set once by reading the children. */
    CHILDREN,
    /** Watches set once by reading the node or asking whether it exists. */
    DATA,
    /** All of them. */
    ANY,
    PERSISTENT,
    PERSISTENT_RECURSIVE;

    private static final WatcherType[] ALL = values();

    /** Returns the type with the number, or null if there is none. */
    public static @Nullable WatcherType find(int code) {
        return code >= 1 && code <= ALL.length ? ALL[code - 1] : null;
    }

    /** Returns the number on the wire. */
    public int code() {
        return ordinal() + 1;
    }
}
