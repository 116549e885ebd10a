package baton.recipes;

/** Where a client stands with its store. The names are Curator's; the meaning is exact here. */
public enum ConnectionState {
    /** The first session of this client is live. */
    CONNECTED,
    /** The link is down or silent; the session may live and its deadline runs. */
    SUSPENDED,
    /**
     * The link is to a server that lacks a quorum and serves reads only. Comes after SUSPENDED and counts as that for
     * every recipe. Only a core with {@link baton.core.Capability#READ_ONLY_MODE} joins such servers.
     */
    READ_ONLY,
    /** The session is reachable again, or a new one is live: see {@link ConnectionEvent#newSession}. */
    RECONNECTED,
    /** The session is over for this client; everything ephemeral of it is gone or going. */
    LOST
}
