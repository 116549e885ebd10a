package baton.protocol;

import org.jspecify.annotations.Nullable;

/** The state of a client's connection, as watch events carry it. Servers send {@link #SYNC_CONNECTED} only. */
public enum KeeperState {
    EXPIRED(-112),
    UNKNOWN(-1),
    DISCONNECTED(0),
    NO_SYNC_CONNECTED(1),
    SYNC_CONNECTED(3),
    AUTH_FAILED(4),
    CONNECTED_READ_ONLY(5),
    SASL_AUTHENTICATED(6),
    CLOSED(7);

    private static final KeeperState[] ALL = values();

    private final int code;

    KeeperState(int code) {
        this.code = code;
    }

    /** Returns the state with the number, or null if there is none. */
    public static @Nullable KeeperState find(int code) {
        for (KeeperState each : ALL) {
            if (each.code == code) {
                return each;
            }
        }
        return null;
    }

    /** Returns the number on the wire. */
    public int code() {
        return code;
    }
}
