package baton.server.config;

/**
 * What clients may cost the server.
 *
 * @param frameBytesMax largest request, in bytes after its length; a longer one closes its connection
 * @param listBytesMax largest list of children that is sent; instead of a longer one, which few clients would take, there
 *     is an error
 * @param connections how many there may be
 * @param eventLoops threads that serve connections; 0 picks by the number of processors
 * @param transport how these wait for sockets
 * @param flow what may be under way
 * @param holdings what clients may hold
 * @param identities what one identity may have and do
 */
public record LimitSettings(
        int frameBytesMax,
        int listBytesMax,
        ConnectionSettings connections,
        int eventLoops,
        Transport transport,
        FlowSettings flow,
        HoldingSettings holdings,
        IdentitySettings identities) {
    /** With less nobody could ask for a session in today's form, which says whether a server that only reads will do. */
    static final Range FRAME_BYTES = Range.of(45, 1 << 28, "bytes");

    static final Range LIST_BYTES = Range.of(1024, 1 << 28, "bytes");
    static final Range EVENT_LOOPS = Range.of(0, 256, "threads");

    private static final int FRAME_BYTES_DEFAULT = 0xfffff;
    private static final int RECORD_EXTRA_BYTES_MIN = 1024;

    /** The shortest operation of a multi asks with 21 bytes for an answer of 77. */
    private static final int ANSWER_TIMES_REQUEST = 4;

    /** Sixty thousand reads of a large node fit into one request. */
    private static final int MANY_READS_BYTES = 64 << 20;

    /** Answers and events that a client may leave unread beside the longest answer. */
    private static final int UNREAD_BESIDE_BYTES = 1 << 20;

    /** What Apache ZooKeeper allows, and bounds where it has none. */
    public static final LimitSettings DEFAULT = new LimitSettings(
            FRAME_BYTES_DEFAULT,
            FRAME_BYTES_DEFAULT,
            ConnectionSettings.DEFAULT,
            0,
            Transport.AUTO,
            FlowSettings.DEFAULT,
            HoldingSettings.DEFAULT,
            IdentitySettings.UNBOUNDED);

    public LimitSettings {
        FRAME_BYTES.check("frameBytesMax", frameBytesMax);
        LIST_BYTES.check("listBytesMax", listBytesMax);
        EVENT_LOOPS.check("eventLoops", eventLoops);
    }

    /** Returns how long a record of the log may be so that Apache ZooKeeper reads it, whose limit of frames is the same. */
    public int recordBytesMax() {
        return frameBytesMax + Math.max(frameBytesMax, RECORD_EXTRA_BYTES_MIN);
    }

    /** Returns how much a client may leave unread before its connection is closed: never less than the longest answer. */
    public int unreadBytesMax() {
        return Math.max(flow.outboundBytesMax(), unreadBytesMin(frameBytesMax, listBytesMax));
    }

    /** Returns how long the answer to many reads at once may be: no longer than a client may leave unread. */
    public int manyReadsBytesMax() {
        int least = unreadBytesMin(frameBytesMax, listBytesMax);
        return Math.min(unreadBytesMax(), Math.max(least, MANY_READS_BYTES)) - UNREAD_BESIDE_BYTES;
    }

    static int unreadBytesMin(int frameBytesMax, int listBytesMax) {
        return Math.max(ANSWER_TIMES_REQUEST * frameBytesMax, listBytesMax) + UNREAD_BESIDE_BYTES;
    }

    /** Returns the same with another largest request. */
    public LimitSettings withFrameBytesMax(int bytes) {
        return new LimitSettings(bytes, listBytesMax, connections, eventLoops, transport, flow, holdings, identities);
    }

    /** Returns the same with other limits of connections. */
    public LimitSettings withConnections(ConnectionSettings other) {
        return new LimitSettings(frameBytesMax, listBytesMax, other, eventLoops, transport, flow, holdings, identities);
    }

    /** Returns the same with a number of event loops. */
    public LimitSettings withEventLoops(int loops) {
        return new LimitSettings(
                frameBytesMax, listBytesMax, connections, loops, transport, flow, holdings, identities);
    }

    /** Returns the same with another way of waiting for sockets. */
    public LimitSettings withTransport(Transport other) {
        return new LimitSettings(
                frameBytesMax, listBytesMax, connections, eventLoops, other, flow, holdings, identities);
    }

    /** Returns the same with other limits of what may be under way. */
    public LimitSettings withFlow(FlowSettings other) {
        return new LimitSettings(
                frameBytesMax, listBytesMax, connections, eventLoops, transport, other, holdings, identities);
    }

    /** Returns the same with other limits of what clients may hold. */
    public LimitSettings withHoldings(HoldingSettings other) {
        return new LimitSettings(
                frameBytesMax, listBytesMax, connections, eventLoops, transport, flow, other, identities);
    }

    /** Returns the same with other limits of what one identity may have and do. */
    public LimitSettings withIdentities(IdentitySettings other) {
        return new LimitSettings(
                frameBytesMax, listBytesMax, connections, eventLoops, transport, flow, holdings, other);
    }
}
