package baton.recipes;

import baton.core.CoordinationCore;
import baton.core.NodePath;
import baton.core.SessionOptions;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Waiting;
import baton.recipes.wiring.CoreModule;
import baton.recipes.wiring.DaggerClientComponent;
import baton.recipes.wiring.SettingsModule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One participant at a coordination core. Recipes are built from it.
 *
 * <p>It opens a session, and a new one whenever the present one ended, until it is closed. It does not close the core,
 * which may serve other clients. Safe for use by many threads.
 */
public final class CoordinationClient implements AutoCloseable {
    private static final Duration CLOSE_DEFAULT = Duration.ofSeconds(5);

    private final RecipeRuntime runtime;
    private final Runnable stopThreads;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicReference<@Nullable CompletableFuture<Boolean>> closing = new AtomicReference<>();
    /** The client this one is a view of; null if it is none. */
    private final @Nullable CoordinationClient whole;

    /**
     * Puts a client over its parts; {@link #builder} does that for you.
     *
     * @param stopThreads called once when the client has closed
     */
    public CoordinationClient(RecipeRuntime runtime, Runnable stopThreads) {
        this.runtime = runtime;
        this.stopThreads = stopThreads;
        this.whole = null;
    }

    private CoordinationClient(RecipeRuntime runtime, CoordinationClient whole) {
        this.runtime = runtime;
        this.stopThreads = whole.stopThreads;
        this.whole = whole;
    }

    public static Builder builder(CoordinationCore core) {
        return new Builder(core);
    }

