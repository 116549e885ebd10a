package baton.recipes.queue;

import baton.core.NodePath;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.Description;
import baton.recipes.LossReason;
import baton.recipes.OpenRecipe;
import baton.recipes.RecipeRuntime;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.latch.LeaderLatchListener;
import baton.recipes.latch.Leadership;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hands out tasks to workers, under one elected master, and keeps one final record of each.
 *
 * <p>A task that was accepted ends in exactly one final record, a result or an entry among the dead, provided some
 * worker lives long enough; no crash of masters, workers or clients loses one. It is executed at least once while it
 * has attempts left, so handlers are idempotent or use {@link TaskContext#token}: a process that is paused for longer
 * than its session lives may run on for a moment with a task that is somebody else's by then.
 *
 * <p>Every process that calls {@link #start} may become the master, unless the builder said otherwise; any process may
 * have workers and submit. Not a message broker: some hundreds of tasks a second, up to 10 000 waiting, 64 KiB each.
 *
 * <pre>{@code
 * var queue = MasterWorkerQueue.builder(client, "/jobs", Codec.utf8(), Codec.utf8()).build();
 * queue.start();
 * queue.worker("w1", 4, (task, context) -> task.toUpperCase()).start();
 * TaskHandle<String> handle = queue.submitter().submit("hello").toCompletableFuture().join();
 * TaskResult<String> result = handle.result().toCompletableFuture().join();
 * handle.acknowledge();
 * }</pre>
 *
 * <p>On a znode store a late completion sent by an earlier attempt of the same worker id may be taken for one of its
 * later attempt; there is still exactly one final record.
 *
 * @param <T> tasks
 * @param <R> results
 */
public final class MasterWorkerQueue<T, R> implements AutoCloseable {
    private final RecipeRuntime runtime;
    private final QueueLayout layout;
    private final QueueSettings settings;
    private final Codec<T> taskCodec;
    private final Codec<R> resultCodec;
    private final QueueClient<T, R> client;
    private final @Nullable LeaderLatch latch;
    private final List<Worker<T, R>> workers = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable MasterLoop> loop = new AtomicReference<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final OpenRecipe entry = new Entry();

    private MasterWorkerQueue(Builder<T, R> builder) {
        this.runtime = builder.client.runtime();
        this.layout = new QueueLayout(builder.root);
        this.settings = builder.settings();
        this.taskCodec = builder.task;
        this.resultCodec = builder.result;
        this.client = new QueueClient<>(runtime, layout, settings, taskCodec, resultCodec);
        this.latch = builder.masterCandidate
                ? LeaderLatch.builder(builder.client, layout.election().toString())
                        .id(runtime.settings().clientId())
                        .build()
                : null;
        runtime.opened(entry);
    }

    public static <T, R> Builder<T, R> builder(CoordinationClient client, String root, Codec<T> task, Codec<R> result) {
        return new Builder<>(client, NodePath.of(root), task, result);
    }

    /**
     * Stands for election, if this is a candidate. Submitting and working need no start.
     *
     * @throws IllegalStateException if it was started before
     */
    public void start() {
        runtime.ensureOpen();
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("queue " + layout.root() + " was started before");
        }
        if (latch != null) {
            latch.addListener(new LeaderLatchListener() {
                @Override
                public void isLeader(Leadership leadership) {
                    lead(leadership);
                }

                @Override
                public void notLeader(LossReason reason) {
                    stopLeading();
                }
            });
            latch.start();
        }
    }

    private void lead(Leadership leadership) {
        MasterLoop fresh = new MasterLoop(runtime, layout, settings, leadership);
        MasterLoop old = loop.getAndSet(fresh);
        if (old != null) {
            old.stop();
        }
        if (closed.get()) {
            stopLeading();
        } else {
            fresh.start();
        }
    }

    private void stopLeading() {
        MasterLoop old = loop.getAndSet(null);
        if (old != null) {
            old.stop();
        }
    }

    public Submitter<T, R> submitter() {
        return client;
    }

    /** A worker that is yet to be started. */
    public Worker<T, R> worker(String workerId, int slots, TaskHandler<T, R> handler) {
        return worker(WorkerOptions.of(workerId, slots), handler);
    }

    public Worker<T, R> worker(WorkerOptions options, TaskHandler<T, R> handler) {
        Worker<T, R> worker = new Worker<>(runtime, layout, settings, taskCodec, resultCodec, options, handler);
        workers.add(worker);
        return worker;
    }

    /** This process's mastership, while it has it. */
    public Optional<Leadership> mastership() {
        return latch == null ? Optional.empty() : latch.leadership();
    }

    /** Looks at the store: who is master, who works, how much there is to do. */
    public CompletionStage<MasterView> view() {
        return client.view();
    }

    /** The tasks that failed for good. */
    public DeadTasks<T> dead() {
        return client;
    }

    public Description describe() {
        return entry.describe();
    }

    /**
     * Steps down, closes the workers made here as {@link Worker#close} does, and fails local waits. Tasks stay as they
     * are. Idempotent; returns at once.
     */
    @Override
    public void close() {
        closing();
    }

    private CompletionStage<Void> closing() {
        CompletableFuture<?>[] ends = workers.stream()
                .map(worker -> worker.drain(Duration.ZERO).toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        if (closed.compareAndSet(false, true)) {
            client.close();
            stopLeading();
            if (latch != null && started.get()) {
                latch.close();
            }
            runtime.closed(entry);
        }
        return CompletableFuture.allOf(ends);
    }

    /** This queue in the client's books. */
    private final class Entry implements OpenRecipe {
        @Override
        public Description describe() {
            return new Description(
                    "MasterWorkerQueue",
                    layout.root(),
                    Map.of(
                            "master", mastership().isPresent(),
                            "token",
                                    mastership()
                                            .map(term -> term.token().value())
                                            .orElse(0L),
                            "workers", workers.size()));
        }

        @Override
        public CompletionStage<Void> clientCloses() {
            return closing();
        }
    }

    /** Collects settings. Every participant of a queue should be given the same. Not thread-safe. */
    public static final class Builder<T, R> {
        private final CoordinationClient client;
        private final NodePath root;
        private final Codec<T> task;
        private final Codec<R> result;
        private int maxPending = 10_000;
        private QueueSettings.Bound bound = QueueSettings.Bound.APPROXIMATE;
        private Duration submitTimeout = Duration.ofSeconds(30);
        private int maxAttempts = 5;
        private Duration backoffFirst = Duration.ofSeconds(1);
        private Duration backoffMax = Duration.ofMinutes(1);
        private Duration workerGrace = Duration.ZERO;
        private Duration statusTtl = Duration.ofHours(1);
        private int batch = 25;
        private Optional<Assigner> assigner = Optional.empty();
        private boolean masterCandidate = true;

        private Builder(CoordinationClient client, NodePath root, Codec<T> task, Codec<R> result) {
            this.client = client;
            this.root = root;
            this.task = task;
            this.result = result;
        }

        /**
         * How many tasks may wait, 1 to 10 000, which is the default. Counts are up to 200 ms old: as many more as
         * there are clients that submit at the same time can slip in.
         */
        public Builder<T, R> maxPending(int tasks) {
            maxPending = tasks;
            bound = QueueSettings.Bound.APPROXIMATE;
            return this;
        }

        /** As {@link #maxPending}, but never exceeded by a submit; submits of all clients then go one after another. */
        public Builder<T, R> maxPendingStrictly(int tasks) {
            maxPending = tasks;
            bound = QueueSettings.Bound.STRICT;
            return this;
        }

        /** How long a submit waits for room or for the store. Default 30 s. */
        public Builder<T, R> submitTimeout(Duration timeout) {
            submitTimeout = timeout;
            return this;
        }

        /** After so many failures a task is dead. Default 5. */
        public Builder<T, R> maxAttempts(int attempts) {
            maxAttempts = attempts;
            return this;
        }

        /** The pause after a failure; doubles from {@code first} to {@code max}. Default 1 s to 1 min. */
        public Builder<T, R> backoff(Duration first, Duration max) {
            backoffFirst = first;
            backoffMax = max;
            return this;
        }

        /** How long a worker may be gone before its tasks are handed out again. Default: not at all. */
        public Builder<T, R> workerGrace(Duration grace) {
            workerGrace = grace;
            return this;
        }

        /** How long results are kept that nobody acknowledges. Default one hour. */
        public Builder<T, R> statusTtl(Duration ttl) {
            statusTtl = ttl;
            return this;
        }

        /** How many tasks are assigned in one transaction, 1 to 100, default 25; fewer if the store takes fewer. */
        public Builder<T, R> batch(int tasks) {
            batch = tasks;
            return this;
        }

        /** Who decides which worker gets a task. Default: the least loaded of those that have its labels. */
        public Builder<T, R> assigner(Assigner decides) {
            assigner = Optional.of(decides);
            return this;
        }

        /** Whether this process may become the master. Default: it may. */
        public Builder<T, R> masterCandidate(boolean candidate) {
            masterCandidate = candidate;
            return this;
        }

        /** @throws IllegalArgumentException naming the setting, its value and what it must be */
        public MasterWorkerQueue<T, R> build() {
            return new MasterWorkerQueue<>(this);
        }

        private QueueSettings settings() {
            return new QueueSettings(
                    maxPending,
                    bound,
                    submitTimeout,
                    maxAttempts,
                    backoffFirst,
                    backoffMax,
                    workerGrace,
                    statusTtl,
                    batch,
                    assigner);
        }
    }
}
