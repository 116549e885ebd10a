package baton.recipes.registry;

import baton.recipes.ClosedException;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Picks instances of one service for callers. Made by {@link ServiceRegistry#serviceProviderBuilder}.
 *
 * <p>Those that are disabled, down, filtered out, or ejected because they failed their callers are passed over. While
 * the store is out of reach it goes on with what it knew. Safe for use by many threads; picking takes no lock.
 */
public final class ServiceProvider<T> implements AutoCloseable {
    private static final double RAMP_START = 0.1;
    private static final long RAMP_STEP_NANOS = Duration.ofMillis(100).toNanos();
    private static final long LONG_NANOS = Duration.ofHours(1).toNanos();

    private final ServiceRegistry<T> registry;
    private final RecipeRuntime runtime;
    private final Scheduler scheduler;
    private final String service;
    private final Picking<T> picking;
    private final DownInstances down;
    private final Map<DownInstances.Key, AtomicInteger> outstanding = new ConcurrentHashMap<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Writer: who starts it. */
    private volatile @Nullable ServiceFeed<T> feed;
    /** Writers: callers; who loses a race has built the same. */
    private volatile @Nullable Built<T> built;

    /** How it picks. */
    record Picking<T>(
            ProviderStrategy<T> strategy,
            DownInstancePolicy down,
            Predicate<ServiceInstance<T>> filter,
            Optional<String> zone,
            Duration rampUp,
            Optional<Duration> maxStale) {}

    /** A view and what it was built from: it is good until one of these changes, or time runs out. */
    private record Built<T>(ServiceFeed.Snapshot<T> from, int downVersion, long untilNanos, InstanceView<T> view) {}

    ServiceProvider(ServiceRegistry<T> registry, String service, Picking<T> picking) {
        this.registry = registry;
        this.runtime = registry.runtime();
        this.scheduler = runtime.scheduler();
        this.service = service;
        this.picking = picking;
        this.down = new DownInstances(picking.down(), scheduler);
    }

    /**
     * Begins to look on. Returns at once.
     *
     * @throws IllegalStateException if it was started before
     * @throws ClosedException if it or its registry is closed
     */
    public ServiceProvider<T> start() {
        ensureOpen();
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("provider of service " + service + " was started before");
        }
        feed = registry.acquire(service, this);
        return this;
    }

    /** Waits until instances were read for the first time; false if time ran out. */
    public boolean awaitInitial(Duration timeout) throws InterruptedException {
        ensureOpen();
        return ServiceRegistry.awaitLoaded(feed(), name(), timeout);
    }

    /**
     * An instance to call; null only if the service has none that may be called.
     *
     * @throws NoInstanceException if nothing is known yet, or what is known is older than allowed
     */
    public @Nullable ServiceInstance<T> getInstance() {
        return choose(Optional.empty());
    }

    /** As {@link #getInstance()}, for strategies that go by key. */
    public @Nullable ServiceInstance<T> getInstance(String key) {
        return choose(Optional.of(key));
    }

    /** All that may be called. Empty where {@link #getInstance()} throws. */
    public Collection<ServiceInstance<T>> getAllInstances() {
        ServiceFeed.Snapshot<T> snapshot = feed().snapshot();
        if (!snapshot.children().loaded() || isTooOld()) {
            return List.of();
        }
        return view(snapshot).candidates().stream().map(Candidate::instance).toList();
    }

    /**
     * An instance to call, and notice of how that went.
     *
     * @throws NoInstanceException if there is none
     */
    public Pick<T> pick() {
        return pick(Optional.empty());
    }

    /** As {@link #pick()}, for strategies that go by key. */
    public Pick<T> pick(String key) {
        return pick(Optional.of(key));
    }

    /** A call to the instance failed. */
    public void noteError(ServiceInstance<T> instance) {
        keyOf(instance).ifPresent(down::error);
    }

    /** A call to the instance went well. */
    public void noteSuccess(ServiceInstance<T> instance, Duration latency) {
        keyOf(instance).ifPresent(down::success);
        runtime.metrics().time("call", "ServiceProvider", latency);
    }

    /** Whether there may be changes that nobody told us. */
    public boolean isStale() {
        return feed().snapshot().children().stale();
    }

    /** Stops looking on, if nobody else of this registry does. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true) && started.get()) {
            registry.release(service, this);
        }
    }

    long nowNanos() {
        return scheduler.nowNanos();
    }

    /** A pick was closed. */
    void ended(ServiceInstance<T> instance, boolean failed, Duration latency) {
        keyOf(instance).map(outstanding::get).ifPresent(count -> count.updateAndGet(calls -> Math.max(0, calls - 1)));
        if (failed) {
            noteError(instance);
        } else {
            noteSuccess(instance, latency);
        }
    }

    private Pick<T> pick(Optional<String> key) {
        ServiceInstance<T> chosen = choose(key);
        if (chosen == null) {
            throw new NoInstanceException(service, "none is registered, in service and well");
        }
        keyOf(chosen).ifPresent(of -> outstanding(of).incrementAndGet());
        return new Pick<>(this, chosen, scheduler.nowNanos());
    }

    private @Nullable ServiceInstance<T> choose(Optional<String> key) {
        ensureOpen();
        ServiceFeed.Snapshot<T> snapshot = feed().snapshot();
        if (!snapshot.children().loaded()) {
            throw new NoInstanceException(service, "the store was not heard of yet");
        }
        if (isTooOld()) {
            throw new NoInstanceException(
                    service, "the store was not heard of for " + feed().age().toSeconds() + " s");
        }
        InstanceView<T> view = view(snapshot);
        return view.candidates().isEmpty()
                ? null
                : picking.strategy().getInstance(view, new PickContext(key, picking.zone(), scheduler::jitter));
    }

    private boolean isTooOld() {
        return picking.maxStale()
                .map(limit -> feed().age().compareTo(limit) > 0)
                .orElse(false);
    }

    private InstanceView<T> view(ServiceFeed.Snapshot<T> snapshot) {
        int version = down.version();
        long now = scheduler.nowNanos();
        Built<T> known = built;
        if (known == null
                || known.from() != snapshot
                || known.downVersion() != version
                || known.untilNanos() - now <= 0) {
            known = build(snapshot, version, now);
            built = known;
        }
        return known.view();
    }

    private Built<T> build(ServiceFeed.Snapshot<T> snapshot, int version, long now) {
        List<ServiceFeed.Known<T>> fit = new ArrayList<>();
        List<ServiceFeed.Known<T>> well = new ArrayList<>();
        long until = now + LONG_NANOS;
        for (ServiceFeed.Known<T> each : snapshot.all()) {
            ServiceInstance<T> instance = each.instance();
            if (!instance.enabled()
                    || instance.health() == ServiceHealth.DOWN
                    || !picking.filter().test(instance)) {
                continue;
            }
            fit.add(each);
            OptionalLong out = down.ejectedUntil(keyOf(each), now);
            if (out.isEmpty()) {
                well.add(each);
            } else if (out.getAsLong() - until < 0) {
                until = out.getAsLong();
            }
        }
        int ejected = fit.size() - well.size();
        // If so many seem bad, it is likelier that we are: passing them over would crush the rest.
        boolean panic = ejected > picking.down().panicThreshold() * fit.size();
        List<Candidate<T>> candidates = new ArrayList<>();
        for (ServiceFeed.Known<T> each : panic ? fit : well) {
            double ramp = ramp(each, now);
            if (ramp < 1) {
                until = Math.min(until - now, RAMP_STEP_NANOS) + now;
            }
            AtomicInteger calls = outstanding(keyOf(each));
            candidates.add(new Candidate<>(
                    each.instance(), each.incarnation(), each.instance().weight() * ramp, calls::get));
        }
        outstanding
                .keySet()
                .removeIf(key -> snapshot.find(key.id())
                        .map(known -> known.incarnation() != key.incarnation())
                        .orElse(true));
        return new Built<>(
                snapshot,
                version,
                until,
                new InstanceView<>(candidates, snapshot.children().revision()));
    }

    /** By the time since we first saw it: clocks of other machines are not to be trusted. */
    private double ramp(ServiceFeed.Known<T> known, long now) {
        long span = picking.rampUp().toNanos();
        long age = now - known.sinceNanos();
        return known.old() || age >= span ? 1 : Math.max(RAMP_START, (double) age / span);
    }

    private AtomicInteger outstanding(DownInstances.Key key) {
        return outstanding.computeIfAbsent(key, absent -> new AtomicInteger());
    }

    private static DownInstances.Key keyOf(ServiceFeed.Known<?> known) {
        return new DownInstances.Key(known.instance().id(), known.incarnation());
    }

    /** Of the incarnation that is there now; empty if there is none. */
    private Optional<DownInstances.Key> keyOf(ServiceInstance<T> instance) {
        return feed().snapshot().find(instance.id()).map(ServiceProvider::keyOf);
    }

    private ServiceFeed<T> feed() {
        ServiceFeed<T> known = feed;
        if (known == null) {
            ensureOpen();
            throw new IllegalStateException(name() + " must be started first");
        }
        return known;
    }

    private void ensureOpen() {
        if (closed.get()) {
            throw new ClosedException(name());
        }
    }

    private String name() {
        return "provider of service " + service;
    }
}
