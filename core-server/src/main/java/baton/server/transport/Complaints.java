package baton.server.transport;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what strangers send to a port, in words that help, each reason at most once per address and minute: one that tries
 * again and again must not fill the log, and one who has tried something else is to be heard. Thread-safe.
 */
final class Complaints {
    private static final Logger log = LoggerFactory.getLogger(Complaints.class);
    private static final int SAID_MAX = 4096;
    private static final int SHOWN_BYTES_MAX = 16;
    private static final int WORD_BYTES = 4;

    /** Words of other protocols that a password may follow. */
    private static final Set<String> BEFORE_SECRETS = Set.of("AUTH", "PASS");

    // Guarded by this. Made when there is something to complain about: a server that starts should not wait for it.
    private @Nullable Cache<Said, Boolean> said;

    /** What was said of whom; an address may be unknown. */
    private record Said(@Nullable InetAddress address, String reason) {}

    /** @param reason always the same where it is the same; what differs from one time to the next is in the details */
    void about(InetSocketAddress remote, String reason, String details) {
        if (said().asMap().putIfAbsent(new Said(remote.getAddress(), reason), Boolean.TRUE) == null) {
            log.warn("closed client={} because=\"{}\"{}{}", remote, reason, details.isEmpty() ? "" : " ", details);
        }
    }

    private synchronized Cache<Said, Boolean> said() {
        Cache<Said, Boolean> present = said;
        if (present == null) {
            present = Caffeine.newBuilder()
                    .maximumSize(SAID_MAX)
                    .expireAfterWrite(Duration.ofMinutes(1))
                    .build();
            said = present;
        }
        return present;
    }

    /**
     * Complains of a length that cannot be one.
     *
     * @param max the largest that may be
     * @param bytes what was received from there on
     */
    void aboutLength(InetSocketAddress remote, int max, ByteBuf bytes) {
        int length = bytes.getInt(bytes.readerIndex());
        String protocol = protocol(length);
        if (protocol != null) {
            about(remote, protocol, beginning(bytes));
        } else if (length <= 0) {
            about(remote, "no length of a frame: not a ZooKeeper client", details(length, bytes));
        } else {
            about(remote, "a frame over jute.maxbuffer", details(length, bytes) + " sizeBytesMax=" + max);
        }
    }

    /**
     * Complains of a first frame that asks for no session; clients of Kafka begin with the number of what they ask for.
     *
     * @param bytes what was received from its length on
     */
    void aboutHandshake(InetSocketAddress remote, ByteBuf bytes) {
        int size = bytes.getInt(bytes.readerIndex());
        int apiKey = size < 2 ? 0 : bytes.getShort(bytes.readerIndex() + WORD_BYTES);
        switch (apiKey) {
            case 3, 17, 18 ->
                about(
                        remote,
                        "Kafka on the client port: it is a client of brokers",
                        "apiKey=" + apiKey + " " + details(size, bytes));
            default -> about(remote, "no ZooKeeper handshake", details(size, bytes));
        }
    }

    static String details(int sizeBytes, ByteBuf bytes) {
        return "sizeBytes=" + sizeBytes + " " + beginning(bytes);
    }

    private static String beginning(ByteBuf bytes) {
        boolean mayBeSecret =
                BEFORE_SECRETS.contains(bytes.toString(bytes.readerIndex(), WORD_BYTES, StandardCharsets.ISO_8859_1));
        int shown = Math.min(bytes.readableBytes(), mayBeSecret ? WORD_BYTES : SHOWN_BYTES_MAX);
        return "begins=" + ByteBufUtil.hexDump(bytes, bytes.readerIndex(), shown);
    }

    private static @Nullable String protocol(int first) {
        return switch (first) {
            case 0x47455420, 0x504f5354, 0x48454144, 0x50555420, 0x44454c45, 0x4f505449, 0x50415443, 0x50524920 ->
                "HTTP request on the client port; the admin server has another (admin.serverPort)";
            case 0x5353482d -> "SSH on the client port";
            case 0x48454c4f, 0x45484c4f -> "SMTP on the client port";
            default -> byForm(first);
        };
    }

    private static @Nullable String byForm(int first) {
        if (first >>> 8 == 0x160301 || first >>> 8 == 0x160303) {
            return "TLS on the port without TLS; use secureClientPort, or client.portUnification=true";
        }
        if ((first & 0xff00ffff) == 0x2a000d0a) {
            return "Redis on the client port";
        }
        return isText(first) ? "text on the client port that is no four-letter word" : null;
    }

    private static boolean isText(int first) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            int letter = first >>> shift & 0xff;
            if (letter < ' ' || letter > '~') {
                return false;
            }
        }
        return true;
    }
}
