package baton.recipes.registry;

import baton.core.CoordinationException;
import baton.core.CoreSession;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.recipes.ClosedException;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import baton.recipes.CoordinationClient;
import baton.recipes.Description;
import baton.recipes.OpenRecipe;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where services announce their instances and clients find them. Made by {@link #builder}.
 *
 * <p>A live instance that is registered is seen by connected clients within a second, and a connection that comes back
 * in time never removes it. That an instance is there does not say that it is well; one that crashed is seen until its
 * session times out. Safe for use by many threads; only the {@code query} methods block, at most for the client's {@code
 * opTimeout}.
 *
 * @param <T> payloads of instances
 */
public final class ServiceRegistry<T> implements AutoCloseable {
    private static final String KIND = "ServiceRegistry";
    private static final Duration REJOIN_SPREAD_EACH = Duration.ofMillis(10);
    private static final int REJOIN_SPREAD_MAX = 100;

    private final RecipeRuntime runtime;
    private final NodePath base;
    private final Codec<ServiceInstance<T>> codec;
    private final Strand strand;
    private final OpenRecipe entry = new Entry();
    private final Set<Registration<T>> registrations = ConcurrentHashMap.newKeySet();
    private final Map<String, SharedFeed<T>> feeds = new ConcurrentHashMap<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicReference<@Nullable CompletableFuture<Void>> closing = new AtomicReference<>();

    /** A feed and the caches and providers that use it. */
    private record SharedFeed<T>(ServiceFeed<T> feed, Set<Object> users) {}

    private ServiceRegistry(RecipeRuntime runtime, NodePath base, Codec<ServiceInstance<T>> codec) {
        this.runtime = runtime;
        this.base = base;
        this.codec = codec;
        this.strand = runtime.newStrand("registry " + base);
    }

    /**
     * Begins to build a registry.
     *
     * @param payload for what services add to their instances
     */
    public static <T> Builder<T> builder(CoordinationClient client, String basePath, Codec<T> payload) {
        return new Builder<>(client.runtime(), NodePath.of(basePath), payload);
    }