    /**
     * Begins to open a session in the background. Never blocks, and never fails because the store is down.
     *
     * @throws IllegalStateException if it was started before
     */
    public CoordinationClient start() {
        if (whole != null) {
            whole.start();
            return this;
        }
        runtime.ensureOpen();
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("client " + runtime.settings().clientId() + " was started before");
        }
        runtime.start();
        return this;
    }

    /** Waits until a session is live; false if time ran out. */
    public boolean blockUntilConnected(Duration timeout) throws InterruptedException {
        runtime.ensureRunning();
        return Waiting.atMost(timeout, runtime.whenLive()).isPresent();
    }

    /** As {@link #blockUntilConnected(Duration)}. */
    public boolean blockUntilConnected(long time, TimeUnit unit) throws InterruptedException {
        return blockUntilConnected(Duration.ofNanos(unit.toNanos(time)));
    }

    /** Whether a session is live right now. */
    public boolean isConnected() {
        return runtime.liveSession().isPresent();
    }

    /** Why the store could not be entered the last time it was tried, or turned this client away. */
    public Optional<Throwable> lastError() {
        return Optional.ofNullable(runtime.lastError());
    }

    /** Those who hear of the connection. */
    public Listeners<ConnectionListener> getConnectionStateListenable() {
        return runtime.connectionListeners();
    }

    /** Begins a transaction. */
    public Transaction transaction() {
        return new Transaction(runtime);
    }

    /** What every open recipe of this client is doing. */
    public List<Description> describe() {
        return runtime.describe();
    }

    public ClientSettings settings() {
        return runtime.settings();
    }

    /**
     * This client with another namespace, for recipes that meet those of other applications: the same sessions, threads
     * and listeners. Starting or closing one is starting or closing both.
     */
    public CoordinationClient inNamespace(String path) {
        CoordinationClient origin = whole == null ? this : whole;
        RecipeRuntime view = runtime.in(NodePath.of(path));
        return view == origin.runtime ? origin : new CoordinationClient(view, origin);
    }

    /** For authors of recipes. */
    public RecipeRuntime runtime() {
        return runtime;
    }

    /** As {@link #close(Duration)} with five seconds. */
    @Override
    public void close() {
        close(CLOSE_DEFAULT);
    }

    /**
     * Closes the recipes, then ends the session, which removes all its ephemerals. Grants are invalid and waiters have
     * failed when this returns. Idempotent: later calls wait for the same end. Callable from any thread, listeners
     * included; an interrupt ends the wait, not the closing.
     *
     * @return what the store did not confirm within {@code atMost}
     */
    public CloseReport close(Duration atMost) {
        boolean confirmed = false;
        try {
            confirmed = Waiting.atMost(atMost, closeAsync(atMost)).orElse(false);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return new CloseReport(confirmed ? List.of() : runtime.reaper().unconfirmed(), confirmed);
    }

    /**
     * As {@link #close(Duration)}, without waiting.
     *
     * @return completes, on an internal thread, with whether the store confirmed the end of the session in time
     */
    public CompletableFuture<Boolean> closeAsync(Duration atMost) {
        if (whole != null) {
            return whole.closeAsync(atMost);
        }
        CompletableFuture<Boolean> mine = new CompletableFuture<>();
        CompletableFuture<Boolean> before = closing.compareAndExchange(null, mine);
        if (before != null) {
            return before;
        }
        Scheduler.Timer late = runtime.scheduler().schedule(atMost, () -> mine.complete(false));
        mine.whenComplete((confirmed, failure) -> {
            late.cancel();
            stopThreads.run();
        });
        runtime.close().whenComplete((confirmed, failure) -> mine.complete(failure == null && confirmed));
        return mine;
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private final CoordinationCore core;
        private NodePath namespace = NodePath.ROOT;
        private Duration sessionTimeout = SessionOptions.TIMEOUT_DEFAULT;
        private SessionOptions.LeaseConfirmation confirmation = SessionOptions.LeaseConfirmation.PING;
        private double leaseFactor = 1.0;
        private LeasePolicy leasePolicy = LeasePolicy.REVOKE_AT_LEASE_END;
        private Duration tryTimeout = Duration.ofSeconds(2);
        private Duration opTimeout = Duration.ofSeconds(15);
        private Duration clockJump = Duration.ofSeconds(1);
        private String clientId = "pid:" + ProcessHandle.current().pid();
        private Optional<String> scopeId = Optional.empty();
        private RecipeMetrics metrics = RecipeMetrics.NONE;
        private @Nullable Executor listenerExecutor;
        private @Nullable Scheduler scheduler;

        private Builder(CoordinationCore core) {
            this.core = core;
        }

        /** Every path of every recipe lies below it. Default: the root. */
        public Builder namespace(String path) {
            namespace = NodePath.of(path);
            return this;
        }

        /** How long the store waits for a silent client; the store may grant another. Default 10 s. */
        public Builder sessionTimeout(Duration timeout) {
            sessionTimeout = timeout;
            return this;
        }

        /** What a lost connection does to a grant. Default: it stays valid until the lease ends. */
        public Builder leasePolicy(LeasePolicy policy) {
            leasePolicy = policy;
            return this;
        }

        /** What counts as proof that the session lives. Default: any reply of the connected server. */
        public Builder leaseConfirmation(SessionOptions.LeaseConfirmation proof) {
            confirmation = proof;
            return this;
        }

        /** Shortens the local deadline, above 0 and at most 1. Default 1. */
        public Builder leaseFactor(double factor) {
            leaseFactor = factor;
            return this;
        }

        /** Bounds one look at the store by the calls that do not wait in line. Default 2 s. */
        public Builder tryTimeout(Duration timeout) {
            tryTimeout = timeout;
            return this;
        }

        /** Bounds blocking calls that take no timeout of their own. Default 15 s. */
        public Builder opTimeout(Duration timeout) {
            opTimeout = timeout;
            return this;
        }

        /** How far the wall clock may get ahead of the monotonic one before grants doubt themselves. Default 1 s, zero: off. */
        public Builder clockJump(Duration limit) {
            clockJump = limit;
            return this;
        }

        /** Names this client to people, such as {@code host-17:4242}. Default: the process id. */
        public Builder clientId(String id) {
            clientId = id;
            return this;
        }

        /** Names the store in fencing tokens; change it when an older state of the store was restored. */
        public Builder scopeId(String id) {
            scopeId = Optional.of(id);
            return this;
        }

        public Builder metrics(RecipeMetrics receiver) {
            metrics = receiver;
            return this;
        }

        /** Where listeners, codecs and callbacks run. Default: virtual threads if the JDK has them, else daemon threads. */
        public Builder listenerExecutor(Executor executor) {
            listenerExecutor = executor;
            return this;
        }

        /** Time and threads. Default: a few daemon threads of this client's own. A given one is not closed. */
        public Builder scheduler(Scheduler given) {
            scheduler = given;
            return this;
        }

        /** @throws IllegalArgumentException naming the setting, its value and what it must be */
        public CoordinationClient build() {
            ClientSettings settings = new ClientSettings(
                    namespace,
                    new SessionOptions(sessionTimeout, confirmation, leaseFactor),
                    leasePolicy,
                    tryTimeout,
                    opTimeout,
                    clockJump,
                    clientId,
                    scopeId);
            return DaggerClientComponent.factory()
                    .create(new CoreModule(core), new SettingsModule(settings, metrics, scheduler, listenerExecutor))
                    .client();
        }
    }
}
