package baton.server.config;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Looks hosts up for somebody who only wants to tell of them: each once, and no host for longer than a moment. */
final class HostNames {
    /** What knows hosts, and may take its time. */
    interface Resolver {
        InetSocketAddress resolve(ListenAddress address) throws UnknownHostException;
    }

    /**
     * Where a host is.
     *
     * @param address empty if that is not known
     * @param trouble why, as words to go on with behind the address
     */
    record Place(Optional<InetSocketAddress> address, String trouble) {
        private static Place without(String trouble) {
            return new Place(Optional.empty(), trouble);
        }
    }

    private static final int WAIT_MILLIS = 2_000;

    private final Resolver resolver;
    private final int waitMillis;
    private final Map<ListenAddress, Place> known = new HashMap<>();

    HostNames(Resolver resolver, int waitMillis) {
        this.resolver = resolver;
        this.waitMillis = waitMillis;
    }

    static HostNames ofThisMachine() {
        return new HostNames(ListenAddress::resolve, WAIT_MILLIS);
    }

    Place find(ListenAddress address) {
        return known.computeIfAbsent(address, this::lookUp);
    }

    private Place lookUp(ListenAddress address) {
        // Nothing can end a lookup; but nobody waits for that pool when the process ends.
        CompletableFuture<InetSocketAddress> asked =
                CompletableFuture.supplyAsync(() -> resolve(address), ForkJoinPool.commonPool());
        try {
            return new Place(Optional.of(asked.get(waitMillis, TimeUnit.MILLISECONDS)), "");
        } catch (ExecutionException e) {
            return Place.without("has a host that nobody knows here");
        } catch (TimeoutException e) {
            return Place.without(
                    "has a host that was not found within " + waitMillis + " ms: a start would wait for it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Place.without("has a host that was not waited for");
        }
    }

    private InetSocketAddress resolve(ListenAddress address) {
        try {
            return resolver.resolve(address);
        } catch (UnknownHostException e) {
            throw new CompletionException(e);
        }
    }
}