    /**
     * Opens it for use. Returns at once.
     *
     * @throws IllegalStateException if it was started before
     * @throws ClosedException if it or the client is closed
     */
    public ServiceRegistry<T> start() {
        ensureOpen();
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("registry " + base + " was started before");
        }
        runtime.opened(entry);
        return this;
    }

    /**
     * Announces an instance until the registration or this registry is closed. Returns at once.
     *
     * <p>An instance that is there under the same id is replaced: who registers last wins.
     *
     * @throws IllegalArgumentException if name or id cannot be names of nodes
     */
    public Registration<T> register(ServiceInstance<T> instance) {
        ensureStarted();
        NodePath path = base.child(instance.name()).child(instance.id());
        // All sessions of a store may end at once: those with many instances take their time to come back.
        Duration spread = REJOIN_SPREAD_EACH.multipliedBy(Math.min(REJOIN_SPREAD_MAX, registrations.size() + 1));
        Registration<T> registration = new Registration<>(
                runtime,
                codec,
                path,
                Registration.stamped(instance, runtime.scheduler().wallMillis()),
                spread,
                this::ended);
        registrations.add(registration);
        runtime.metrics().gauge("registrations", KIND, registrations.size());
        registration.start();
        if (closing.get() != null) {
            registration.registryCloses();
        }
        return registration;
    }

    private void ended(Registration<T> registration) {
        registrations.remove(registration);
        runtime.metrics().gauge("registrations", KIND, registrations.size());
    }

    /** As {@link #register}. */
    public Registration<T> registerService(ServiceInstance<T> instance) {
        return register(instance);
    }

    /**
     * The names of all services that ever had an instance and were not forgotten since.
     *
     * @throws CoordinationException if the store did not answer in time
     */
    public Collection<String> queryForNames() throws InterruptedException {
        return Waiting.forever(list(base));
    }

    /**
     * All instances of a service, asked of the store. Those that cannot be read are left out.
     *
     * @throws CoordinationException if the store did not answer in time
     */
    public Collection<ServiceInstance<T>> queryForInstances(String name) throws InterruptedException {
        NodePath directory = base.child(name);
        List<CompletableFuture<Optional<Node>>> reads = new ArrayList<>();
        for (String id : Waiting.forever(list(directory))) {
            reads.add(ask(session -> session.read(directory.child(id))));
        }
        List<ServiceInstance<T>> instances = new ArrayList<>();
        for (CompletableFuture<Optional<Node>> read : reads) {
            Waiting.forever(read).flatMap(this::decoded).ifPresent(instances::add);
        }
        return List.copyOf(instances);
    }

    /**
     * One instance of a service, asked of the store; null if there is none or it cannot be read.
     *
     * @throws CoordinationException if the store did not answer in time
     */
    public @Nullable ServiceInstance<T> queryForInstance(String name, String id) throws InterruptedException {
        NodePath path = base.child(name).child(id);
        return Waiting.forever(ask(session -> session.read(path)))
                .flatMap(this::decoded)
                .orElse(null);
    }

    /** Begins to look on at a service. Close it when done. */
    public ServiceCache<T> serviceCache(String name) {
        checkName(name);
        return new ServiceCache<>(this, name);
    }

    public ServiceProviderBuilder<T> serviceProviderBuilder() {
        return new ServiceProviderBuilder<>(this);
    }

    public Description describe() {
        return entry.describe();
    }

    /**
     * Stops looking on, and unregisters what was registered here, but for permanent instances. Idempotent; never waits
     * for the store.
     */
    @Override
    public void close() {
        closeAll();
    }

    private CompletionStage<Void> closeAll() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> earlier = closing.compareAndExchange(null, mine);
        if (earlier != null) {
            return earlier;
        }
        feeds.values().forEach(shared -> shared.feed().close());
        feeds.clear();
        List<CompletableFuture<Void>> ending = new ArrayList<>();
        for (Registration<T> registration : registrations) {
            ending.add(registration.registryCloses().toCompletableFuture());
        }
        runtime.closed(entry);
        CompletableFuture.allOf(ending.toArray(CompletableFuture[]::new))
                .whenComplete((done, unconfirmed) -> mine.complete(null));
        return mine;
    }

    RecipeRuntime runtime() {
        return runtime;
    }

    void checkName(String service) {
        base.child(service);
    }

    /** The one feed of a service, for one more user. */
    ServiceFeed<T> acquire(String service, Object user) {
        ensureStarted();
        SharedFeed<T> shared = feeds.compute(service, (name, known) -> {
            SharedFeed<T> now = known == null ? begun(service) : known;
            now.users().add(user);
            return now;
        });
        if (closing.get() != null) {
            release(service, user);
            ensureOpen();
        }
        return shared.feed();
    }

    private SharedFeed<T> begun(String service) {
        ServiceFeed<T> feed = new ServiceFeed<>(runtime, base.child(service), codec);
        feed.start();
        return new SharedFeed<>(feed, ConcurrentHashMap.newKeySet());
    }

    /** A user is done; the last one closes the feed. */
    void release(String service, Object user) {
        feeds.computeIfPresent(service, (name, shared) -> {
            shared.users().remove(user);
            if (!shared.users().isEmpty()) {
                return shared;
            }
            shared.feed().close();
            return null;
        });
    }

    static boolean awaitLoaded(ServiceFeed<?> feed, String name, Duration timeout) throws InterruptedException {
        Optional<Boolean> loaded = Waiting.atMost(timeout, feed.loaded());
        if (loaded.isPresent() && !loaded.get()) {
            throw new ClosedException(name);
        }
        return loaded.isPresent();
    }

    private CompletableFuture<List<String>> list(NodePath directory) {
        return ask(session -> session.list(directory))
                .thenApply(listing -> listing.map(Listing::entries).orElse(List.of()).stream()
                        .map(Listing.Entry::name)
                        .sorted()
                        .toList());
    }

    private <R> CompletableFuture<R> ask(Function<CoreSession, CompletionStage<R>> question) {
        ensureStarted();
        Deadline deadline =
                Deadline.after(runtime.scheduler(), runtime.settings().opTimeout());
        return runtime.calls(strand).repeatable(deadline, question);
    }

    private Optional<ServiceInstance<T>> decoded(Node node) {
        try {
            return Optional.of(codec.decode(node.data()));
        } catch (CodecException poison) {
            runtime.metrics().count("foreign.nodes", KIND, "");
            return Optional.empty();
        }
    }

    private void ensureStarted() {
        ensureOpen();
        if (!started.get()) {
            throw new IllegalStateException("registry " + base + " must be started first");
        }
    }

    private void ensureOpen() {
        if (closing.get() != null) {
            throw new ClosedException("registry " + base);
        }
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder<T> {
        private final RecipeRuntime runtime;
        private final NodePath base;
        private final Codec<T> payload;
        private boolean curatorOnly;

        private Builder(RecipeRuntime runtime, NodePath base, Codec<T> payload) {
            this.runtime = runtime;
            this.base = base;
            this.payload = payload;
        }

        /**
         * Writes only what Apache Curator's discovery knows: weight, zone, version, tags and health stay at home. For
         * services that are found by Curator too; both forms are read in any case.
         */
        public Builder<T> curatorJson() {
            curatorOnly = true;
            return this;
        }

        public ServiceRegistry<T> build() {
            return new ServiceRegistry<>(runtime, base, new InstanceJson<>(payload, curatorOnly));
        }
    }

    /** This registry in the client's books. */
    private final class Entry implements OpenRecipe {
        @Override
        public Description describe() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("registrations", registrations.size());
            fields.put(
                    "registered",
                    registrations.stream()
                            .filter(each -> each.state() == RegistrationState.REGISTERED)
                            .count());
            fields.put("services", feeds.size());
            fields.put(
                    "stale",
                    feeds.values().stream()
                            .anyMatch(shared ->
                                    shared.feed().snapshot().children().stale()));
            return new Description(KIND, base, fields);
        }

        @Override
        public CompletionStage<Void> clientCloses() {
            return closeAll();
        }
    }
}
