package baton.server.config;

/**
 * How much may be under way between clients and the server.
 *
 * @param outstandingRequestsMax writes inside the server before it stops reading from sockets; each event loop has an equal
 *     share, so that none can starve another
 * @param outstandingBytesMax their bytes, likewise
 * @param outboundBytesMax bytes a client may leave unread before its connection is closed; all clients together may leave
 *     four times as many, or the worst of them is closed
 * @param outboundStallMillis how long a client may take nothing at all of what waits for it before its connection is closed
 */
public record FlowSettings(
        int outstandingRequestsMax, int outstandingBytesMax, int outboundBytesMax, int outboundStallMillis) {
    static final Range REQUESTS = Range.of(1, Integer.MAX_VALUE, "requests");
    static final Range BUFFER_BYTES = Range.of(1 << 20, Integer.MAX_VALUE, "bytes");
    static final Range STALL = Range.of(100, Integer.MAX_VALUE, "ms");

    /** Ten thousand requests, 64 MiB in each direction, and half a minute of patience. */
    public static final FlowSettings DEFAULT = new FlowSettings(10_000, 64 << 20, 64 << 20, 30_000);

    public FlowSettings {
        REQUESTS.check("outstandingRequestsMax", outstandingRequestsMax);
        BUFFER_BYTES.check("outstandingBytesMax", outstandingBytesMax);
        BUFFER_BYTES.check("outboundBytesMax", outboundBytesMax);
        STALL.check("outboundStallMillis", outboundStallMillis);
    }

    /** Returns the same with another number of writes. */
    public FlowSettings withOutstandingRequestsMax(int requests) {
        return new FlowSettings(requests, outstandingBytesMax, outboundBytesMax, outboundStallMillis);
    }

    /** Returns the same with another patience for clients that take nothing. */
    public FlowSettings withOutboundStallMillis(int millis) {
        return new FlowSettings(outstandingRequestsMax, outstandingBytesMax, outboundBytesMax, millis);
    }
}
