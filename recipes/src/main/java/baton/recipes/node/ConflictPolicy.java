package baton.recipes.node;

/** What to do when the path is taken. A node of this very session is always adopted. */
public enum ConflictPolicy {
    /** Wait until whoever has it is gone. */
    WAIT,
    /** Replace the node of an earlier session of this client, or of a {@link NodeOptions#predecessor}, in one step; wait for everybody else. */
    TAKE_OVER_OWN,
    /**
     * Replace whatever is there when first creating, in one step: who comes last wins. Whoever was replaced does not
     * strike back but waits, so that two of a kind do not fight for ever.
     */
    REPLACE,
    /** Give up: stages fail, the listener is told, nothing more is tried. */
    FAIL
}
