package baton.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Looks hosts up for somebody who only wants to tell of them: each once, whatever the port, sixteen at a
 * time, and no host for longer than a moment. An address that is written out is not looked up.
 */
final class HostNames {
    /** What knows hosts, and may take its time. */
    interface Resolver {
        InetAddress resolve(String host) throws UnknownHostException;
    }

    /**
     * Where a host is.
     *
     * @param address empty if that is not known
     * @param trouble why, as words to go on with behind the address
     */
    record Place(Optional<InetAddress> address, String trouble) {
        private static Place at(InetAddress address) {
            return new Place(Optional.of(address), "");
        }

        private static Place without(String trouble) {
            return new Place(Optional.empty(), trouble);
        }
    }

    private static final String THREAD = "baton-lookup";
    private static final int WAIT_MILLIS = 2_000;
    private static final int AT_ONCE_MAX = 16;

    private static final Pattern FOUR_BYTES = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

    private final Resolver resolver;
    private final int waitMillis;
    private final Map<String, CompletableFuture<Place>> known = new HashMap<>();
    private final Deque<CompletableFuture<Place>> underWay = new ArrayDeque<>();

    HostNames(Resolver resolver, int waitMillis) {
        this.resolver = resolver;
        this.waitMillis = waitMillis;
    }

    static HostNames ofThisMachine() {
        return new HostNames(InetAddress::getByName, WAIT_MILLIS);
    }

    /**
     * Begins to look a host up, if nobody has: what is begun at once is waited for once. While too many others are looked up,
     * waits for the one that was begun first.
     */
    void begin(ListenAddress address) {
        CompletableFuture<Place> unused = asked(address);
    }

    /** Waits for a host, until a moment after it was begun. */
    Place find(ListenAddress address) {
        return asked(address).join();
    }

    private CompletableFuture<Place> asked(ListenAddress address) {
        return known.computeIfAbsent(
                address.host(),
                host -> written(host)
                        .map(there -> CompletableFuture.completedFuture(Place.at(there)))
                        .orElseGet(() -> lookUp(host)));
    }

    private static Optional<InetAddress> written(String host) {
        try {
            if (host.isEmpty()) {
                return Optional.of(new InetSocketAddress(0).getAddress());
            }
            if (host.indexOf(':') >= 0) {
                // In brackets it is an address or refused.
                return Optional.of(InetAddress.getByName("[" + host + "]"));
            }
            return FOUR_BYTES.matcher(host).matches() ? Optional.of(InetAddress.getByName(host)) : Optional.empty();
        } catch (UnknownHostException notWritten) {
            return Optional.empty();
        }
    }

    private CompletableFuture<Place> lookUp(String host) {
        if (underWay.size() == AT_ONCE_MAX) {
            underWay.remove().join();
        }
        CompletableFuture<Place> place = new CompletableFuture<>();
        underWay.add(place);
        // Nothing can end a lookup: one that hangs would hold up the next in a pool, and the end of the process.
        Thread thread = new Thread(() -> place.complete(resolved(host)), THREAD);
        thread.setDaemon(true);
        thread.start();
        return place.completeOnTimeout(
                Place.without("has a host that was not found within " + waitMillis + " ms: a start would wait for it"),
                waitMillis,
                TimeUnit.MILLISECONDS);
    }

    private Place resolved(String host) {
        try {
            return Place.at(resolver.resolve(host));
        } catch (UnknownHostException | RuntimeException e) {
            return Place.without("has a host that nobody knows here");
        }
    }
}
