package baton.core;

/** Why a session is over. */
public enum EndReason {
    /** The store said that it expired. */
    EXPIRED,
    /** No contact for so long that the store must have expired it; given up by this client. */
    GIVEN_UP,
    /** {@link CoreSession#end} was called. */
    ENDED_BY_OWNER,
    /** The core was closed under it. */
    CORE_CLOSED
}
