package baton.core;

/** What a trigger on one node waits for. */
public enum ArmMode {
    /** Creation, deletion, or a write of its data. */
    ANY_CHANGE,
    /** As {@link #ANY_CHANGE} on a present node, but leaves no registration if the node is absent. */
    DELETION_ONLY
}
