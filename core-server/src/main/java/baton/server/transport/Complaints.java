package baton.server.transport;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what strangers send to a port, in words that help, at most once per address and minute: one that tries again and
 * again must not fill the log. Thread-safe.
 */
final class Complaints {
    private static final Logger log = LoggerFactory.getLogger(Complaints.class);
    private static final int ADDRESSES_MAX = 1024;

    // Guarded by this. Made when there is something to complain about: a server that starts should not wait for it.
    private @Nullable Cache<InetAddress, Boolean> said;

    void about(InetSocketAddress remote, String reason) {
        if (said().asMap().putIfAbsent(remote.getAddress(), Boolean.TRUE) == null) {
            log.warn("closed client={} because=\"{}\"", remote, reason);
        }
    }

    private synchronized Cache<InetAddress, Boolean> said() {
        Cache<InetAddress, Boolean> present = said;
        if (present == null) {
            present = Caffeine.newBuilder()
                    .maximumSize(ADDRESSES_MAX)
                    .expireAfterWrite(Duration.ofMinutes(1))
                    .build();
            said = present;
        }
        return present;
    }

    /** Describes a first length that cannot be one. */
    static String length(int length, int max) {
        String words = words(length);
        if (words != null) {
            return words;
        }
        return length <= 0
                ? "frame length " + length + " is no length: not a ZooKeeper client"
                : "frame of " + length + " bytes is over jute.maxbuffer=" + max;
    }

    private static @Nullable String words(int first) {
        return switch (first) {
            case 0x47455420, 0x504f5354, 0x48454144, 0x50555420 ->
                "HTTP request on the client port; the admin server has another (admin.serverPort)";
            case 0x5353482d -> "SSH on the client port";
            default ->
                first >>> 8 == 0x160301 || first >>> 8 == 0x160303
                        ? "TLS on the port without TLS; use secureClientPort, or client.portUnification=true"
                        : null;
        };
    }
}
