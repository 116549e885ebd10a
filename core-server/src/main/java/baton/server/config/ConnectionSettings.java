package baton.server.config;

/**
 * How many may connect, and how quickly they must say what they want.
 *
 * @param perAddressMax connections from one address; 0 for no limit
 * @param max connections altogether; 0 for no limit
 * @param listenBacklog connections the system holds until they are accepted; -1 for the system's choice
 * @param handshakeMillis how long a connection may take to ask for its session, and to take its last answer
 */
public record ConnectionSettings(int perAddressMax, int max, int listenBacklog, int handshakeMillis) {
    static final Range CONNECTIONS = Range.of(0, Integer.MAX_VALUE, "connections");
    static final Range BACKLOG = Range.of(-1, 65535, "connections");
    static final Range HANDSHAKE = Range.of(1, Integer.MAX_VALUE, "ms");

    /** What Apache ZooKeeper allows, and ten thousand connections. */
    public static final ConnectionSettings DEFAULT = new ConnectionSettings(60, 10_000, -1, 10_000);

    public ConnectionSettings {
        CONNECTIONS.check("perAddressMax", perAddressMax);
        CONNECTIONS.check("max", max);
        BACKLOG.check("listenBacklog", listenBacklog);
        HANDSHAKE.check("handshakeMillis", handshakeMillis);
    }

    /** Returns the same with another limit of connections from one address. */
    public ConnectionSettings withPerAddressMax(int connections) {
        return new ConnectionSettings(connections, max, listenBacklog, handshakeMillis);
    }

    /** Returns the same with another patience for new connections. */
    public ConnectionSettings withHandshakeMillis(int millis) {
        return new ConnectionSettings(perAddressMax, max, listenBacklog, millis);
    }
}
