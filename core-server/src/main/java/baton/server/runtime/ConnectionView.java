package baton.server.runtime;

import baton.protocol.OpCode;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a connection looked like at one moment.
 *
 * @param sessionId 0 while it has none
 * @param timeoutMillis of the session, 0 while it has none
 * @param queued requests not answered yet
 * @param lastOperation what was answered last; null if nothing was
 * @param lastCxid -1 if nothing was answered; so is the zxid
 * @param lastAnswerMillis when that was, by the monotonic clock; 0 if nothing was
 */
public record ConnectionView(
        Origin origin,
        long sessionId,
        int timeoutMillis,
        long queued,
        long received,
        long sent,
        @Nullable OpCode lastOperation,
        long lastCxid,
        long lastZxid,
        long lastAnswerMillis,
        Latency latency) {
    /**
     * Where a connection comes from.
     *
     * @param secure whether it speaks TLS
     * @param establishedMillis when it was accepted, since 1970
     */
    public record Origin(InetSocketAddress remote, boolean secure, long establishedMillis) {}

    /** How long requests took, in milliseconds. */
    public record Latency(long last, long min, long average, long max) {
        static final Latency NONE = new Latency(0, 0, 0, 0);
    }
}
