package baton.client.session;

/** How a session came to its end. */
public enum SessionEnd {
    /** The store said that it expired. */
    EXPIRED,
    /** No contact for so long that the store must have expired it. */
    GIVEN_UP,
    /** Its owner ended it. */
    ENDED_BY_OWNER,
    /** Its owner let go of it without ending it: it lives on at the store until it expires. */
    ABANDONED,
    /** The store refused an identity, or demands one this client does not have. */
    NOT_AUTHENTICATED
}
