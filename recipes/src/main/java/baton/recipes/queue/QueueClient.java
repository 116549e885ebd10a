package baton.recipes.queue;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CreateSpec;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.recipes.Calls;
import baton.recipes.ClosedException;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import baton.recipes.FencingToken;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Deadline;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The client's side of a queue: submits within its bound, waits for results, cancels, looks after the dead. */
final class QueueClient<T, R> implements Submitter<T, R>, DeadTasks<T> {
    private static final String KIND = "MasterWorkerQueue";
    private static final Duration COUNT_FRESH = Duration.ofMillis(200);
    private static final Duration COUNT_AGAIN = Duration.ofMillis(100);
    private static final int COUNT_SHARE = 64;
    private static final int IN_FLIGHT_MAX = 256;

    private final RecipeRuntime runtime;
    private final QueueLayout layout;
    private final QueueSettings settings;
    private final Codec<T> taskCodec;
    private final Codec<R> resultCodec;
    private final Strand strand;
    private final Calls calls;
    private final QueueReader reader;
    private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();
    /** Writer: whoever closes. */
    private volatile boolean closed;

    // Confined to the strand.
    private final Deque<Submission> waiting = new ArrayDeque<>();
    private int inFlight;
    private boolean counting;
    private long countedNanos;
    private boolean counted;
    /** How many submits the last count allows. */
    private int allowance;

    private boolean pausing;

    QueueClient(
            RecipeRuntime runtime,
            QueueLayout layout,
            QueueSettings settings,
            Codec<T> taskCodec,
            Codec<R> resultCodec) {
        this.runtime = runtime;
        this.layout = layout;
        this.settings = settings;
        this.taskCodec = taskCodec;
        this.resultCodec = resultCodec;
        this.strand = runtime.newStrand("submitter " + layout.root());
        this.calls = runtime.calls(strand);
        this.reader = new QueueReader(layout, calls);
    }

    CompletionStage<MasterView> view() {
        return answered(reader::view);
    }

    /** Fails every local wait; tasks and results stay as they are. */
    void close() {
        closed = true;
        ClosedException reason = new ClosedException("queue " + layout.root());
        open.forEach(wait -> wait.completeExceptionally(reason));
        strand.execute(() -> {
            waiting.forEach(submission -> submission.fail(reason));
            waiting.clear();
        });
    }

    // Submitting.

    @Override
    public CompletionStage<TaskHandle<R>> submit(T task, SubmitOptions options) {
        Payload payload;
        try {
            payload = taskCodec.encode(task);
        } catch (RuntimeException unwritable) {
            return CompletableFuture.failedFuture(unwritable);
        }
        if (payload.length() > TaskEnvelope.PAYLOAD_MAX) {
            return CompletableFuture.failedFuture(new CoordinationException(
                    CoreError.TOO_LARGE,
                    layout.tasks(),
                    "task of " + payload.length() + " bytes: must be at most " + TaskEnvelope.PAYLOAD_MAX));
        }
        Submission submission = submission(payload, options);
        strand.execute(() -> admit(submission));
        return tracked(submission.result(), this::attach);
    }

    private Submission submission(Payload payload, SubmitOptions options) {
        long now = runtime.scheduler().wallMillis();
        TaskEnvelope.Terms terms = new TaskEnvelope.Terms(
                options.maxAttempts() == 0 ? settings.maxAttempts() : options.maxAttempts(),
                options.runAtMost(),
                options.labels(),
                now,
                options.idempotencyKey().isEmpty() ? "" : QueueLayout.hashOf(options.idempotencyKey()));
        long notBefore =
                options.notBefore().isZero() ? 0 : now + options.notBefore().toMillis();
        return new Submission(
                layout,
                reader,
                calls,
                Deadline.after(runtime.scheduler(), settings.submitTimeout()),
                options.priority(),
                TaskEnvelope.submitted(terms, payload, notBefore),
                runtime.scheduler().newId());
    }

    private void admit(Submission submission) {
        if (closed) {
            submission.fail(new ClosedException("queue " + layout.root()));
            return;
        }
        waiting.add(submission);
        long since = runtime.scheduler().nowNanos();
        submission
                .result()
                .whenComplete((id, failure) -> runtime.metrics()
                        .time("wait", KIND, Duration.ofNanos(runtime.scheduler().nowNanos() - since)));
        runtime.scheduler()
                .schedule(
                        settings.submitTimeout(),
                        () -> strand.execute(() -> {
                            if (waiting.remove(submission)) {
                                runtime.metrics().count("timeouts", KIND, "");
                                submission.fail(new QueueFullException(
                                        layout.tasks(), settings.maxPending(), settings.submitTimeout()));
                            }
                        }));
        pump();
    }

