package baton.protocol;

import org.jspecify.annotations.Nullable;

/** What a watch event says has happened. Only those from 1 to 4 are ever sent. */
public enum EventType {
    /** Nothing happened to a node; the state of the connection changed. */
    NONE(-1),
    NODE_CREATED(1),
    NODE_DELETED(2),
    NODE_DATA_CHANGED(3),
    NODE_CHILDREN_CHANGED(4),
    DATA_WATCH_REMOVED(5),
    CHILD_WATCH_REMOVED(6),
    PERSISTENT_WATCH_REMOVED(7);

    private static final EventType[] ALL = values();

    private final int code;

    EventType(int code) {
        this.code = code;
    }

    /** Returns the event type with the number, or null if there is none. */
    public static @Nullable EventType find(int code) {
        if (code == NONE.code) {
            return NONE;
        }
        return code > 0 && code < ALL.length ? ALL[code] : null;
    }

    /** Returns the number on the wire. */
    public int code() {
        return code;
    }
}
