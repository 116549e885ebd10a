package baton.core;

/** How an operation can end other than well. */
public enum CoreError {
    /** The node, or the parent of a node to be created, does not exist. */
    NO_NODE,
    NODE_EXISTS,
    /** The {@link Expect} was not met. */
    STALE,
    /** The node to be deleted has children. */
    NOT_EMPTY,
    /** The store does not allow this client to do that. */
    DENIED,
    /** Data, request or listing is beyond a limit of the store. */
    TOO_LARGE,
    /** The session is over: the operation did not and will not happen under another one. */
    SESSION_ENDED,
    /** A change was sent and no reply came: it happened, or may still happen, or will not. */
    IN_DOUBT,
    /** Certainly not sent or certainly not applied. */
    UNAVAILABLE,
    /** The core cannot do this at all. */
    UNSUPPORTED,
    /** The core or recipe was closed. */
    CLOSED;

    /** Whether the same operation can succeed later without anybody changing anything. */
    public boolean retryCanHelp() {
        return this == IN_DOUBT || this == UNAVAILABLE;
    }

    /** Whether the operation may have taken effect. */
    public boolean mayHaveHappened() {
        return this == IN_DOUBT;
    }
}
