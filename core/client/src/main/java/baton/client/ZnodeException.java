package baton.client;

import baton.protocol.ErrorCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that did not end well. {@link #kind} tells what to make of it. */
public final class ZnodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** How a request can end other than well. */
    public enum Kind {
        /** The server refused it; {@link #code} says why. */
        REFUSED,
        /** It certainly changed nothing: it was not sent, or it was a read without a reply. */
        NOT_SENT,
        /** A change was sent and no reply came: it happened, or may still happen, or will not. */
        IN_DOUBT,
        /** The session is over. */
        SESSION_ENDED,
        /** The request or its reply is larger than a frame may be. */
        TOO_LARGE
    }

    private final Kind kind;
    private final ErrorCode code;
    private final @Nullable String path;

    ZnodeException(Kind kind, ErrorCode code, @Nullable String path, String message) {
        super(message);
        this.kind = kind;
        this.code = code;
        this.path = path;
    }

    public Kind kind() {
        return kind;
    }

    /**
     * The server's error, or the one Apache's client would report: {@code CONNECTION_LOSS}, {@code SESSION_EXPIRED},
     * {@code AUTH_FAILED}.
     */
    public ErrorCode code() {
        return code;
    }

    /** The node it is about, if it is about one. */
    public Optional<String> path() {
        return Optional.ofNullable(path);
    }
}
