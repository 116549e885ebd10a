package baton.protocol;

import org.jspecify.annotations.Nullable;

/** Why a request failed. {@code -1} and {@code -100} only mark the ranges of system and of user errors. */
public enum ErrorCode {
    OK(0),
    SYSTEM_ERROR(-1),
    /** In a failed multi: this operation came after the one that failed. */
    RUNTIME_INCONSISTENCY(-2),
    DATA_INCONSISTENCY(-3),
    /** Made by clients only: the answer is lost, and the operation may have happened. */
    CONNECTION_LOSS(-4),
    /** The request could not be decoded. */
    MARSHALLING_ERROR(-5),
    UNIMPLEMENTED(-6),
    OPERATION_TIMEOUT(-7),
    BAD_ARGUMENTS(-8),
    UNKNOWN_SESSION(-12),
    NEW_CONFIG_NO_QUORUM(-13),
    RECONFIG_IN_PROGRESS(-14),
    API_ERROR(-100),
    NO_NODE(-101),
    NO_AUTH(-102),
    BAD_VERSION(-103),
    NO_CHILDREN_FOR_EPHEMERALS(-108),
    NODE_EXISTS(-110),
    NOT_EMPTY(-111),
    SESSION_EXPIRED(-112),
    INVALID_CALLBACK(-113),
    INVALID_ACL(-114),
    AUTH_FAILED(-115),
    /** Never sent: the server closes the connection instead. */
    SESSION_MOVED(-118),
    NOT_READ_ONLY(-119),
    EPHEMERAL_ON_LOCAL_SESSION(-120),
    NO_WATCHER(-121),
    /** Made by clients only. */
    REQUEST_TIMEOUT(-122),
    RECONFIG_DISABLED(-123),
    SESSION_CLOSED_REQUIRE_SASL_AUTH(-124),
    QUOTA_EXCEEDED(-125),
    THROTTLED_OP(-127);

    private static final @Nullable ErrorCode[] BY_NEGATED_CODE = new ErrorCode[128];

    static {
        for (ErrorCode each : values()) {
            BY_NEGATED_CODE[-each.code] = each;
        }
    }

    private final int code;

    ErrorCode(int code) {
        this.code = code;
    }

    /** Returns the error with the number, or null if there is none: later servers may send numbers we do not know. */
    public static @Nullable ErrorCode find(int code) {
        return code <= 0 && code > -BY_NEGATED_CODE.length ? BY_NEGATED_CODE[-code] : null;
    }

    /** Returns the number on the wire. */
    public int code() {
        return code;
    }
}
