package baton.server.watch;

import baton.protocol.AddWatchMode;
import baton.protocol.WatcherType;

/** How a path is watched. One watcher can have several modes on one path, each at most once. */
public enum WatchMode {
    /** Once, for the node itself: set by reading it or asking whether it exists. */
    DATA,
    /** Once, for the set of its children, or its own end: set by reading them. */
    CHILDREN,
    /** Until removed, for both. */
    PERSISTENT,
    /** Until removed, for the node itself and every node below it, but not for sets of children. */
    RECURSIVE;

    static final int ALL = 0b1111;

    int bit() {
        return 1 << ordinal();
    }

    /** Returns the mode a client asks for by name. */
    public static WatchMode of(AddWatchMode mode) {
        return switch (mode) {
            case PERSISTENT -> PERSISTENT;
            case PERSISTENT_RECURSIVE -> RECURSIVE;
        };
    }

    static boolean isOnData(int bits) {
        return (bits & (DATA.bit() | PERSISTENT.bit() | RECURSIVE.bit())) != 0;
    }

    /** Number of sides that one watcher's modes look at, the node itself and its children: 1 or 2. */
    static int sides(int bits) {
        return (isOnData(bits) ? 1 : 0) + ((bits & (CHILDREN.bit() | PERSISTENT.bit())) == 0 ? 0 : 1);
    }

    /** Returns the modes a client means when it checks for watches or removes them. */
    static int bitsOf(WatcherType type) {
        return switch (type) {
            case CHILDREN -> CHILDREN.bit();
            case DATA -> DATA.bit();
            case PERSISTENT -> PERSISTENT.bit();
            case PERSISTENT_RECURSIVE -> RECURSIVE.bit();
            case ANY -> ALL;
        };
    }
}
