package baton.recipes;

/** Where a grant stands. */
public enum GrantState {
    HELD,
    /** The connection is down; valid until the deadline. */
    JEOPARDY,
    /** Taken away; final. */
    LOST,
    /** Given back; final. */
    RELEASED
}
