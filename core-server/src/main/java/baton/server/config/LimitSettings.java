package baton.server.config;

/**
 * What clients may cost the server.
 *
 * @param frameBytesMax largest request, in bytes after its length; a longer one closes its connection
 * @param connectionsPerAddressMax connections from one address; 0 for no limit
 * @param connectionsMax connections altogether; 0 for no limit
 * @param listenBacklog connections the system holds until they are accepted; -1 for the system's choice
 * @param handshakeMillis how long a connection may take to ask for its session, and to take its last answer
 * @param eventLoops threads that serve connections; 0 picks by the number of processors
 * @param outstandingBytesMax bytes of requests inside the server before it stops reading from sockets
 * @param outboundBytesMax bytes a client may leave unread before its connection is closed; those of one loop together may leave
 *     four times as many, or the worst of them is closed
 * @param holdings what clients may hold
 */
public record LimitSettings(
        int frameBytesMax,
        int connectionsPerAddressMax,
        int connectionsMax,
        int listenBacklog,
        int handshakeMillis,
        int eventLoops,
        int outstandingBytesMax,
        int outboundBytesMax,
        HoldingSettings holdings) {
    static final Range FRAME_BYTES = Range.of(1024, 1 << 28, "bytes");
    static final Range CONNECTIONS = Range.of(0, Integer.MAX_VALUE, "connections");
    static final Range BACKLOG = Range.of(-1, 65535, "connections");
    static final Range HANDSHAKE = Range.of(1, Integer.MAX_VALUE, "ms");
    static final Range EVENT_LOOPS = Range.of(0, 256, "threads");
    static final Range BUFFER_BYTES = Range.of(1 << 20, Integer.MAX_VALUE, "bytes");

    /** What Apache ZooKeeper allows, and 64 MiB in each direction. */
    public static final LimitSettings DEFAULT =
            new LimitSettings(0xfffff, 60, 0, -1, 10_000, 0, 64 << 20, 64 << 20, HoldingSettings.DEFAULT);

    public LimitSettings {
        FRAME_BYTES.check("frameBytesMax", frameBytesMax);
        CONNECTIONS.check("connectionsPerAddressMax", connectionsPerAddressMax);
        CONNECTIONS.check("connectionsMax", connectionsMax);
        BACKLOG.check("listenBacklog", listenBacklog);
        HANDSHAKE.check("handshakeMillis", handshakeMillis);
        EVENT_LOOPS.check("eventLoops", eventLoops);
        BUFFER_BYTES.check("outstandingBytesMax", outstandingBytesMax);
        BUFFER_BYTES.check("outboundBytesMax", outboundBytesMax);
    }

    /** Returns the same with a limit of connections from one address. */
    public LimitSettings withConnectionsPerAddress(int max) {
        return new LimitSettings(
                frameBytesMax,
                max,
                connectionsMax,
                listenBacklog,
                handshakeMillis,
                eventLoops,
                outstandingBytesMax,
                outboundBytesMax,
                holdings);
    }

    /** Returns the same with another patience for new connections. */
    public LimitSettings withHandshakeMillis(int millis) {
        return new LimitSettings(
                frameBytesMax,
                connectionsPerAddressMax,
                connectionsMax,
                listenBacklog,
                millis,
                eventLoops,
                outstandingBytesMax,
                outboundBytesMax,
                holdings);
    }

    /** Returns the same with a number of event loops. */
    public LimitSettings withEventLoops(int loops) {
        return new LimitSettings(
                frameBytesMax,
                connectionsPerAddressMax,
                connectionsMax,
                listenBacklog,
                handshakeMillis,
                loops,
                outstandingBytesMax,
                outboundBytesMax,
                holdings);
    }

    /** Returns the same with other limits of what clients may leave unread. */
    public LimitSettings withOutboundBytesMax(int bytes) {
        return new LimitSettings(
                frameBytesMax,
                connectionsPerAddressMax,
                connectionsMax,
                listenBacklog,
                handshakeMillis,
                eventLoops,
                outstandingBytesMax,
                bytes,
                holdings);
    }

    /** Returns the same with other limits of what clients may hold. */
    public LimitSettings withHoldings(HoldingSettings other) {
        return new LimitSettings(
                frameBytesMax,
                connectionsPerAddressMax,
                connectionsMax,
                listenBacklog,
                handshakeMillis,
                eventLoops,
                outstandingBytesMax,
                outboundBytesMax,
                other);
    }
}
