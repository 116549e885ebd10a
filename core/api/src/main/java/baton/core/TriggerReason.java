package baton.core;

/** Why a trigger fired. */
public enum TriggerReason {
    CREATED,
    CHANGED,
    DELETED,
    /** A child was created or deleted. */
    CHILDREN,
    /** The registration can no longer be trusted: read again. */
    LOST_TRACK
}