    /** Sends as many submits as there is room for, in the order in which they came. */
    private void pump() {
        if (settings.bound() == QueueSettings.Bound.STRICT) {
            pumpStrictly();
            return;
        }
        runtime.metrics().gauge("waiting", KIND, waiting.size());
        while (!waiting.isEmpty() && inFlight < IN_FLIGHT_MAX) {
            if (!isFresh()) {
                count();
                return;
            }
            if (allowance == 0) {
                count();
                return;
            }
            allowance--;
            send(waiting.remove(), Optional.empty());
        }
    }

    private boolean isFresh() {
        return counted && runtime.scheduler().nowNanos() - countedNanos < COUNT_FRESH.toNanos();
    }

    private void count() {
        if (counting || pausing) {
            return;
        }
        counting = true;
        reader.count(layout.tasks()).whenComplete((count, failure) -> {
            counting = false;
            if (failure != null) {
                refuseAll(failure);
                return;
            }
            counted = true;
            countedNanos = runtime.scheduler().nowNanos();
            int room = settings.maxPending() - count - inFlight;
            if (room <= 0) {
                pause();
                return;
            }
            // Others count at the same time: near the bound everybody counts before every submit.
            allowance = Math.max(1, room / COUNT_SHARE);
            pump();
        });
    }

    private void refuseAll(Throwable failure) {
        waiting.forEach(submission -> submission.fail(Waiting.causeOf(failure)));
        waiting.clear();
    }

    private void pause() {
        if (pausing) {
            return;
        }
        pausing = true;
        double share = 0.5 + runtime.scheduler().jitter();
        later(Duration.ofNanos((long) (COUNT_AGAIN.toNanos() * share)), () -> {
            pausing = false;
            counted = false;
            pump();
        });
    }

