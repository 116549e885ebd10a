package baton.server.transport;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** How many connections came through a port, altogether and from each address. Thread-safe. */
final class ConnectionCount {
    /** Whether one more may come. */
    enum Admission {
        ADMITTED,
        TOO_MANY_OF_ADDRESS,
        TOO_MANY
    }

    private final int perAddressMax;
    private final int totalMax;
    private final AtomicInteger ofAllPorts;
    private final AtomicInteger total = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final ConcurrentMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /**
     * A limit of 0 is none.
     *
     * @param totalMax connections of all ports that share the number
     * @param ofAllPorts their number
     */
    ConnectionCount(int perAddressMax, int totalMax, AtomicInteger ofAllPorts) {
        this.perAddressMax = perAddressMax;
        this.totalMax = totalMax;
        this.ofAllPorts = ofAllPorts;
    }

    /** Counts a connection, unless it is one too many. Each one counted must {@link #leave} once. */
    Admission enter(InetAddress address) {
        int here = byAddress.merge(address, 1, Integer::sum);
        total.incrementAndGet();
        int all = ofAllPorts.incrementAndGet();
        boolean tooManyHere = perAddressMax > 0 && here > perAddressMax;
        if (tooManyHere || totalMax > 0 && all > totalMax) {
            leave(address);
            refused.increment();
            return tooManyHere ? Admission.TOO_MANY_OF_ADDRESS : Admission.TOO_MANY;
        }
        return Admission.ADMITTED;
    }

    /** Counts one that was turned away before it could enter. */
    void refuse() {
        refused.increment();
    }

    void leave(InetAddress address) {
        total.decrementAndGet();
        ofAllPorts.decrementAndGet();
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
