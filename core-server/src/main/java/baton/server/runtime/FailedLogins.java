package baton.server.runtime;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.time.Duration;

/**
 * How often logins from each address have failed lately. With every failure the next one's answer waits longer, so that
 * guessing takes time. Thread-safe.
 */
final class FailedLogins {
    static final int WAIT_MILLIS_FIRST = 100;
    static final int WAIT_MILLIS_MAX = 10_000;

    private static final int REMEMBERED_MAX = 10_000;
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(10);

    private final Cache<InetAddress, Integer> waitsMillis = Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();

    /** Counts a failure, and returns for how long its answer is to wait. */
    int countMillis(InetAddress address) {
        return waitsMillis
                .asMap()
                .merge(address, WAIT_MILLIS_FIRST, (before, first) -> Math.min(WAIT_MILLIS_MAX, 2 * before));
    }
}
