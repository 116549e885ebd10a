package baton.core;

/** Where a session stands. {@link #ENDED} is final. */
public enum Phase {
    LIVE,
    DISCONNECTED,
    ENDED
}
