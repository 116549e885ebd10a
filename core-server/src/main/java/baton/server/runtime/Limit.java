package baton.server.runtime;

import java.util.Locale;

/** What a server turns away, or makes wait, because there is too much of it. Monitoring shows how often. */
public enum Limit {
    /** Connections that were one too many, of their address or altogether. */
    CONNECTIONS,
    /** Connections that had not asked for a session, or were in a TLS handshake, for longest when there was one too many. */
    HANDSHAKES,
    /** Requests longer than a frame may be. */
    FRAMES,
    /** New sessions while there were as many as there may be. */
    SESSIONS,
    /** New sessions that would have had to wait for too long, because many were opened at once. */
    OPENINGS,
    /** Sockets that were not read further because enough requests were inside the server. */
    REQUESTS,
    /** Connections of clients that did not take what was sent to them. */
    UNREAD,
    /** What clients wanted to hold beyond quotas, sizes and numbers: nodes, watches, data. */
    HOLDINGS,
    /** Connections that were one too many of an identity, or had too many identities or too long ones. */
    IDENTITIES,
    /** Lists of children that were too long to be sent. */
    LISTS,
    /** Four-letter words that were said too often. */
    WORDS,
    /** Pages of the admin server, metrics among them, that were asked for too often. */
    PAGES;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Returns the name for people and tools. */
    public String label() {
        return label;
    }
}
