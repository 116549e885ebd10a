package baton.recipes.queue;

import baton.core.ChangeSink;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Depth;
import baton.core.Lifetime;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.core.Subscription;
import baton.recipes.Calls;
import baton.recipes.ClientSession;
import baton.recipes.ClosedException;
import baton.recipes.Codec;
import baton.recipes.Description;
import baton.recipes.Listeners;
import baton.recipes.OpenRecipe;
import baton.recipes.RecipeRuntime;
import baton.recipes.SessionFollower;
import baton.recipes.node.ConflictPolicy;
import baton.recipes.node.NodeMode;
import baton.recipes.node.NodeOptions;
import baton.recipes.node.PersistentNode;
import baton.recipes.node.PersistentNodeListener;
import baton.recipes.run.Deadline;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks of a {@link MasterWorkerQueue}, as many at a time as it has slots.
 *
 * <p>A task is recorded as completed at most once, whoever else may have run it: the record and the end of the
 * assignment are one transaction. When the session is lost the handlers are interrupted, what they return is dropped,
 * and the worker registers again with the next session. While the connection is merely down they go on.
 *
 * @param <T> tasks
 * @param <R> results
 */
public final class Worker<T, R> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final String NAME = "MasterWorkerQueue";

    private final RecipeRuntime runtime;
    private final QueueLayout layout;
    private final QueueSettings settings;
    private final Codec<T> taskCodec;
    private final Codec<R> resultCodec;
    private final WorkerOptions options;
    private final TaskHandler<T, R> handler;
    private final Strand strand;
    private final Listeners<WorkerListener> listeners;
    private final String tokenScope;
    private final Ends ends = new Ends();
    private final Conclusions conclusions;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final OpenRecipe entry = new Entry();

    /** Writer: the strand. */
    private volatile WorkerState state = WorkerState.LATENT;
    /** Writer: the strand. Those whose handler has not returned. */
    private volatile List<TaskRun> running = List.of();
    /** Writer: the strand. */
    private volatile long staleCompletions;
    /** Writer: the strand. Why it could not register; empty if it could. */
    private volatile String lastError = "";

    // Confined to the strand.
    private final Map<String, TaskRun> runs = new TreeMap<>();
    private @Nullable ClientSession session;
    private @Nullable PersistentNode registration;
    private @Nullable Subscription subscription;
    private WorkerEntry said;
    private long registeredRev;
    private boolean finished;
    private Scheduler.Timer closeTimer = () -> {};
    private Runnable unfollow = () -> {};

    Worker(
            RecipeRuntime runtime,
            QueueLayout layout,
            QueueSettings settings,
            Codec<T> taskCodec,
            Codec<R> resultCodec,
            WorkerOptions options,
            TaskHandler<T, R> handler) {
        this.runtime = runtime;
        this.layout = layout;
        this.settings = settings;
        this.taskCodec = taskCodec;
        this.resultCodec = resultCodec;
        this.options = options;
        this.handler = handler;
        this.strand = runtime.newStrand("worker " + options.id());
        this.listeners = runtime.listeners(NAME);
        this.tokenScope = runtime.tokenScope(layout.root());
        this.conclusions = new Conclusions(runtime, layout, settings, options.id(), strand, ends);
        this.said = new WorkerEntry(
                "", options.slots(), false, options.restart() == WorkerOptions.Restart.RESUME, options.labels());
    }

    /**
     * Begins to take tasks. Returns at once.
     *
     * @throws IllegalStateException if it was started before
     */
    public void start() {
        if (closing.get()) {
            throw new ClosedException("worker " + options.id());
        }
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("worker " + options.id() + " was started before");
        }
        runtime.opened(entry);
        strand.execute(() -> {
            if (!finished) {
                state = WorkerState.JOINING;
                unfollow = runtime.follow(strand, new Follower());
            }
        });
    }

    public String id() {
        return options.id();
    }

    public WorkerState state() {
        return state;
    }

    public void addListener(WorkerListener listener) {
        listeners.add(listener);
    }

    public Description describe() {
        return entry.describe();
    }

    /**
     * Takes no more tasks, gives back what was not begun, lets handlers finish for at most {@code grace}, then closes.
     *
     * @return completes when the worker is gone from the store, or its session is; on the listener executor
     */
    public CompletionStage<Void> drain(Duration grace) {
        begin(grace);
        return runtime.handOver(closed);
    }

    /**
     * As {@link #drain} without grace: handlers are interrupted, and their tasks given back without a failed attempt.
     * Returns at once; what cannot be given back is found by the master. Idempotent.
     */
    @Override
    public void close() {
        begin(Duration.ZERO);
    }

    private void begin(Duration grace) {
        closing.set(true);
        strand.execute(() -> {
            if (finished) {
                return;
            }
            state = WorkerState.DRAINING;
            said = said.withDraining();
            if (registration != null && registeredRev != 0 && !grace.isZero()) {
                registration.setData(said.encode());
            }
            waiting().forEach(conclusions::giveBack);
            closeTimer.cancel();
            if (grace.isZero()) {
                interruptAll();
            } else {
                closeTimer = later(grace, this::interruptAll);
            }
            finishIfIdle();
        });
    }

    private void interruptAll() {
        running.forEach(run -> run.stop(TaskRun.Ending.CLOSING));
        // Handlers that do not listen are not waited for for ever: the master takes their tasks from a worker gone.
        closeTimer = later(Duration.ofSeconds(1), this::finish);
        finishIfIdle();
    }

    private void finishIfIdle() {
        if (state == WorkerState.DRAINING && running.isEmpty() && conclusions.isIdle()) {
            finish();
        }
    }

    private void finish() {
        if (finished) {
            return;
        }
        finished = true;
        state = WorkerState.CLOSED;
        closeTimer.cancel();
        unfollow.run();
        unsubscribe();
        running.forEach(run -> run.stop(TaskRun.Ending.TAKEN_AWAY));
        PersistentNode node = registration;
        CompletionStage<Void> gone = node == null ? CompletableFuture.completedFuture(null) : node.closing();
        runtime.closed(entry);
        gone.whenComplete((done, failure) -> closed.complete(null));
    }

    // Registering.

    private void join(ClientSession joined) {
        session = joined;
        registeredRev = 0;
        said = said.withIncarnation(runtime.scheduler().newId().toString());
        Calls calls = runtime.calls(strand).only(joined);
        NodePath directory = layout.assignedTo(options.id());
        // A visible worker always has a place for assignments.
        calls.repeatable(Deadline.NEVER, core -> core.ensureDir(layout.assign()))
                .thenCompose(made -> calls.repeatable(Deadline.NEVER, core -> existing(core, directory)))
                .thenCompose(made -> calls.repeatable(Deadline.NEVER, core -> core.ensureDir(layout.workers())))
                .thenCompose(made -> calls.repeatable(Deadline.NEVER, core -> core.ensureDir(layout.statuses())))
                .whenComplete((made, failure) -> {
                    if (session != joined || finished) {
                        return;
                    }
                    if (failure == null) {
                        register(joined);
                    } else {
                        refused("make directories", failure);
                    }
                });
    }

    private static CompletionStage<Boolean> existing(CoreSession core, NodePath directory) {
        return core.create(CreateSpec.plain(directory, Payload.EMPTY, Lifetime.PERSISTENT))
                .handle((made, failure) -> {
                    if (failure != null && Calls.codeOf(failure) != CoreError.NODE_EXISTS) {
                        throw new CompletionException(Waiting.causeOf(failure));
                    }
                    return failure == null;
                });
    }

    private void register(ClientSession joined) {
        PersistentNode node = new PersistentNode(
                runtime,
                NodeMode.EPHEMERAL,
                layout.worker(options.id()),
                said.encode(),
                NodeOptions.DEFAULTS.withConflict(ConflictPolicy.TAKE_OVER_OWN));
        registration = node;
        node.addListener(new PersistentNodeListener() {
            @Override
            public void created(NodePath path, NodeStat stat) {
                strand.execute(() -> registered(joined, node, stat.createRev()));
            }

            @Override
            public void conflict(Node present) {
                strand.execute(() -> {
                    if (registration == node && state == WorkerState.JOINING) {
                        state = WorkerState.WAITING;
                    }
                });
                listeners.fire(listener -> listener.duplicate(new DuplicateWorkerException(present.path())));
            }

            @Override
            public void denied(CoordinationException error) {
                strand.execute(() -> refused("register", error));
            }
        });
        node.start();
    }

    private void registered(ClientSession joined, PersistentNode node, long createRev) {
        if (session != joined || finished || registration != node) {
            return;
        }
        boolean first = registeredRev == 0;
        registeredRev = createRev;
        if (first) {
            if (state == WorkerState.JOINING || state == WorkerState.WAITING) {
                state = WorkerState.WORKING;
            }
            listeners.fire(WorkerListener::registered);
            subscription =
                    joined.core().subscribe(layout.assignedTo(options.id()), Depth.CHILDREN, true, new Sink(joined));
        }
    }

    private void leave(ClientSession over) {
        boolean was = registeredRev != 0;
        session = null;
        registeredRev = 0;
        unsubscribe();
        runs.clear();
        running.forEach(run -> run.stop(TaskRun.Ending.TAKEN_AWAY));
        PersistentNode node = registration;
        registration = null;
        if (node != null) {
            node.close();
        }
        if (state == WorkerState.WORKING || state == WorkerState.WAITING) {
            state = WorkerState.JOINING;
        }
        if (was) {
            listeners.fire(WorkerListener::lost);
        }
    }

    private void unsubscribe() {
        if (subscription != null) {
            subscription.close();
            subscription = null;
        }
    }

    // Assignments.

    private void offered(Node node) {
        ClientSession mine = Objects.requireNonNull(session);
        String name = node.path().name();
        TaskRun known = runs.get(name);
        Optional<TaskEnvelope> envelope = TaskEnvelope.tryDecode(node.data());
        if (known != null && known.stat().createRev() == node.stat().createRev()) {
            envelope.ifPresent(written -> rewritten(known, node, written));
            return;
        }
        if (node.stat().createRev() < registeredRev && !said.resume()) {
            // Given to an earlier incarnation: the master takes it back.
            return;
        }
        if (known != null) {
            takenAway(known);
        }
        if (envelope.isEmpty()) {
            LOG.warn("assignment unreadable path={}", node.path());
            return;
        }
        TaskRun run = new TaskRun(runtime, mine, node.path(), node.stat(), envelope.get(), tokenScope);
        runs.put(name, run);
        obey(run);
        if (state == WorkerState.DRAINING && run.phase() == TaskRun.Phase.WAITING) {
            conclusions.giveBack(run);
        }
        startNext();
    }

    private void rewritten(TaskRun run, Node node, TaskEnvelope written) {
        if (node.stat().modRev() > run.stat().modRev()) {
            run.update(node.stat(), written);
            obey(run);
        }
    }

    /** Does what the node says about stopping. */
    private void obey(TaskRun run) {
        TaskEnvelope.Stop stop = run.envelope().progress().stop();
        if (stop == TaskEnvelope.Stop.NO || run.isCancelled()) {
            return;
        }
        run.stop(stop == TaskEnvelope.Stop.CANCEL ? TaskRun.Ending.CANCELLED : TaskRun.Ending.OVERDUE);
        if (run.phase() == TaskRun.Phase.WAITING) {
            conclusions.complete(run, Attempt.failed("told to stop before it began"));
        }
    }

    private void withdrawn(String name, long revision) {
        TaskRun run = runs.get(name);
        if (run != null && run.stat().createRev() <= revision) {
            runs.remove(name);
            takenAway(run);
        }
    }

    private void takenAway(TaskRun run) {
        if (run.phase() == TaskRun.Phase.RUNNING) {
            run.stop(TaskRun.Ending.TAKEN_AWAY);
        }
    }

    private void replaced(List<Node> all) {
        Map<String, Node> present = new LinkedHashMap<>();
        all.forEach(node -> present.put(node.path().name(), node));
        for (String name : new ArrayList<>(runs.keySet())) {
            if (!present.containsKey(name)) {
                withdrawn(name, Long.MAX_VALUE);
            }
        }
        present.values().forEach(this::offered);
    }

    private List<TaskRun> waiting() {
        return runs.values().stream()
                .filter(run -> run.phase() == TaskRun.Phase.WAITING)
                .sorted(Comparator.comparingInt((TaskRun run) -> run.id().priority())
                        .thenComparingLong(run -> run.stat().createRev()))
                .toList();
    }

    private void startNext() {
        if (state != WorkerState.WORKING) {
            return;
        }
        for (TaskRun run : waiting()) {
            if (running.size() >= options.slots()) {
                return;
            }
            run.setPhase(TaskRun.Phase.RUNNING);
            running = with(running, run);
            limit(run);
            options.executor().orElse(runtime.listenerExecutor()).execute(() -> {
                Attempt attempt = Attempt.of(run, handler, taskCodec, resultCodec, this::resultBytesMax);
                strand.execute(() -> returned(run, attempt));
            });
        }
    }

    private static List<TaskRun> with(List<TaskRun> runs, TaskRun run) {
        List<TaskRun> all = new ArrayList<>(runs);
        all.add(run);
        return List.copyOf(all);
    }

    /** The worker itself keeps the time, so that it can say why; the master does if the worker hangs. */
    private void limit(TaskRun run) {
        Duration most = run.envelope().terms().runAtMost();
        if (!most.isZero()) {
            later(most, () -> {
                if (run.phase() == TaskRun.Phase.RUNNING) {
                    run.stop(TaskRun.Ending.OVERDUE);
                }
            });
        }
    }

    private void returned(TaskRun run, Attempt attempt) {
        running = running.stream().filter(other -> other != run).toList();
        if (run.ending() == TaskRun.Ending.TAKEN_AWAY) {
            ends.stale(run);
        } else {
            conclusions.complete(run, attempt);
        }
        startNext();
        finishIfIdle();
    }

    private int resultBytesMax() {
        return runtime.core().info().limits().maxDataBytes() / 2;
    }

    /** What became of assignments. */
    private final class Ends implements Conclusions.Told {
        @Override
        public void concluded() {
            finishIfIdle();
        }

        @Override
        public void ended(TaskRun run, TaskState end) {
            runtime.metrics().count("ended", NAME, end.name());
            listeners.fire(listener -> listener.ended(run.id(), end));
        }

        @Override
        public void stale(TaskRun run) {
            staleCompletions++;
            runtime.metrics().count("stale.completions", NAME, "");
            listeners.fire(listener -> listener.stale(run.id()));
        }

        @Override
        public void failed(TaskRun run, Throwable failure) {
            warn("complete " + run.id(), failure);
        }
    }

    /** The store will not have this worker, now or ever; what is wrong with the session arrives as word of it. */
    private void refused(String what, Throwable failure) {
        Throwable cause = Waiting.causeOf(failure);
        CoreError code = Calls.codeOf(cause);
        if (code != CoreError.SESSION_ENDED && code != CoreError.CLOSED) {
            CoordinationException error = cause instanceof CoordinationException known
                    ? known
                    : new CoordinationException(code, layout.worker(options.id()), what + ": " + cause, cause);
            lastError = error.toString();
            warn(what, error);
            listeners.fire(listener -> listener.denied(error));
        }
    }

    private void warn(String what, Throwable failure) {
        Throwable cause = Waiting.causeOf(failure);
        CoreError code = Calls.codeOf(cause);
        if (code != CoreError.SESSION_ENDED && code != CoreError.CLOSED) {
            LOG.warn(
                    "worker step failed queue={} worker={} step={} cause={}",
                    layout.root(),
                    options.id(),
                    what,
                    cause.toString());
        }
    }

    private Scheduler.Timer later(Duration delay, Runnable task) {
        return runtime.scheduler()
                .schedule(
                        delay,
                        () -> strand.execute(() -> {
                            if (!finished) {
                                task.run();
                            }
                        }));
    }

    /** Hears of assignments on the core's thread and hops. */
    private final class Sink implements ChangeSink {
        private final ClientSession of;

        Sink(ClientSession of) {
            this.of = of;
        }

        @Override
        public void reset(List<Node> all, long revision) {
            hop(() -> replaced(all));
        }

        @Override
        public void put(Node node) {
            hop(() -> offered(node));
        }

        @Override
        public void remove(NodePath path, long revision) {
            hop(() -> withdrawn(path.name(), revision));
        }

        private void hop(Runnable change) {
            strand.execute(() -> {
                if (session == of && !finished) {
                    change.run();
                }
            });
        }
    }

    /** Takes word of sessions. */
    private final class Follower implements SessionFollower {
        @Override
        public void joined(ClientSession joined) {
            if (!finished && state != WorkerState.DRAINING) {
                join(joined);
            }
        }

        @Override
        public void lost(ClientSession over) {
            leave(over);
            finishIfIdle();
        }
    }

    /** This worker in the client's books. */
    private final class Entry implements OpenRecipe {
        @Override
        public Description describe() {
            List<TaskRun> now = running;
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("worker", options.id());
            fields.put("state", state.name());
            fields.put("slots", options.slots());
            fields.put("running", now.size());
            fields.put("staleCompletions", staleCompletions);
            fields.put("lastError", lastError);
            now.forEach(run -> fields.put(run.id().name(), "attempt " + run.attempt() + " " + run.note()));
            return new Description("Worker", layout.root(), fields);
        }

        @Override
        public CompletionStage<Void> clientCloses() {
            begin(Duration.ZERO);
            return closed.copy();
        }
    }
}
