package baton.recipes.membership;

/** How this client stands to the group. */
public enum MemberState {
    /** It did not join, or left. */
    OUTSIDE,
    /** It wants to be in, and is not in its own view. */
    JOINING,
    /** Somebody else has its id. */
    WAITING,
    /** It is in its own view. */
    JOINED
}
