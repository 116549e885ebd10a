package baton.protocol;

import org.jspecify.annotations.Nullable;

/** What a request asks for, what a transaction is, and what kind of result a multi holds: one table of numbers. */
public enum OpCode {
    CLOSE_SESSION(-11, Kind.WRITE),
    CREATE_SESSION(-10, Kind.INTERNAL),
    /** A transaction that changed nothing, or a failed result in a multi. */
    ERROR(-1, Kind.INTERNAL),
    CREATE(1, Kind.WRITE),
    DELETE(2, Kind.WRITE),
    EXISTS(3, Kind.READ),
    GET_DATA(4, Kind.READ),
    SET_DATA(5, Kind.WRITE),
    GET_ACL(6, Kind.READ),
    SET_ACL(7, Kind.WRITE),
    GET_CHILDREN(8, Kind.READ),
    SYNC(9, Kind.SYNC),
    PING(11, Kind.LOCAL),
    GET_CHILDREN2(12, Kind.READ),
    /** Allowed inside a multi only. */
    CHECK(13, Kind.WRITE),
    MULTI(14, Kind.WRITE),
    CREATE2(15, Kind.WRITE),
    RECONFIG(16, Kind.WRITE),
    CHECK_WATCHES(17, Kind.LOCAL),
    REMOVE_WATCHES(18, Kind.LOCAL),
    CREATE_CONTAINER(19, Kind.WRITE),
    /** Deletion of an expired container or TTL node; never allowed from a client. */
    DELETE_CONTAINER(20, Kind.INTERNAL),
    CREATE_TTL(21, Kind.WRITE),
    MULTI_READ(22, Kind.READ),
    AUTH(100, Kind.CONNECTION),
    SET_WATCHES(101, Kind.LOCAL),
    SASL(102, Kind.CONNECTION),
    GET_EPHEMERALS(103, Kind.READ),
    GET_ALL_CHILDREN_NUMBER(104, Kind.READ),
    SET_WATCHES2(105, Kind.LOCAL),
    ADD_WATCH(106, Kind.LOCAL),
    WHO_AM_I(107, Kind.LOCAL);

    /** Who deals with a request. */
    public enum Kind {
        /** Becomes a transaction. */
        WRITE,
        /** Answered from the connected server's tree. */
        READ,
        /** Catches up with the leader, changes nothing. */
        SYNC,
        /** Concerns the session or its watches on the connected server only. */
        LOCAL,
        /** Concerns the connection, and overtakes what is queued on it. */
        CONNECTION,
        /** Made by servers, refused from clients. */
        INTERNAL
    }

    private static final int CODE_MIN = -11;
    private static final @Nullable OpCode[] BY_CODE = new OpCode[107 - CODE_MIN + 1];

    static {
        for (OpCode each : values()) {
            BY_CODE[each.code - CODE_MIN] = each;
        }
    }

    private final int code;
    private final Kind kind;

    OpCode(int code, Kind kind) {
        this.code = code;
        this.kind = kind;
    }

    /** Returns the operation with the number, or null if there is none: an unknown number is an ordinary input. */
    public static @Nullable OpCode find(int code) {
        int index = code - CODE_MIN;
        return index >= 0 && index < BY_CODE.length ? BY_CODE[index] : null;
    }

    /** Returns the number on the wire. */
    public int code() {
        return code;
    }

    public Kind kind() {
        return kind;
    }

    /** Says whether the request becomes a transaction, and so uses a zxid even if it fails. */
    public boolean isWrite() {
        return kind == Kind.WRITE;
    }
}
