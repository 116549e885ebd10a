package baton.server.config;

/**
 * What clients may cost the server.
 *
 * @param frameBytesMax largest request, in bytes after its length; a longer one closes its connection
 * @param listBytesMax largest list of children that is sent; instead of a longer one, which few clients would take, there
 *     is an error
 * @param connectionsPerAddressMax connections from one address; 0 for no limit
 * @param connectionsMax connections altogether; 0 for no limit
 * @param listenBacklog connections the system holds until they are accepted; -1 for the system's choice
 * @param handshakeMillis how long a connection may take to ask for its session, and to take its last answer
 * @param eventLoops threads that serve connections; 0 picks by the number of processors
 * @param transport how these wait for sockets
 * @param flow what may be under way
 * @param holdings what clients may hold
 * @param identities what one identity may have and do
 */
public record LimitSettings(
        int frameBytesMax,
        int listBytesMax,
        int connectionsPerAddressMax,
        int connectionsMax,
        int listenBacklog,
        int handshakeMillis,
        int eventLoops,
        Transport transport,
        FlowSettings flow,
        HoldingSettings holdings,
        IdentitySettings identities) {
    static final Range FRAME_BYTES = Range.of(1024, 1 << 28, "bytes");
    static final Range CONNECTIONS = Range.of(0, Integer.MAX_VALUE, "connections");
    static final Range BACKLOG = Range.of(-1, 65535, "connections");
    static final Range HANDSHAKE = Range.of(1, Integer.MAX_VALUE, "ms");
    static final Range EVENT_LOOPS = Range.of(0, 256, "threads");

    private static final int FRAME_BYTES_DEFAULT = 0xfffff;

    /** What Apache ZooKeeper allows, and ten thousand connections. */
    public static final LimitSettings DEFAULT = new LimitSettings(
            FRAME_BYTES_DEFAULT,
            FRAME_BYTES_DEFAULT,
            60,
            10_000,
            -1,
            10_000,
            0,
            Transport.AUTO,
            FlowSettings.DEFAULT,
            HoldingSettings.DEFAULT,
            IdentitySettings.UNBOUNDED);

    public LimitSettings {
        FRAME_BYTES.check("frameBytesMax", frameBytesMax);
        FRAME_BYTES.check("listBytesMax", listBytesMax);
        CONNECTIONS.check("connectionsPerAddressMax", connectionsPerAddressMax);
        CONNECTIONS.check("connectionsMax", connectionsMax);
        BACKLOG.check("listenBacklog", listenBacklog);
        HANDSHAKE.check("handshakeMillis", handshakeMillis);
        EVENT_LOOPS.check("eventLoops", eventLoops);
    }

    /** Returns the same with a limit of connections from one address. */
    public LimitSettings withConnectionsPerAddress(int max) {
        return new LimitSettings(
                frameBytesMax,
                listBytesMax,
                max,
                connectionsMax,
                listenBacklog,
                handshakeMillis,
                eventLoops,
                transport,
                flow,
                holdings,
                identities);
    }

    /** Returns the same with a limit of connections altogether. */
    public LimitSettings withConnections(int max) {
        return new LimitSettings(
                frameBytesMax,
                listBytesMax,
                connectionsPerAddressMax,
                max,
                listenBacklog,
                handshakeMillis,
                eventLoops,
                transport,
                flow,
                holdings,
                identities);
    }

    /** Returns the same with another patience for new connections. */
    public LimitSettings withHandshakeMillis(int millis) {
        return new LimitSettings(
                frameBytesMax,
                listBytesMax,
                connectionsPerAddressMax,
                connectionsMax,
                listenBacklog,
                millis,
                eventLoops,
                transport,
                flow,
                holdings,
                identities);
    }

    /** Returns the same with a number of event loops. */
    public LimitSettings withEventLoops(int loops) {
        return new LimitSettings(
                frameBytesMax,
                listBytesMax,
                connectionsPerAddressMax,
                connectionsMax,
                listenBacklog,
                handshakeMillis,
                loops,
                transport,
                flow,
                holdings,
                identities);
    }

    /** Returns the same with another way of waiting for sockets. */
    public LimitSettings withTransport(Transport other) {
        return new LimitSettings(
                frameBytesMax,
                listBytesMax,
                connectionsPerAddressMax,
                connectionsMax,
                listenBacklog,
                handshakeMillis,
                eventLoops,
                other,
                flow,
                holdings,
                identities);
    }

    /** Returns the same with other limits of what may be under way. */
    public LimitSettings withFlow(FlowSettings other) {
        return new LimitSettings(
                frameBytesMax,
                listBytesMax,
                connectionsPerAddressMax,
                connectionsMax,
                listenBacklog,
                handshakeMillis,
                eventLoops,
                transport,
                other,
                holdings,
                identities);
    }

    /** Returns the same with other limits of what clients may hold. */
    public LimitSettings withHoldings(HoldingSettings other) {
        return new LimitSettings(
                frameBytesMax,
                listBytesMax,
                connectionsPerAddressMax,
                connectionsMax,
                listenBacklog,
                handshakeMillis,
                eventLoops,
                transport,
                flow,
                other,
                identities);
    }

    /** Returns the same with other limits of what one identity may have and do. */
    public LimitSettings withIdentities(IdentitySettings other) {
        return new LimitSettings(
                frameBytesMax,
                listBytesMax,
                connectionsPerAddressMax,
                connectionsMax,
                listenBacklog,
                handshakeMillis,
                eventLoops,
                transport,
                flow,
                holdings,
                other);
    }
}
