package baton.recipes;

import baton.core.CoordinationCore;
import baton.core.NodePath;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a client gives to its recipes. For authors of recipes. Safe for use by many threads.
 *
 * <p>A recipe takes one strand, follows sessions on it, calls the store through {@link #calls}, reports through {@link
 * #listeners}, and hands everything a user may wait for through {@link #handOver}.
 */
public final class RecipeRuntime {
    private static final String HOST = hostName();

    private final CoordinationCore core;
    private final ClientSettings settings;
    private final Scheduler scheduler;
    private final Executor listenerExecutor;
    private final RecipeMetrics metrics;
    private final Listeners<ConnectionListener> connectionListeners;
    private final SessionKeeper keeper;
    private final Reaper reaper;
    private final OpenRecipes open;
    private final Map<Object, Object> shared = new ConcurrentHashMap<>();
    private final Map<NodePath, RecipeRuntime> views = new ConcurrentHashMap<>();
    /** The one this is a view of; null if it is none. */
    private final @Nullable RecipeRuntime whole;

    @Inject
    public RecipeRuntime(
            CoordinationCore core,
            ClientSettings settings,
            Scheduler scheduler,
            ListenerExecutor listenerExecutor,
            RecipeMetrics metrics) {
        this.core = core;
        this.settings = settings;
        this.scheduler = scheduler;
        this.listenerExecutor = listenerExecutor.executor();
        this.metrics = metrics;
        this.connectionListeners = listeners("client");
        this.keeper = new SessionKeeper(core, settings, scheduler, metrics, newStrand("client"), connectionListeners);
        this.open = new OpenRecipes(settings.clientId());
        this.reaper = new Reaper(this);
        this.whole = null;
    }

    /** The same client, seen under another namespace. */
    private RecipeRuntime(RecipeRuntime whole, NodePath namespace) {
        this.core = whole.core;
        this.settings = whole.settings.withNamespace(namespace);
        this.scheduler = whole.scheduler;
        this.listenerExecutor = whole.listenerExecutor;
        this.metrics = whole.metrics;
        this.connectionListeners = whole.connectionListeners;
        this.keeper = whole.keeper;
        this.open = whole.open;
        this.reaper = new Reaper(this);
        this.whole = whole;
    }

    /** What recipes need to use the same sessions under another namespace; one for each namespace. */
    RecipeRuntime in(NodePath namespace) {
        RecipeRuntime origin = whole == null ? this : whole;
        return namespace.equals(origin.settings.namespace())
                ? origin
                : origin.views.computeIfAbsent(namespace, absent -> new RecipeRuntime(origin, absent));
    }

    public CoordinationCore core() {
        return core;
    }

    public ClientSettings settings() {
        return settings;
    }

    public Scheduler scheduler() {
        return scheduler;
    }

    public RecipeMetrics metrics() {
        return metrics;
    }

    public Reaper reaper() {
        return reaper;
    }

    /** Where code of the user runs unless it was given an executor of its own. */
    public Executor listenerExecutor() {
        return listenerExecutor;
    }

    public Strand newStrand(String name) {
        return new Strand(name, scheduler);
    }

    public <L> Listeners<L> listeners(String recipe) {
        return new Listeners<>(recipe, listenerExecutor, scheduler, metrics);
    }

    /** Store calls whose results arrive on {@code strand}. */
    public Calls calls(Strand strand) {
        return new Calls(this, strand, null);
    }

    /**
     * Tells a follower of sessions on {@code strand}, beginning with the one that is open now.
     *
     * @return ends it; idempotent
     */
    public Runnable follow(Strand strand, SessionFollower follower) {
        return keeper.follow(strand, new Translated(follower, settings.namespace()));
    }

    /** The session that is live right now, if one is. */
    public Optional<ClientSession> liveSession() {
        CompletableFuture<ClientSession> live = keeper.live();
        return live.isDone() && !live.isCompletedExceptionally()
                ? Optional.of(live.join().in(settings.namespace()))
                : Optional.empty();
    }

    /** Completes once a session is live, on any thread; fails with {@link ClosedException} when the client closes. */
    public CompletionStage<ClientSession> whenLive() {
        return keeper.live().thenApply(session -> session.in(settings.namespace()));
    }

    /** The same outcome, completed on the listener executor: fit to be given to a user. */
    public <T> CompletableFuture<T> handOver(CompletionStage<T> stage) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        stage.whenCompleteAsync(Waiting.into(outcome), listenerExecutor);
        return outcome;
    }

    /** The scope of tokens for one directory. */
    public String tokenScope(NodePath directory) {
        String store = settings.scopeId().orElseGet(() -> core.info().scopeId());
        return store + "|" + settings.namespace().resolve(directory);
    }

    /** Says who this process is, for people who look at a node. */
    public OwnerInfo ownerInfo(String task) {
        return new OwnerInfo(
                settings.clientId(),
                HOST,
                ProcessHandle.current().pid(),
                task,
                Instant.ofEpochMilli(scheduler.wallMillis()));
    }

    /**
     * Enters a recipe into the client's books, to be described and closed with it.
     *
     * @throws ClosedException if the client is closed
     */
    public void opened(OpenRecipe recipe) {
        open.add(recipe);
    }

    public void closed(OpenRecipe recipe) {
        open.remove(recipe);
    }

    public void ensureOpen() {
        open.ensureOpen();
    }

    /** As {@link #ensureOpen}, for what somebody waits for: a client that was not started is named in the log, once. */
    public void ensureRunning() {
        open.ensureRunning();
    }

    /** What recipes of one client share under a key: made once, and kept until the client closes. */
    @SuppressWarnings("unchecked") // A key is used with one type, by the package that owns it.
    public <T> T shared(Object key, Supplier<T> make) {
        return (T) shared.computeIfAbsent(key, absent -> make.get());
    }

    void start() {
        open.started();
        keeper.start();
    }

    @Nullable
    Throwable lastError() {
        return keeper.lastError();
    }

    Listeners<ConnectionListener> connectionListeners() {
        return connectionListeners;
    }

    List<Description> describe() {
        return open.describe();
    }

    /** Closes the recipes, then the session. Completes with whether the store confirmed the end of the session. */
    CompletableFuture<Boolean> close() {
        return open.close().thenCompose(done -> keeper.close());
    }

    /**
     * Shows a follower the sessions under one namespace.
     *
     * @param follower to be told
     * @param namespace it works below
     */
    private record Translated(SessionFollower follower, NodePath namespace) implements SessionFollower {
        @Override
        public void joined(ClientSession session) {
            follower.joined(session.in(namespace));
        }

        @Override
        public void suspended(ClientSession session) {
            follower.suspended(session.in(namespace));
        }

        @Override
        public void leaseExpired(ClientSession session) {
            follower.leaseExpired(session.in(namespace));
        }

        @Override
        public void resumed(ClientSession session) {
            follower.resumed(session.in(namespace));
        }

        @Override
        public void lost(ClientSession session) {
            follower.lost(session.in(namespace));
        }
    }

    private static String hostName() {
        String name = System.getenv("HOSTNAME");
        if (name != null && !name.isBlank()) {
            return name;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }
}
