package baton.recipes;

/** What a lost connection does to a grant while the session may live on. */
public enum LeasePolicy {
    /** The grant stays valid until the session's local deadline. A blink of the network goes unnoticed. */
    REVOKE_AT_LEASE_END,
    /** The grant is lost as soon as the connection is. */
    REVOKE_ON_SUSPEND
}
