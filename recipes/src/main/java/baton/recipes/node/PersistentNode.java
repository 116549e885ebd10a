package baton.recipes.node;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Created;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Ordering;
import baton.core.Payload;
import baton.core.SessionId;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.recipes.Calls;
import baton.recipes.ClientSession;
import baton.recipes.ClosedException;
import baton.recipes.CoordinationClient;
import baton.recipes.Description;
import baton.recipes.Listeners;
import baton.recipes.LossReason;
import baton.recipes.OpenRecipe;
import baton.recipes.RecipeRuntime;
import baton.recipes.SessionFollower;
import baton.recipes.run.Deadline;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one node in existence with given data for as long as it is open, across sessions.
 *
 * <p>While the store is reachable and nobody contests the path, the node exists within a second of any loss. Between a
 * loss and the new creation it is absent, and readers see another incarnation afterwards. A connection that comes back
 * within the session's life causes no write at all.
 *
 * <p>Only the newest data is written. Safe for use by many threads; nothing here blocks but
 * {@link #waitForInitialCreate}.
 */
public final class PersistentNode implements AutoCloseable {
    private static final String KIND = "PersistentNode";
    private static final Duration REWRITE_PAUSE = Duration.ofSeconds(1);

    private final RecipeRuntime runtime;
    private final NodeMode mode;
    private final NodePath path;
    private final NodeOptions options;
    private final Strand strand;
    private final Listeners<PersistentNodeListener> listeners;
    private final AtomicBoolean started = new AtomicBoolean();
    private final CompletableFuture<NodeStat> initial = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final OpenRecipe entry = new Entry();

    /** Writer: the strand, after construction. */
    private volatile Payload desired;
    /** Writer: the strand. Present while the node is known to exist as ours. */
    private volatile @Nullable Created actual;
    /** Writer: the strand. */
    private volatile String state = "LATENT";
    /** Writer: the strand. How often the node was lost. */
    private volatile long losses;
    /** Writer: the strand. Of the last refusal; empty if there was none. */
    private volatile String lastError = "";
    /** Writer: whoever closes. */
    private volatile boolean closed;

    // Confined to the strand.
    private long desiredVersion = 1;
    private long storedVersion;
    private final List<Waiter> waiters = new ArrayList<>();
    private final OwnSessions ownSessions;
    private boolean joinedBefore;
    private @Nullable ClientSession session;
    private boolean suspended;
    /** Calls that were made before this number was raised have nothing to say any more. */
    private long generation;
    /** Whether a call is under way that will decide what to do next. */
    private boolean busy;
    /** Whether a create may reach the store: then closing has to wait for its outcome. */
    private boolean creating;
    /** Whether a trigger fired while a call was under way. */
    private boolean recheck;

    private boolean everCreated;
    private boolean refused;
    private long conflictTold = -1;
    private boolean rewriting;
    private long rewriteAllowedNanos;
    private @Nullable Armed<Optional<Node>> armed;
    private Scheduler.Timer timer = () -> {};
    private Scheduler.Timer renewal = () -> {};
    private Runnable unfollow = () -> {};

    /** A node with {@link NodeOptions#DEFAULTS}. */
    public PersistentNode(CoordinationClient client, NodeMode mode, NodePath path, Payload data) {
        this(client.runtime(), mode, path, data, NodeOptions.DEFAULTS);
    }

    public PersistentNode(CoordinationClient client, NodeMode mode, NodePath path, Payload data, NodeOptions options) {
        this(client.runtime(), mode, path, data, options);
    }

    /** For recipes. */
    public PersistentNode(RecipeRuntime runtime, NodeMode mode, NodePath path, Payload data, NodeOptions options) {
        this.runtime = runtime;
        this.mode = mode;
        this.path = path;
        this.desired = data;
        this.options = options;
        this.strand = runtime.newStrand("node " + path);
        this.ownSessions = OwnSessions.of(runtime);
        this.listeners = runtime.listeners(KIND);
        this.rewriteAllowedNanos = runtime.scheduler().nowNanos();
    }

    /**
     * Begins to keep the node. Returns at once.
     *
     * @throws IllegalStateException if it was started before
     * @throws ClosedException if this or the client is closed
     */
    public void start() {
        if (closed) {
            throw new ClosedException("node " + path);
        }
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("node " + path + " was started before");
        }
        runtime.opened(entry);
        strand.execute(() -> {
            if (!closed) {
                state = "ABSENT";
                unfollow = runtime.follow(strand, new Follower());
            }
        });
    }

    /**
     * Waits until the node exists for the first time.
     *
     * @return false if it does not in time
     * @throws CoordinationException if the store or {@link ConflictPolicy#FAIL} refused it for good, or it was closed
     */
    public boolean waitForInitialCreate(long timeout, TimeUnit unit) throws InterruptedException {
        return Waiting.atMost(Duration.of(timeout, unit.toChronoUnit()), initial)
                .isPresent();
    }

    /** Completes when the node exists for the first time, on the listener executor. */
    public CompletionStage<NodeStat> initialCreate() {
        return runtime.handOver(initial);
    }

    /**
     * Sets the wanted data. Legal at any time.
     *
     * @return completes when this data or newer is stored; on the listener executor
     */
    public CompletionStage<NodeStat> setData(Payload data) {
        CompletableFuture<NodeStat> stored = new CompletableFuture<>();
        strand.execute(() -> {
            if (closed) {
                stored.completeExceptionally(new ClosedException("node " + path));
                return;
            }
            desired = data;
            desiredVersion++;
            refused = false;
            waiters.add(new Waiter(desiredVersion, stored));
            act();
        });
        return runtime.handOver(stored);
    }

    /** The wanted data. */
    public Payload getData() {
        return desired;
    }

    /** Where the node is, while it is known to exist. */
    public Optional<NodePath> getActualPath() {
        return actual().map(Created::path);
    }

    /** Its path and what the store said of it last, while it is known to exist. */
    public Optional<Created> actual() {
        return Optional.ofNullable(actual);
    }

    public ConflictPolicy conflictPolicy() {
        return options.conflict();
    }

    public void addListener(PersistentNodeListener listener) {
        listeners.add(listener);
    }

    public Description describe() {
        return entry.describe();
    }

    /** Deletes the node in the background. Idempotent, never waits for the store. */
    @Override
    public void close() {
        closing();
    }

    /** As {@link #close}. Completes, on any thread, when the store confirmed that the node is gone. */
    public CompletionStage<Void> closing() {
        if (!closed) {
            closed = true;
            strand.execute(this::end);
        }
        return gone.copy();
    }

    private void end() {
        unfollow.run();
        timer.cancel();
        renewal.cancel();
        disarm();
        state = "CLOSED";
        ClosedException reason = new ClosedException("node " + path);
        initial.completeExceptionally(reason);
        waiters.forEach(waiter -> waiter.stored.completeExceptionally(reason));
        waiters.clear();
        if (!creating) {
            generation++;
            delete();
        }
        // Else the outcome of the create decides; see created() and failed().
    }

    private void delete() {
        runtime.closed(entry);
        Created node = actual;
        actual = null;
        if (node == null || options.atClose() == NodeOptions.AtClose.KEEP) {
            gone.complete(null);
            return;
        }
        ClientSession mine = session;
        CompletableFuture<Void> deleted = mine != null && mode.isEphemeral()
                ? runtime.reaper().ephemeral(mine, node.path())
                : runtime.reaper().persistent(node.path());
        deleted.whenComplete(Waiting.into(gone));
    }

    /** Does the next thing that is wanted and not so. */
    private void act() {
        if (closed || busy || session == null || suspended || refused) {
            return;
        }
        if (actual == null) {
            create();
        } else if (storedVersion < desiredVersion) {
            write();
        }
    }

    private void create() {
        Creation creation = new Creation(
                path, mode, desired, desiredVersion, runtime.scheduler().newId());
        create(creation);
    }

    private void create(Creation creation) {
        state = "CREATING";
        creating = true;
        CoreSession core = Objects.requireNonNull(session).core();
        call(
                calls().resolved(
                                Deadline.NEVER,
                                live -> live.create(creation.spec()),
                                live -> creation.find(live, core.id())),
                created -> created(created, creation.version()),
                error -> {
                    if (error.code() == CoreError.NO_NODE && options.parents() == NodeOptions.Parents.CREATE) {
                        makeParents(creation);
                    } else if (error.code() == CoreError.NODE_EXISTS) {
                        creating = false;
                        inspect();
                    } else {
                        refuse(error);
                    }
                });
    }

    private void makeParents(Creation creation) {
        call(
                calls().repeatable(Deadline.NEVER, live -> live.ensureDir(path.parent())),
                made -> create(creation),
                this::refuse);
    }

    private void created(Created node, long version) {
        creating = false;
        actual = node;
        everCreated = true;
        refused = false;
        stored(node.stat(), version);
        if (closed) {
            delete();
            return;
        }
        state = "PRESENT";
        initial.complete(node.stat());
        listeners.fire(listener -> listener.created(node.path(), node.stat()));
        scheduleRenewal();
        watch();
    }

    /** The path is taken: by whom, and what now? */
    private void inspect() {
        if (closed) {
            delete();
            return;
        }
        call(
                calls().repeatable(
                                Deadline.NEVER,
                                live -> live.readAndArm(
                                        path, ArmMode.DELETION_ONLY, reason -> strand.execute(this::pathFreed))),
                taken -> {
                    if (taken.state().isEmpty()) {
                        create();
                    } else {
                        decide(taken.state().get(), taken);
                    }
                },
                this::refuse);
    }

    private void decide(Node present, Armed<Optional<Node>> watching) {
        disarm();
        SessionId mine = Objects.requireNonNull(session).core().id();
        boolean rightKind = present.stat().owner().isPresent() == mode.isEphemeral();
        boolean ours = mode.isEphemeral() ? present.stat().ownedBy(mine) : rightKind;
        boolean earlier = isOfEarlierSession(present, rightKind)
                // Whoever replaced us since does not count: two of a kind must not fight for ever.
                || (!everCreated && options.predecessor().test(present.data()));
        boolean takeOver = (earlier && options.conflict() == ConflictPolicy.TAKE_OVER_OWN)
                || (options.conflict() == ConflictPolicy.REPLACE && (earlier || !everCreated));
        if (ours) {
            watching.cancel();
            created(new Created(path, present.stat()), present.data().equals(desired) ? desiredVersion : storedVersion);
            return;
        }
        if (!earlier && conflictTold != present.stat().createRev()) {
            conflictTold = present.stat().createRev();
            listeners.fire(listener -> listener.conflict(present));
        }
        if (takeOver) {
            watching.cancel();
            replace(present);
        } else if (options.conflict() == ConflictPolicy.FAIL) {
            watching.cancel();
            refuse(new CoordinationException(CoreError.NODE_EXISTS, path, path + " is taken"));
        } else {
            state = "WAITING";
            armed = watching;
            busy = false;
            if (recheck) {
                recheck = false;
                pathFreed();
            }
        }
    }

    private boolean isOfEarlierSession(Node present, boolean rightKind) {
        return rightKind && present.stat().owner().map(ownSessions::contains).orElse(false);
    }

    private void pathFreed() {
        if (busy) {
            recheck = true;
        } else if (state.equals("WAITING")) {
            disarm();
            act();
        }
    }

    private void replace(Node present) {
        state = "CREATING";
        creating = true;
        Creation creation = new Creation(
                path, mode, desired, desiredVersion, runtime.scheduler().newId());
        SessionId mine = Objects.requireNonNull(session).core().id();
        Txn txn = Txn.builder()
                .replace(creation.spec(), Expect.unchanged(present.stat()))
                .build();
        call(
                calls().resolved(
                                Deadline.NEVER,
                                live -> live.commit(txn),
                                live -> creation.find(live, mine)
                                        .thenApply(found -> found.map(PersistentNode::committed))),
                result -> {
                    if (result instanceof TxnResult.Committed done) {
                        created(done.created().get(0).orElseThrow(), creation.version());
                    } else {
                        notReplaced((TxnResult.Refused) result);
                    }
                },
                this::refuse);
    }

    /** Whoever is there has changed: look again. Or the store will not have it, now or ever. */
    private void notReplaced(TxnResult.Refused refused) {
        CoreError error = refused.error();
        if (error == CoreError.NOT_EMPTY || error == CoreError.DENIED) {
            refuse(new CoordinationException(error, path, path + " cannot be replaced: " + error));
        } else {
            creating = false;
            inspect();
        }
    }

    private static TxnResult committed(Created created) {
        return new TxnResult.Committed(List.of(Optional.of(created)));
    }

    private void write() {
        Created node = Objects.requireNonNull(actual);
        Payload data = desired;
        long version = desiredVersion;
        call(
                calls().resolved(
                                Deadline.NEVER,
                                live -> live.write(node.path(), data, Expect.unchanged(node.stat())),
                                live -> live.read(node.path())
                                        .thenApply(found -> found.filter(read -> sameIncarnation(read, node)
                                                        && read.data().equals(data))
                                                .map(Node::stat))),
                stat -> {
                    actual = new Created(node.path(), stat);
                    stored(stat, version);
                    busy = false;
                    scheduleRenewal();
                    act();
                },
                error -> {
                    if (error.code() == CoreError.STALE || error.code() == CoreError.NO_NODE) {
                        watch();
                    } else {
                        refuse(error);
                    }
                });
    }

    private void stored(NodeStat stat, long version) {
        storedVersion = Math.max(storedVersion, version);
        waiters.removeIf(waiter -> {
            boolean done = waiter.version <= storedVersion;
            if (done) {
                waiter.stored.complete(stat);
            }
            return done;
        });
    }

    /** Reads the node and arms the trigger that tells of its next change; repairs what is not as wanted. */
    private void watch() {
        disarm();
        Created node = Objects.requireNonNull(actual);
        long mine = generation;
        call(
                calls().repeatable(
                                Deadline.NEVER,
                                live -> live.readAndArm(
                                        node.path(),
                                        ArmMode.DELETION_ONLY,
                                        reason -> strand.execute(() -> changed(mine)))),
                now -> seen(node, now),
                this::refuse);
    }

    private void seen(Created node, Armed<Optional<Node>> now) {
        busy = false;
        Optional<Node> present = now.state();
        if (present.isEmpty() || !sameIncarnation(present.get(), node)) {
            now.cancel();
            gone(node, LossReason.NODE_DELETED);
            act();
            return;
        }
        armed = now;
        actual = new Created(node.path(), present.get().stat());
        if (storedVersion == desiredVersion && !present.get().data().equals(desired)) {
            overwritten(present.get());
        }
        act();
    }

    private void gone(Created node, LossReason reason) {
        actual = null;
        state = "ABSENT";
        losses++;
        runtime.metrics().count("lost", KIND, reason.name());
        listeners.fire(listener -> listener.lost(node.path()));
    }

    private void overwritten(Node present) {
        if (options.foreignWrite() == NodeOptions.ForeignWrite.ACCEPT) {
            desired = present.data();
            return;
        }
        if (rewriting) {
            return;
        }
        rewriting = true;
        long wait = Math.max(0, rewriteAllowedNanos - runtime.scheduler().nowNanos());
        timer = later(Duration.ofNanos(wait), () -> {
            rewriting = false;
            rewriteAllowedNanos = runtime.scheduler().nowNanos() + REWRITE_PAUSE.toNanos();
            desiredVersion++;
            act();
        });
    }

    private void changed(long since) {
        if (since == generation && !closed && !busy && actual != null && session != null && !suspended) {
            watch();
        } else if (since == generation) {
            // The call that is under way, or the session's return, looks again.
            armed = null;
            recheck = true;
        }
    }

    /** A node that the store removes when nobody writes it is written again in time. */
    private void scheduleRenewal() {
        if (mode.lifetime() instanceof Lifetime.Ttl ttl) {
            renewal.cancel();
            renewal = later(ttl.unwritten().dividedBy(3), () -> {
                desiredVersion++;
                act();
            });
        }
    }

    private void refuse(CoordinationException error) {
        busy = false;
        creating = false;
        if (closed) {
            delete();
            return;
        }
        refused = true;
        lastError = error.toString();
        state = "REFUSED";
        initial.completeExceptionally(error);
        waiters.forEach(waiter -> waiter.stored.completeExceptionally(error));
        waiters.clear();
        listeners.fire(listener -> listener.denied(error));
    }

    private Calls calls() {
        return runtime.calls(strand).only(Objects.requireNonNull(session));
    }

    /** Waits for a call; forgets its outcome if the generation has changed by then. */
    private <T> void call(CompletableFuture<T> call, Consumer<T> then, Consumer<CoordinationException> otherwise) {
        busy = true;
        long mine = generation;
        call.whenComplete((value, failure) -> {
            if (mine != generation) {
                return;
            }
            if (failure == null) {
                then.accept(value);
                settleRecheck();
                return;
            }
            Throwable cause = Waiting.causeOf(failure);
            if (Calls.codeOf(cause) == CoreError.SESSION_ENDED || Calls.codeOf(cause) == CoreError.CLOSED) {
                // The session's end reaches this strand by itself, and decides what is next.
                busy = false;
                creating = false;
                if (closed) {
                    delete();
                }
                return;
            }
            otherwise.accept(
                    cause instanceof CoordinationException known
                            ? known
                            : new CoordinationException(CoreError.UNSUPPORTED, path, "unexpected: " + cause, cause));
        });
    }

    private void settleRecheck() {
        if (recheck && !busy && actual != null && !closed && session != null && !suspended) {
            recheck = false;
            watch();
        }
    }

    private Scheduler.Timer later(Duration delay, Runnable task) {
        long mine = generation;
        return runtime.scheduler()
                .schedule(
                        delay,
                        () -> strand.execute(() -> {
                            if (mine == generation && !closed) {
                                task.run();
                            }
                        }));
    }

    private void disarm() {
        Armed<Optional<Node>> old = armed;
        armed = null;
        if (old != null) {
            old.cancel();
        }
    }

    private static boolean sameIncarnation(Node read, Created node) {
        return read.stat().createRev() == node.stat().createRev();
    }

    /** Who waits for which version of the data. */
    private record Waiter(long version, CompletableFuture<NodeStat> stored) {}

    /** One attempt to create the node, and how to find out whether it did. */
    private record Creation(NodePath path, NodeMode mode, Payload data, long version, UUID attempt) {

        CreateSpec spec() {
            return mode.naming() == NodeMode.Naming.ORDERED
                    ? CreateSpec.ordered(path.parent(), Ordering.ticket(path.name()), data, mode.lifetime(), attempt)
                    : new CreateSpec(path, data, mode.lifetime(), Optional.empty(), attempt);
        }

        CompletionStage<Optional<Created>> find(CoreSession live, SessionId mine) {
            if (mode.naming() == NodeMode.Naming.EXACT) {
                return live.read(path)
                        .thenApply(found -> found.filter(node ->
                                        !mode.isEphemeral() || node.stat().ownedBy(mine))
                                .filter(node -> node.data().equals(data))
                                .map(node -> new Created(path, node.stat())));
            }
            return live.list(path.parent()).thenCompose(listing -> {
                Optional<Listing.Entry> made = listing.flatMap(names -> names.madeBy(attempt));
                if (made.isEmpty()) {
                    return CompletableFuture.completedFuture(Optional.empty());
                }
                NodePath found = path.parent().child(made.get().name());
                return live.stat(found).thenApply(stat -> stat.map(present -> new Created(found, present)));
            });
        }
    }

    /** Takes word of sessions. */
    private final class Follower implements SessionFollower {
        @Override
        public void joined(ClientSession joined) {
            session = joined;
            suspended = false;
            refused = false;
            Duration pause = joinedBefore
                    ? Duration.ofNanos((long) (options.rejoinSpread().toNanos()
                            * runtime.scheduler().jitter()))
                    : Duration.ZERO;
            joinedBefore = true;
            if (pause.isZero()) {
                act();
            } else {
                timer = later(pause, PersistentNode.this::act);
            }
        }

        @Override
        public void suspended(ClientSession silent) {
            suspended = true;
        }

        @Override
        public void resumed(ClientSession back) {
            suspended = false;
            if (actual == null) {
                act();
            } else if (busy) {
                recheck = true;
            } else {
                settleAndWatch();
            }
        }

        @Override
        public void lost(ClientSession over) {
            generation++;
            session = null;
            busy = false;
            creating = false;
            recheck = false;
            rewriting = false;
            timer.cancel();
            disarm();
            state = "ABSENT";
            if (actual != null) {
                gone(actual, LossReason.SESSION_LOST);
            }
        }
    }

    private void settleAndWatch() {
        call(calls().repeatable(Deadline.NEVER, CoreSession::settle), settled -> watch(), this::refuse);
    }

    /** This node in the client's books. */
    private final class Entry implements OpenRecipe {
        @Override
        public Description describe() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("state", state);
            fields.put("actual", getActualPath().map(NodePath::toString).orElse(""));
            fields.put(
                    "incarnation",
                    actual().map(Created::stat).map(NodeStat::createRev).orElse(0L));
            fields.put("conflictPolicy", options.conflict().name());
            fields.put("losses", losses);
            fields.put("lastError", lastError);
            return new Description(KIND, path, fields);
        }

        @Override
        public CompletionStage<Void> clientCloses() {
            return closing().exceptionally(unconfirmed -> null);
        }
    }
}
