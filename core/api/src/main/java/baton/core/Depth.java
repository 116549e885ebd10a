package baton.core;

/** How far below its root a subscription looks. */
public enum Depth {
    /** The node itself. */
    NODE,
    /** Its direct children, not itself. */
    CHILDREN,
    /** Everything below it, not itself. */
    SUBTREE
}
