package baton.server.transport;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** How many connections there are, altogether and from each address. Thread-safe. */
final class ConnectionCount {
    private final int perAddressMax;
    private final int totalMax;
    private final AtomicInteger total = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final ConcurrentMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /** A limit of 0 is none. */
    ConnectionCount(int perAddressMax, int totalMax) {
        this.perAddressMax = perAddressMax;
        this.totalMax = totalMax;
    }

    /** Counts a connection, unless it is one too many. Each one counted must {@link #leave} once. */
    boolean enter(InetAddress address) {
        int here = byAddress.merge(address, 1, Integer::sum);
        int all = total.incrementAndGet();
        if (perAddressMax > 0 && here > perAddressMax || totalMax > 0 && all > totalMax) {
            leave(address);
            refused.increment();
            return false;
        }
        return true;
    }

    void leave(InetAddress address) {
        total.decrementAndGet();
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Number of connections that were one too many. */
    long refused() {
        return refused.sum();
    }

    int total() {
        return total.get();
    }
}
