package baton.recipes.registry;

import baton.recipes.ClosedException;
import baton.recipes.Listeners;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * All instances of one service as the store said last: those out of service too. Made by {@link
 * ServiceRegistry#serviceCache}. Safe for use by many threads; only {@link #awaitInitial} blocks.
 *
 * <p>While the store is out of reach it keeps what it knew, and says that it is stale.
 */
public final class ServiceCache<T> implements AutoCloseable {
    private final ServiceRegistry<T> registry;
    private final String service;
    private final ServiceFeed<T> feed;
    private final Listeners<ServiceCacheListener<T>> listeners;
    private final Runnable follower = this::changed;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicReference<Told<T>> told;

    /** What listeners know. */
    private record Told<T>(List<ServiceInstance<T>> instances, boolean stale) {
        static <T> Told<T> of(ServiceFeed.Snapshot<T> snapshot) {
            return new Told<>(snapshot.instances(), snapshot.children().stale());
        }
    }

    ServiceCache(ServiceRegistry<T> registry, String service) {
        this.registry = registry;
        this.service = service;
        this.listeners = registry.runtime().listeners("ServiceCache");
        this.feed = registry.acquire(service, this);
        this.told = new AtomicReference<>(Told.of(feed.snapshot()));
        feed.follow(follower);
    }

    public List<ServiceInstance<T>> getInstances() {
        return feed.snapshot().instances();
    }

    public boolean isStale() {
        return feed.snapshot().children().stale();
    }

    /** For how long it has been stale; zero if it is not. */
    public Duration age() {
        return feed.age();
    }

    /**
     * Waits until the instances were read for the first time; false if time ran out.
     *
     * @throws ClosedException if it is closed
     */
    public boolean awaitInitial(Duration timeout) throws InterruptedException {
        String name = "cache of service " + service;
        if (closed.get()) {
            throw new ClosedException(name);
        }
        return ServiceRegistry.awaitLoaded(feed, name, timeout);
    }

    public void addListener(ServiceCacheListener<T> listener) {
        listeners.add(listener);
    }

    public void addListener(ServiceCacheListener<T> listener, Executor on) {
        listeners.add(listener, on);
    }

    /** Stops looking on, if nobody else of this registry does. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            feed.unfollow(follower);
            registry.release(service, this);
        }
    }

    private void changed() {
        Told<T> now = Told.of(feed.snapshot());
        Told<T> before = told.getAndSet(now);
        if (!before.instances().equals(now.instances())) {
            listeners.fire(listener -> listener.instancesChanged(before.instances(), now.instances()));
        }
        if (before.stale() != now.stale()) {
            listeners.fire(listener -> listener.stale(now.stale()));
        }
    }
}