    /** One at a time: whoever counted the same tasks as another finds the gate changed. */
    private void pumpStrictly() {
        if (waiting.isEmpty() || inFlight > 0 || pausing) {
            return;
        }
        inFlight++;
        calls.repeatable(Deadline.NEVER, core -> core.settle())
                .thenCompose(settled -> gate())
                .thenCompose(gate -> reader.count(layout.tasks()).thenAccept(count -> {
                    inFlight--;
                    Submission next = waiting.peek();
                    if (next == null) {
                        return;
                    }
                    if (count >= settings.maxPending()) {
                        pause();
                    } else {
                        waiting.remove();
                        send(next, Optional.of(gate));
                    }
                }))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        inFlight--;
                        refuseAll(failure);
                    }
                });
    }

    private CompletableFuture<NodeStat> gate() {
        return calls.repeatable(Deadline.NEVER, core -> core.stat(layout.gate()))
                .thenCompose(stat -> stat.isPresent()
                        ? CompletableFuture.completedFuture(stat.get())
                        : calls.repeatable(Deadline.NEVER, core -> core.ensureDir(layout.tasks()))
                                .thenCompose(made -> calls.repeatable(
                                        Deadline.NEVER,
                                        core -> core.create(CreateSpec.plain(
                                                        layout.gate(), Payload.EMPTY, Lifetime.PERSISTENT))
                                                .handle((created, taken) -> true)))
                                .thenCompose(made -> gate()));
    }

    private void send(Submission submission, Optional<NodeStat> gate) {
        inFlight++;
        submission
                .send(gate)
                .whenComplete((sent, failure) -> strand.execute(() -> {
                    inFlight--;
                    if (failure != null) {
                        submission.fail(Waiting.causeOf(failure));
                    } else if (!sent && !submission.isDone()) {
                        waiting.addFirst(submission);
                    }
                    pump();
                }));
    }

    // Handles.

    @Override
    public TaskHandle<R> attach(TaskId id) {
        return new Handle(id);
    }

    private final class Handle implements TaskHandle<R> {
        private final TaskId id;
        /** Writer: the strand. */
        private volatile @Nullable ResultWait wait;

        Handle(TaskId id) {
            this.id = id;
        }

        @Override
        public TaskId id() {
            return id;
        }

        @Override
        public CompletionStage<TaskResult<R>> result() {
            CompletableFuture<Node> answer = new CompletableFuture<>();
            strand.execute(() -> {
                ResultWait known = wait;
                ResultWait waits = known == null ? new ResultWait(id) : known;
                wait = waits;
                waits.begin();
                waits.result.whenComplete(Waiting.into(answer));
            });
            return tracked(answer, QueueClient.this::ended);
        }

        @Override
        public CompletionStage<TaskState> state() {
            return answered(() -> reader.find(id)
                    .thenApply(found -> found.map(QueueReader.Found::state).orElse(TaskState.UNKNOWN)));
        }

        @Override
        public CompletionStage<Boolean> cancel() {
            return answered(() -> cancelTask(id));
        }

        @Override
        public CompletionStage<Void> acknowledge() {
            return answered(() -> acknowledgeTask(id));
        }

        @Override
        public String toString() {
            return "TaskHandle[" + id + "]";
        }
    }

    /** Waits at the store for a task's final record. Confined to the strand. */
    private final class ResultWait {
        private final TaskId id;
        final CompletableFuture<Node> result = new CompletableFuture<>();
        private final List<Armed<Optional<Node>>> armed = new ArrayList<>();
        private boolean looking;
        private boolean lookAgain;

        ResultWait(TaskId id) {
            this.id = id;
        }

        void begin() {
            if (!looking && armed.isEmpty() && !result.isDone()) {
                look();
            }
        }

        private void look() {
            if (looking) {
                lookAgain = true;
                return;
            }
            looking = true;
            lookAgain = false;
            disarm();
            arm(layout.status(id.name()))
                    .thenCompose(status -> status.isPresent()
                            ? CompletableFuture.completedFuture(status)
                            : arm(layout.dead(id.name())))
                    .thenCompose(end -> end.isPresent() ? done(end.get()) : stillThere())
                    .whenComplete((done, failure) -> {
                        looking = false;
                        if (failure != null) {
                            result.completeExceptionally(Waiting.causeOf(failure));
                        }
                        if (closed || result.isDone()) {
                            disarm();
                        } else if (lookAgain) {
                            look();
                        }
                    });
        }

        private CompletableFuture<Void> done(Node end) {
            result.complete(end);
            return CompletableFuture.completedFuture(null);
        }

        /** No record yet: that is only worth waiting for if the task exists. */
        private CompletableFuture<Void> stillThere() {
            return reader.find(id).thenAccept(found -> {
                if (found.isEmpty()) {
                    result.completeExceptionally(new UnknownTaskException(layout.root(), id));
                }
            });
        }

        private CompletableFuture<Optional<Node>> arm(NodePath path) {
            return calls.repeatable(
                            Deadline.NEVER,
                            core -> core.readAndArm(path, ArmMode.ANY_CHANGE, reason -> strand.execute(this::look)))
                    .thenApply(now -> {
                        armed.add(now);
                        return now.state();
                    });
        }

        private void disarm() {
            armed.forEach(Armed::cancel);
            armed.clear();
        }
    }

    private TaskResult<R> ended(Node end) {
        return end.path().parent().equals(layout.statuses()) ? recorded(end) : died(end);
    }

    private TaskResult<R> recorded(Node status) {
        TaskId id = new TaskId(status.path().name());
        ResultEnvelope envelope = ResultEnvelope.decode(status.data());
        boolean ok = envelope.state() == TaskState.SUCCEEDED;
        return new TaskResult<>(
                id,
                ok,
                ok ? resultCodec.decode(envelope.value()) : null,
                envelope.error(),
                envelope.attempts(),
                envelope.worker(),
                token(envelope.token()),
                Instant.ofEpochMilli(envelope.finishedMillis()));
    }

    private TaskResult<R> died(Node dead) {
        TaskId id = new TaskId(dead.path().name());
        TaskEnvelope envelope = TaskEnvelope.decode(dead.data());
        return new TaskResult<>(
                id,
                false,
                null,
                envelope.lastFailure().orElse("dead"),
                envelope.progress().attempts(),
                envelope.progress().worker(),
                token(0),
                Instant.ofEpochMilli(envelope.progress().changedMillis()));
    }

    private FencingToken token(long value) {
        return new FencingToken(runtime.tokenScope(layout.root()), value);
    }

    // Cancelling and acknowledging.

    private CompletableFuture<Boolean> cancelTask(TaskId id) {
        return reader.find(id).thenCompose(found -> {
            if (found.isEmpty() || found.get().state().isFinal()) {
                return CompletableFuture.completedFuture(false);
            }
            Node node = found.get().node();
            Optional<TaskEnvelope> envelope = TaskEnvelope.tryDecode(node.data());
            if (envelope.isEmpty()) {
                return CompletableFuture.completedFuture(false);
            }
            CompletableFuture<Boolean> attempt = found.get().state() == TaskState.PENDING
                    ? cancelPending(id, node, envelope.get())
                    : askToStop(node, envelope.get());
            // Refused because the task moved on meanwhile: look again.
            return attempt.thenCompose(done -> done ? CompletableFuture.completedFuture(true) : cancelTask(id));
        });
    }

    private CompletableFuture<Boolean> cancelPending(TaskId id, Node node, TaskEnvelope envelope) {
        String change = runtime.scheduler().newId().toString();
        NodePath status = layout.status(id.name());
        ResultEnvelope cancelled = new ResultEnvelope(
                TaskState.CANCELLED,
                envelope.progress().attempts(),
                "",
                0,
                "cancelled",
                envelope.terms().keyHash(),
                change,
                runtime.scheduler().wallMillis(),
                Payload.EMPTY);
        Txn txn = Txn.builder()
                .delete(node.path(), Expect.unchanged(node.stat()))
                .create(CreateSpec.plain(status, cancelled.encode(), Lifetime.PERSISTENT))
                .build();
        return calls.repeatable(Deadline.NEVER, core -> core.ensureDir(layout.statuses()))
                .thenCompose(made -> calls.resolved(
                        Deadline.NEVER,
                        core -> core.commit(txn),
                        core -> core.read(status)
                                .thenApply(found -> found.filter(written -> ResultEnvelope.decode(written.data())
                                                .change()
                                                .equals(change))
                                        .map(written -> (TxnResult) new TxnResult.Committed(List.of())))))
                .thenApply(outcome -> outcome instanceof TxnResult.Committed);
    }

    private CompletableFuture<Boolean> askToStop(Node node, TaskEnvelope envelope) {
        if (envelope.progress().stop() == TaskEnvelope.Stop.CANCEL) {
            return CompletableFuture.completedFuture(true);
        }
        Payload asked = envelope.askedToStop(
                        TaskEnvelope.Stop.CANCEL, runtime.scheduler().wallMillis())
                .encode();
        return calls.resolved(
                        Deadline.NEVER,
                        core -> core.write(node.path(), asked, Expect.unchanged(node.stat()))
                                .thenApply(stat -> true),
                        core -> core.read(node.path())
                                .thenApply(found -> found.filter(
                                                written -> written.data().equals(asked))
                                        .map(written -> true)))
                .exceptionally(failure -> {
                    CoreError code = Calls.codeOf(failure);
                    if (code == CoreError.STALE || code == CoreError.NO_NODE) {
                        return false;
                    }
                    throw new CompletionException(Waiting.causeOf(failure));
                });
    }

    private CompletableFuture<Void> acknowledgeTask(TaskId id) {
        return reader.read(layout.status(id.name())).thenCompose(status -> {
            if (status.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            String key = keyOf(status.get());
            return remove(status.get(), key).thenApply(done -> null);
        });
    }

    private static String keyOf(Node status) {
        try {
            return ResultEnvelope.decode(status.data()).keyHash();
        } catch (CodecException foreign) {
            return "";
        }
    }

    /** Removes a final record and its key together; if the key is gone already, the record alone. */
    private CompletableFuture<Boolean> remove(Node end, String key) {
        Txn.Builder txn = Txn.builder().delete(end.path(), Expect.unchanged(end.stat()));
        if (!key.isEmpty()) {
            txn.delete(layout.key(key), Expect.ANY);
        }
        Txn built = txn.build();
        return calls.resolved(
                        Deadline.NEVER,
                        core -> core.commit(built),
                        core -> core.stat(end.path())
                                .thenApply(stat -> stat.isPresent()
                                        ? Optional.<TxnResult>empty()
                                        : Optional.of(new TxnResult.Committed(List.of()))))
                .thenCompose(outcome -> outcome instanceof TxnResult.Refused refused
                                && refused.error() == CoreError.NO_NODE
                                && !refused.path().equals(end.path())
                        ? remove(end, "")
                        : CompletableFuture.completedFuture(outcome instanceof TxnResult.Committed));
    }

    // The dead.

    @Override
    public CompletionStage<List<DeadTask<T>>> list() {
        return answered(
                () -> reader.names(layout.deads())
                        .thenCompose(names -> reader.each(names, name -> reader.read(layout.dead(name)))),
                nodes -> nodes.stream()
                        .map(this::deadTask)
                        .flatMap(Optional::stream)
                        .toList());
    }

    private Optional<DeadTask<T>> deadTask(Node node) {
        TaskId id = new TaskId(node.path().name());
        return TaskEnvelope.tryDecode(node.data())
                .map(envelope -> new DeadTask<>(
                        id,
                        decoded(envelope.payload()),
                        envelope.progress().attempts(),
                        envelope.progress().failures()));
    }

    private Optional<T> decoded(Payload payload) {
        try {
            return Optional.of(taskCodec.decode(payload));
        } catch (CodecException unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public CompletionStage<Boolean> retry(TaskId id) {
        return answered(() -> reader.read(layout.dead(id.name())).thenCompose(dead -> {
            Optional<TaskEnvelope> envelope = dead.flatMap(node -> TaskEnvelope.tryDecode(node.data()));
            if (envelope.isEmpty()) {
                return CompletableFuture.completedFuture(false);
            }
            NodePath task = layout.task(id.name());
            Payload revived =
                    envelope.get().revived(runtime.scheduler().wallMillis()).encode();
            Txn txn = Txn.builder()
                    .delete(dead.get().path(), Expect.unchanged(dead.get().stat()))
                    .create(CreateSpec.plain(task, revived, Lifetime.PERSISTENT))
                    .build();
            return calls.repeatable(Deadline.NEVER, core -> core.ensureDir(layout.tasks()))
                    .thenCompose(made -> calls.resolved(
                            Deadline.NEVER,
                            core -> core.commit(txn),
                            core -> core.stat(dead.get().path())
                                    .thenApply(stat -> stat.isPresent()
                                            ? Optional.<TxnResult>empty()
                                            : Optional.of(new TxnResult.Committed(List.of())))))
                    .thenApply(outcome -> outcome instanceof TxnResult.Committed);
        }));
    }

    @Override
    public CompletionStage<Boolean> purge(TaskId id) {
        return answered(() -> reader.read(layout.dead(id.name()))
                .thenCompose(dead -> dead.isEmpty()
                        ? CompletableFuture.completedFuture(false)
                        : remove(
                                dead.get(),
                                TaskEnvelope.tryDecode(dead.get().data())
                                        .map(envelope -> envelope.terms().keyHash())
                                        .orElse(""))));
    }

    // Answers.

    private <A> CompletionStage<A> answered(Supplier<CompletableFuture<A>> question) {
        return answered(question, answer -> answer);
    }

    private <A, B> CompletionStage<B> answered(Supplier<CompletableFuture<A>> question, Function<A, B> decode) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        strand.execute(() -> question.get().whenComplete(Waiting.into(answer)));
        return tracked(answer, decode);
    }

    /** Decodes and hands over on the listener executor, and fails when this client closes. */
    private <A, B> CompletableFuture<B> tracked(CompletionStage<A> stage, Function<A, B> decode) {
        CompletableFuture<B> outcome = new CompletableFuture<>();
        open.add(outcome);
        outcome.whenComplete((value, failure) -> open.remove(outcome));
        stage.whenCompleteAsync(
                (value, failure) -> {
                    try {
                        if (failure == null) {
                            outcome.complete(decode.apply(value));
                        } else {
                            outcome.completeExceptionally(Waiting.causeOf(failure));
                        }
                    } catch (RuntimeException unreadable) {
                        outcome.completeExceptionally(unreadable);
                    }
                },
                runtime.listenerExecutor());
        if (closed) {
            outcome.completeExceptionally(new ClosedException("queue " + layout.root()));
        }
        return outcome;
    }

    private Scheduler.Timer later(Duration delay, Runnable task) {
        return runtime.scheduler()
                .schedule(
                        delay,
                        () -> strand.execute(() -> {
                            if (!closed) {
                                task.run();
                            }
                        }));
    }
}
