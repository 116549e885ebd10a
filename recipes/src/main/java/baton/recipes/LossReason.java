package baton.recipes;

/** Why a grant was lost. */
public enum LossReason {
    /** The session ended. */
    SESSION_LOST,
    /** The store was silent for so long that the session can have ended. */
    LEASE_EXPIRED,
    /** Somebody deleted the ticket. */
    NODE_DELETED,
    /** The holder was asked to let go, or stepped down. */
    REVOKED,
    /** It was held longer than the recipe allows. */
    HOLD_LIMIT,
    /** The client or recipe was closed. */
    CLOSED_CLIENT
}
