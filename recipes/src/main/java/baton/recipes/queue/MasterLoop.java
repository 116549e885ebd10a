package baton.recipes.queue;

import baton.core.ChangeSink;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Depth;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.core.Subscription;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.recipes.Calls;
import baton.recipes.ClientSession;
import baton.recipes.CodecException;
import baton.recipes.Grant;
import baton.recipes.RecipeMetrics;
import baton.recipes.RecipeRuntime;
import baton.recipes.SessionFollower;
import baton.recipes.node.ConflictPolicy;
import baton.recipes.node.NodeMode;
import baton.recipes.node.NodeOptions;
import baton.recipes.node.PersistentNode;
import baton.recipes.run.Deadline;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One mastership at work: hands out waiting tasks, takes back those of workers that are gone, and tidies up.
 *
 * <p>It needs no repair phase, because at every revision the directories say all there is to know. Each of its
 * transactions requires the ticket of the mastership, so a master that was replaced without knowing changes nothing.
 * It looks at the board at most every {@value #PAUSE_MILLIS} ms. Everything is confined to the strand.
 */
final class MasterLoop {
    private static final Logger LOG = LoggerFactory.getLogger(MasterLoop.class);
    private static final String KIND = "MasterWorkerQueue";
    private static final int PAUSE_MILLIS = 5;
    private static final Duration SWEEP = Duration.ofSeconds(5);
    private static final Duration REST = Duration.ofSeconds(1);
    private static final Duration ASSIGNER_LIMIT = Duration.ofSeconds(1);
    private static final Duration OVERDUE_GRACE = Duration.ofSeconds(5);
    private static final Duration EMPTY_DIRECTORY_KEPT = Duration.ofHours(1);
    private static final Duration CONFIRM_FIRST = Duration.ofMillis(10);
    private static final Duration CONFIRM_LAST = Duration.ofSeconds(1);
    private static final int TAKE_BACK_WINDOW = 32;
    private static final int STATUS_WINDOW = 64;
    /** Half of what a znode server takes in one request. */
    private static final int TXN_BYTES_MAX = 512 * 1024;

    private final RecipeRuntime runtime;
    private final QueueLayout layout;
    private final QueueSettings settings;
    private final Grant mastership;
    private final Strand strand;
    private final PersistentNode announcement;
    private final TaskBoard board = new TaskBoard();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final Set<String> unseen = new HashSet<>(Set.of("workers", "tasks", "assign"));
    /** What is under way: assignments that are being taken back, poison that is being buried. */
    private final Set<NodePath> busy = new HashSet<>();
    /** What was refused lately and is left alone until then. */
    private final Map<NodePath, Long> restUntil = new HashMap<>();
    /** Since when a worker with a directory was not there. */
    private final Map<String, Long> absentSince = new TreeMap<>();
    /** Assignments and when this master first saw them, for those that may run for a limited time. */
    private final Map<NodePath, Clocked> clocks = new HashMap<>();

    private final Map<String, Kept> kept = new HashMap<>();

    private @Nullable ClientSession session;
    private boolean suspended;
    private boolean stopped;
    private boolean tickScheduled;
    private boolean sweeping;
    /** The question the assigner is thinking about; 0 for none. */
    private long question;

    private long questions;
    private Scheduler.Timer dueTimer = () -> {};
    private Scheduler.Timer sweepTimer = () -> {};
    private Runnable unfollow = () -> {};

    MasterLoop(RecipeRuntime runtime, QueueLayout layout, QueueSettings settings, Grant mastership) {
        this.runtime = runtime;
        this.layout = layout;
        this.settings = settings;
        this.mastership = mastership;
        this.strand = runtime.newStrand("master " + layout.root());
        Payload announced = Payload.utf8("id=" + runtime.settings().clientId() + "\nhost="
                + runtime.ownerInfo("master").host() + "\npid="
                + runtime.ownerInfo("master").pid() + "\ntoken="
                + mastership.token().value() + "\n");
        this.announcement = new PersistentNode(
                runtime,
                NodeMode.EPHEMERAL,
                layout.master(),
                announced,
                NodeOptions.DEFAULTS.withConflict(ConflictPolicy.TAKE_OVER_OWN));
    }

    void start() {
        announcement.start();
        strand.execute(() -> unfollow = runtime.follow(strand, new Follower()));
    }

    void stop() {
        announcement.close();
        strand.execute(() -> {
            stopped = true;
            unfollow.run();
            dueTimer.cancel();
            sweepTimer.cancel();
            unsubscribe();
        });
    }

    private void begin(ClientSession joined) {
        if (stopped || joined.epoch() != mastership.sessionEpoch()) {
            return;
        }
        session = joined;
        List<NodePath> directories =
                List.of(layout.tasks(), layout.workers(), layout.assign(), layout.statuses(), layout.deads());
        CompletableFuture<Void> ready = CompletableFuture.completedFuture(null);
        for (NodePath directory : directories) {
            ready = ready.thenCompose(done -> repeatable(core -> core.ensureDir(directory)));
        }
        // A view older than the election could show what an earlier master has moved since.
        step(ready.thenCompose(done -> repeatable(CoreSession::settle)), settled -> subscribe());
    }

    private void subscribe() {
        CoreSession core = Objects.requireNonNull(session).core();
        subscriptions.add(core.subscribe(layout.workers(), Depth.CHILDREN, true, new Sink("workers") {
            @Override
            void all(List<Node> nodes, long revision) {
                board.resetWorkers(nodes);
            }

            @Override
            void one(Node node) {
                board.putWorker(node);
            }

            @Override
            void gone(NodePath path, long revision) {
                board.removeWorker(path.name());
            }
        }));
        subscriptions.add(core.subscribe(layout.tasks(), Depth.CHILDREN, true, new Sink("tasks") {
            @Override
            void all(List<Node> nodes, long revision) {
                board.resetTasks(nodes);
            }

            @Override
            void one(Node node) {
                board.putTask(node);
            }

            @Override
            void gone(NodePath path, long revision) {
                board.removeTask(path.name(), revision);
            }
        }));
        subscriptions.add(core.subscribe(layout.assign(), Depth.SUBTREE, false, new Sink("assign") {
            @Override
            void all(List<Node> nodes, long revision) {
                board.resetAssignments(layout.assign(), nodes);
            }

            @Override
            void one(Node node) {
                board.putAssignment(layout.assign(), node.path(), node.stat());
            }

            @Override
            void gone(NodePath path, long revision) {
                board.removeAssignment(layout.assign(), path, revision);
                clocks.remove(path);
            }
        }));
        sweepTimer = later(SWEEP, this::sweep);
    }

    private void unsubscribe() {
        subscriptions.forEach(Subscription::close);
        subscriptions.clear();
    }

    // The loop.

    private void changed() {
        if (!tickScheduled && !stopped) {
            tickScheduled = true;
            runtime.scheduler().schedule(Duration.ofMillis(PAUSE_MILLIS), () -> strand.execute(this::tick));
        }
    }

    private boolean mayCommit() {
        return !stopped && !suspended && session != null && unseen.isEmpty() && mastership.isValid();
    }

    private void tick() {
        tickScheduled = false;
        if (!mayCommit()) {
            return;
        }
        board.poison().forEach(this::bury);
        takeBackFromTheGone();
        plan();
        measure();
    }

    private void measure() {
        RecipeMetrics metrics = runtime.metrics();
        List<WorkerLoad> loads = board.loads();
        metrics.gauge("queue.pending", KIND, board.waitingCount());
        metrics.gauge(
                "queue.assigned",
                KIND,
                loads.stream().mapToInt(WorkerLoad::assigned).sum());
        metrics.gauge("queue.workers", KIND, loads.size());
    }

    private void plan() {
        if (question != 0) {
            return;
        }
        List<WorkerLoad> free =
                board.loads().stream().filter(worker -> worker.free() > 0).toList();
        int slots = free.stream().mapToInt(WorkerLoad::free).sum();
        if (slots == 0) {
            return;
        }
        long now = runtime.scheduler().wallMillis();
        List<TaskBoard.Waiting> due = board.due(now, Math.min(1_000, 4 * slots), free, resting());
        wakeWhenDue(now);
        if (due.isEmpty()) {
            return;
        }
        List<TaskRef> tasks = due.stream().map(MasterLoop::reference).toList();
        if (settings.assigner().isEmpty()) {
            assign(due, free, Assigner.leastLoaded(runtime.scheduler()::jitter).assign(tasks, free));
        } else {
            ask(settings.assigner().get(), due, tasks, free);
        }
    }

    private static TaskRef reference(TaskBoard.Waiting task) {
        return new TaskRef(
                task.id(),
                task.id().priority(),
                task.envelope().progress().attempts(),
                task.envelope().terms().labels());
    }

    private void wakeWhenDue(long nowMillis) {
        dueTimer.cancel();
        long next = board.nextDueMillis(nowMillis);
        if (next != Long.MAX_VALUE) {
            dueTimer = later(Duration.ofMillis(Math.min(next - nowMillis, 60_000)), this::changed);
        }
    }

    private Set<String> resting() {
        if (restUntil.isEmpty()) {
            return Set.of();
        }
        long now = runtime.scheduler().nowNanos();
        Set<String> names = new HashSet<>();
        restUntil.forEach((path, until) -> {
            if (until - now > 0 && path.parent().equals(layout.tasks())) {
                names.add(path.name());
            }
        });
        return names;
    }

    private void ask(Assigner assigner, List<TaskBoard.Waiting> due, List<TaskRef> tasks, List<WorkerLoad> free) {
        long mine = ++questions;
        question = mine;
        later(ASSIGNER_LIMIT, () -> {
            if (question == mine) {
                question = 0;
                LOG.warn("assigner is slow queue={} limit={}ms: asked again", layout.root(), ASSIGNER_LIMIT.toMillis());
                changed();
            }
        });
        runtime.listenerExecutor().execute(() -> {
            Map<TaskRef, WorkerRef> choice = chosen(assigner, tasks, free);
            strand.execute(() -> {
                if (question == mine) {
                    question = 0;
                    if (choice.isEmpty()) {
                        // It failed, or keeps the tasks back for now.
                        later(REST, this::changed);
                    } else if (mayCommit()) {
                        assign(due, free, choice);
                    }
                }
            });
        });
    }

    private Map<TaskRef, WorkerRef> chosen(Assigner assigner, List<TaskRef> tasks, List<WorkerLoad> free) {
        try {
            return new LinkedHashMap<>(assigner.assign(tasks, free));
        } catch (RuntimeException failure) {
            LOG.warn(
                    "assigner failed queue={} assigner={}",
                    layout.root(),
                    assigner.getClass().getName(),
                    failure);
            return Map.of();
        }
    }

    // Assigning.

    /** A task on its way to a worker. */
    private record Move(TaskBoard.Waiting task, String worker, TaskEnvelope envelope) {
        String name() {
            return task.id().name();
        }
    }

    private void assign(List<TaskBoard.Waiting> due, List<WorkerLoad> free, Map<TaskRef, WorkerRef> choice) {
        Map<String, Integer> room = new HashMap<>();
        free.forEach(worker -> room.put(worker.worker().id(), worker.free()));
        List<Move> moves = new ArrayList<>();
        for (TaskBoard.Waiting task : due) {
            WorkerRef worker = choice.get(reference(task));
            if (worker != null && room.getOrDefault(worker.id(), 0) > 0) {
                room.merge(worker.id(), -1, Integer::sum);
                board.reserve(task.id().name(), worker.id());
                prepare(task, worker.id(), moves);
            }
        }
        commitInBatches(moves);
    }

    private void prepare(TaskBoard.Waiting task, String worker, List<Move> moves) {
        if (task.whole()) {
            moves.add(move(task, worker));
            return;
        }
        step(
                repeatable(core -> core.read(layout.task(task.id().name()))),
                found -> found.flatMap(node -> TaskEnvelope.tryDecode(node.data())
                                .map(whole -> new TaskBoard.Waiting(task.id(), node.stat(), whole, true)))
                        .ifPresentOrElse(
                                whole -> commit(List.of(move(whole, worker))),
                                () -> board.release(task.id().name(), worker)),
                failure -> board.release(task.id().name(), worker));
    }

    private Move move(TaskBoard.Waiting task, String worker) {
        return new Move(
                task,
                worker,
                task.envelope()
                        .assignedTo(
                                worker,
                                mastership.token().value(),
                                task.origin(),
                                runtime.scheduler().wallMillis()));
    }

    private void commitInBatches(List<Move> moves) {
        int opsMax = runtime.core().info().limits().maxTxnOps();
        List<Move> batch = new ArrayList<>();
        int bytes = 0;
        for (Move move : moves) {
            int size = move.envelope().payload().length() + 1024;
            // Of one move: create, delete, and at worst a condition for its worker; and the guard.
            boolean full = batch.size() == settings.batch() || 3 * (batch.size() + 1) + 1 > opsMax;
            if (!batch.isEmpty() && (full || bytes + size > TXN_BYTES_MAX)) {
                commit(List.copyOf(batch));
                batch.clear();
                bytes = 0;
            }
            batch.add(move);
            bytes += size;
        }
        if (!batch.isEmpty()) {
            commit(List.copyOf(batch));
        }
    }

    private void commit(List<Move> batch) {
        List<String> workers =
                new ArrayList<>(new TreeSet<>(batch.stream().map(Move::worker).toList()));
        Txn.Builder txn = Txn.builder().require(mastership.ticketPath());
        workers.forEach(worker -> txn.require(layout.worker(worker)));
        for (Move move : batch) {
            txn.create(CreateSpec.plain(
                            layout.assignment(move.worker(), move.name()),
                            move.envelope().encode(),
                            Lifetime.PERSISTENT))
                    .delete(
                            layout.task(move.name()),
                            Expect.unchanged(move.task().stat()));
        }
        NodePath witness = layout.assignment(batch.get(0).worker(), batch.get(0).name());
        step(
                transact(
                        txn.build(),
                        core -> core.read(witness)
                                .thenApply(found -> found.filter(this::isMine).map(Node::stat))),
                outcome -> assigned(batch, workers, outcome),
                failure -> batch.forEach(move -> board.release(move.name(), move.worker())));
    }

    private boolean isMine(Node assignment) {
        return TaskEnvelope.tryDecode(assignment.data())
                .filter(envelope ->
                        envelope.progress().token() == mastership.token().value())
                .isPresent();
    }

    private void assigned(List<Move> batch, List<String> workers, Outcome outcome) {
        batch.forEach(move -> board.release(move.name(), move.worker()));
        if (outcome.refused().isEmpty()) {
            for (Move move : batch) {
                board.moved(
                        layout.task(move.name()), layout.assignment(move.worker(), move.name()), outcome.revision());
                clock(layout.assignment(move.worker(), move.name()), move.envelope());
            }
            confirmSoon(
                    batch.stream()
                            .map(move -> layout.assignment(move.worker(), move.name()))
                            .toList(),
                    outcome.revision(),
                    CONFIRM_FIRST);
            changed();
            return;
        }
        TxnResult.Refused refused = outcome.refused().get();
        int index = refused.index();
        if (index == 0) {
            deposed();
        } else if (index <= workers.size()) {
            String gone = workers.get(index - 1);
            again(batch.stream().filter(move -> !move.worker().equals(gone)).toList());
            changed();
        } else {
            Move failed = batch.get((index - workers.size() - 1) / 2);
            again(batch.stream().filter(move -> move != failed).toList());
            mend(failed, refused);
        }
    }

    /** Looks for assignments of which no event has told: their workers may have ended them already. */
    private void confirmSoon(List<NodePath> assignments, long revision, Duration pause) {
        later(pause, () -> {
            List<NodePath> open = assignments.stream()
                    .filter(path -> board.isUnconfirmed(path, revision))
                    .toList();
            for (NodePath path : open) {
                step(repeatable(core -> core.stat(path)), stat -> {
                    if (stat.isEmpty() || stat.get().createRev() != revision) {
                        board.ended(path);
                        changed();
                    }
                });
            }
            if (!open.isEmpty()) {
                Duration longer = pause.multipliedBy(2);
                confirmSoon(open, revision, longer.compareTo(CONFIRM_LAST) < 0 ? longer : CONFIRM_LAST);
            }
        });
    }

    /** Repeats what was in a refused transaction through no fault of its own, each by itself. */
    private void again(List<Move> moves) {
        for (Move move : moves) {
            board.reserve(move.name(), move.worker());
            commit(List.of(move));
        }
    }

    /** Learns why a task could not be assigned. */
    private void mend(Move move, TxnResult.Refused refused) {
        NodePath task = layout.task(move.name());
        rest(task);
        if (refused.error() == CoreError.NO_NODE && !refused.path().equals(task)) {
            NodePath directory = layout.assignedTo(move.worker());
            step(makeDirectory(directory), made -> changed());
            return;
        }
        step(repeatable(core -> core.read(task)), found -> {
            found.ifPresentOrElse(board::putTask, () -> board.removeTask(move.name(), Long.MAX_VALUE));
            if (found.isPresent() && refused.error() == CoreError.NODE_EXISTS) {
                LOG.warn("task exists twice task={} and={}", task, refused.path());
            }
            changed();
        });
    }

    private CompletableFuture<NodePath> makeDirectory(NodePath directory) {
        return repeatable(core -> core.create(CreateSpec.plain(directory, Payload.EMPTY, Lifetime.PERSISTENT))
                .handle((made, failure) -> {
                    if (failure != null && Calls.codeOf(failure) != CoreError.NODE_EXISTS) {
                        throw new CompletionException(Waiting.causeOf(failure));
                    }
                    return directory;
                }));
    }

    // Taking back.

    private void takeBackFromTheGone() {
        long now = runtime.scheduler().nowNanos();
        absentSince.keySet().retainAll(board.directories());
        for (String id : board.directories()) {
            TaskBoard.LiveWorker worker = board.worker(id);
            if (worker == null) {
                long since = absentSince.computeIfAbsent(id, first -> now);
                Duration wait = settings.workerGrace().minusNanos(now - since);
                if (wait.isZero() || wait.isNegative()) {
                    takeBackAll(
                            board.assignedTo(id),
                            txn -> txn.requireAbsent(layout.worker(id)),
                            "worker " + id + " lost");
                } else if (!board.assignedTo(id).isEmpty()) {
                    later(wait, this::changed);
                }
            } else {
                absentSince.remove(id);
                if (!worker.entry().resume()) {
                    takeBackAll(
                            board.assignedTo(id).stream()
                                    .filter(entry ->
                                            entry.createRev() < worker.stat().createRev())
                                    .toList(),
                            txn -> txn.requireUnchanged(layout.worker(id), worker.stat()),
                            "worker " + id + " restarted");
                }
            }
        }
    }

    private void takeBackAll(List<TaskBoard.Assigned> entries, Consumer<Txn.Builder> condition, String why) {
        for (TaskBoard.Assigned entry : entries) {
            NodePath path = layout.assignment(entry.worker(), entry.task());
            if (busy.size() >= TAKE_BACK_WINDOW) {
                return;
            }
            if (!isResting(path) && busy.add(path)) {
                takeBack(path, condition, why);
            }
        }
    }

    private void takeBack(NodePath path, Consumer<Txn.Builder> condition, String why) {
        step(
                repeatable(core -> core.read(path)),
                found -> {
                    if (found.isEmpty()) {
                        board.ended(path);
                        done(path);
                    } else {
                        takeBack(found.get(), condition, why);
                    }
                },
                failure -> done(path));
    }

    private void takeBack(Node node, Consumer<Txn.Builder> condition, String why) {
        String task = node.path().name();
        String change = runtime.scheduler().newId().toString();
        long now = runtime.scheduler().wallMillis();
        boolean dead;
        TaskEnvelope next;
        try {
            TaskEnvelope envelope = TaskEnvelope.decode(node.data());
            dead = envelope.isLastAttempt();
            next = envelope.failed(why, 0, change, now);
        } catch (CodecException unreadable) {
            dead = true;
            next = TaskEnvelope.poison(node.data(), String.valueOf(unreadable.getMessage()), now);
        }
        NodePath target = dead ? layout.dead(task) : layout.task(task);
        Txn.Builder txn = Txn.builder().require(mastership.ticketPath());
        condition.accept(txn);
        txn.delete(node.path(), Expect.unchanged(node.stat()))
                .create(CreateSpec.plain(target, next.encode(), Lifetime.PERSISTENT));
        step(
                transact(
                        txn.build(),
                        core -> core.read(target)
                                .thenApply(found -> found.filter(read -> carries(read.data(), change))
                                        .map(Node::stat))),
                outcome -> {
                    done(node.path());
                    if (outcome.refused().isEmpty()) {
                        board.ended(node.path());
                        runtime.metrics().count("reassigned", KIND, "");
                    } else if (outcome.refused().get().index() == 0) {
                        deposed();
                    } else {
                        rest(node.path());
                        restoreDirectories(outcome.refused().get());
                    }
                    changed();
                },
                failure -> done(node.path()));
    }

    /** A directory that the store removed because it was empty is made again. */
    private void restoreDirectories(TxnResult.Refused refused) {
        if (refused.error() == CoreError.NO_NODE) {
            step(
                    repeatable(core -> core.ensureDir(layout.tasks()))
                            .thenCompose(done -> repeatable(core -> core.ensureDir(layout.deads()))),
                    made -> changed());
        }
    }

    private static boolean carries(Payload data, String change) {
        return TaskEnvelope.tryDecode(data)
                .filter(envelope -> envelope.progress().change().equals(change))
                .isPresent();
    }

    private void done(NodePath path) {
        busy.remove(path);
    }

    /** Moves what is no task out of the way of the others. */
    private void bury(Node node) {
        if (isResting(node.path()) || !busy.add(node.path())) {
            return;
        }
        String why = "unreadable";
        try {
            TaskEnvelope.decode(node.data());
        } catch (CodecException unreadable) {
            why = String.valueOf(unreadable.getMessage());
        }
        NodePath target = layout.dead(node.path().name());
        Payload wrapped = TaskEnvelope.poison(
                        node.data(), why, runtime.scheduler().wallMillis())
                .encode();
        Txn txn = Txn.builder()
                .require(mastership.ticketPath())
                .delete(node.path(), Expect.unchanged(node.stat()))
                .create(CreateSpec.plain(target, wrapped, Lifetime.PERSISTENT))
                .build();
        step(
                transact(txn, core -> core.stat(target)),
                outcome -> {
                    done(node.path());
                    rest(node.path());
                    if (outcome.refused().isEmpty()) {
                        board.removeTask(node.path().name(), Long.MAX_VALUE);
                        LOG.warn("unreadable task buried path={}", target);
                    } else if (outcome.refused().get().index() == 0) {
                        deposed();
                    } else {
                        restoreDirectories(outcome.refused().get());
                    }
                },
                failure -> done(node.path()));
    }

    // Tidying up.

    /** An assignment that may run for a limited time. */
    private record Clocked(long sinceNanos, Duration limit, boolean toldToStop) {}

    /** A result that is kept, and until when. */
    private record Kept(long untilMillis, NodeStat stat, String keyHash) {}

    private void clock(NodePath assignment, TaskEnvelope envelope) {
        clocks.put(
                assignment,
                new Clocked(runtime.scheduler().nowNanos(), envelope.terms().runAtMost(), false));
    }

    private void sweep() {
        sweepTimer = later(SWEEP, this::sweep);
        if (!mayCommit()) {
            return;
        }
        long now = runtime.scheduler().nowNanos();
        restUntil.values().removeIf(until -> until - now <= 0);
        sweepOverdue(now);
        sweepDirectories(now);
        if (!sweeping) {
            sweeping = true;
            step(
                    repeatable(core -> core.list(layout.statuses())),
                    listing -> sweepStatuses(listing.map(Listing::entries).orElse(List.of())),
                    failure -> sweeping = false);
        }
        changed();
    }

    private void sweepOverdue(long now) {
        int reads = 0;
        for (String worker : board.directories()) {
            for (TaskBoard.Assigned entry : board.assignedTo(worker)) {
                NodePath path = layout.assignment(worker, entry.task());
                Clocked clock = clocks.get(path);
                if (clock == null && reads < STATUS_WINDOW) {
                    reads++;
                    step(repeatable(core -> core.read(path)), found -> found.ifPresent(this::clockIfReadable));
                } else if (clock != null && !clock.limit().isZero()) {
                    checkOverdue(path, clock, now);
                }
            }
        }
    }

    private void clockIfReadable(Node assignment) {
        TaskEnvelope.tryDecode(assignment.data()).ifPresent(envelope -> clock(assignment.path(), envelope));
    }

    private void checkOverdue(NodePath path, Clocked clock, long now) {
        Duration over = Duration.ofNanos(now - clock.sinceNanos()).minus(clock.limit());
        if (over.isNegative() || isResting(path) || busy.contains(path)) {
            return;
        }
        if (!clock.toldToStop()) {
            clocks.put(path, new Clocked(clock.sinceNanos(), clock.limit(), true));
            tellToStop(path);
        } else if (over.compareTo(OVERDUE_GRACE) >= 0 && busy.add(path)) {
            takeBack(path, txn -> {}, "ran longer than " + clock.limit());
        }
    }

    private void tellToStop(NodePath path) {
        step(
                repeatable(core -> core.read(path)),
                found -> found.ifPresent(
                        node -> TaskEnvelope.tryDecode(node.data()).ifPresent(envelope -> tellToStop(node, envelope))));
    }

    private void tellToStop(Node node, TaskEnvelope envelope) {
        Payload told = envelope.askedToStop(
                        TaskEnvelope.Stop.OVERDUE, runtime.scheduler().wallMillis())
                .encode();
        Txn txn = Txn.builder()
                .require(mastership.ticketPath())
                .write(node.path(), told, Expect.unchanged(node.stat()))
                .build();
        step(transact(txn, core -> core.stat(node.path())), outcome -> {});
    }

    private void sweepDirectories(long now) {
        absentSince.forEach((worker, since) -> {
            boolean old = Duration.ofNanos(now - since).compareTo(EMPTY_DIRECTORY_KEPT) > 0;
            if (old && board.assignedTo(worker).isEmpty()) {
                Txn txn = Txn.builder()
                        .require(mastership.ticketPath())
                        .requireAbsent(layout.worker(worker))
                        .delete(layout.assignedTo(worker), Expect.ANY)
                        .build();
                // Refused if the worker came back or its directory is not empty after all: then it stays.
                step(transact(txn, core -> CompletableFuture.completedFuture(Optional.empty())), outcome -> {});
            }
        });
    }

    private void sweepStatuses(List<Listing.Entry> entries) {
        sweeping = false;
        long now = runtime.scheduler().wallMillis();
        Set<String> names = new HashSet<>();
        int reads = 0;
        for (Listing.Entry entry : entries) {
            names.add(entry.name());
            Kept known = kept.get(entry.name());
            if (known != null && known.untilMillis() <= now) {
                expire(entry.name(), known);
            } else if (known == null && reads < STATUS_WINDOW) {
                reads++;
                step(repeatable(core -> core.read(layout.status(entry.name()))), found -> found.ifPresent(this::keep));
            }
        }
        kept.keySet().retainAll(names);
    }

    private void keep(Node status) {
        long ttl = settings.statusTtl().toMillis();
        try {
            ResultEnvelope result = ResultEnvelope.decode(status.data());
            kept.put(status.path().name(), new Kept(result.finishedMillis() + ttl, status.stat(), result.keyHash()));
        } catch (CodecException foreign) {
            kept.put(status.path().name(), new Kept(runtime.scheduler().wallMillis() + ttl, status.stat(), ""));
        }
    }

    private void expire(String task, Kept old) {
        kept.remove(task);
        Txn txn = Txn.builder()
                .require(mastership.ticketPath())
                .delete(layout.status(task), Expect.unchanged(old.stat()))
                .build();
        step(transact(txn, core -> CompletableFuture.completedFuture(Optional.empty())), outcome -> {
            if (outcome.refused().isEmpty() && !old.keyHash().isEmpty()) {
                step(repeatable(core -> core.delete(layout.key(old.keyHash()), Expect.ANY)), deleted -> {});
            }
        });
    }

    // Calls.

    /**
     * How a transaction ended.
     *
     * @param revision at which it happened, if it did
     */
    private record Outcome(long revision, Optional<TxnResult.Refused> refused) {}

    /**
     * Commits under the session of the mastership.
     *
     * @param witness the stat of a node that proves that it happened; empty if it did not, or nobody can tell: then
     *     it is sent again and refused
     */
    private CompletableFuture<Outcome> transact(
            Txn txn, Function<CoreSession, CompletionStage<Optional<NodeStat>>> witness) {
        return calls().resolved(
                        Deadline.NEVER,
                        core -> core.commit(txn).thenApply(MasterLoop::outcome),
                        core -> witness.apply(core)
                                .thenApply(
                                        found -> found.map(stat -> new Outcome(stat.createRev(), Optional.empty()))));
    }

    private static Outcome outcome(TxnResult result) {
        if (result instanceof TxnResult.Refused refused) {
            return new Outcome(0, Optional.of(refused));
        }
        TxnResult.Committed committed = (TxnResult.Committed) result;
        long revision = committed.created().stream()
                .flatMap(Optional::stream)
                .mapToLong(created -> created.stat().createRev())
                .findFirst()
                .orElse(0);
        return new Outcome(revision, Optional.empty());
    }

    private <T> CompletableFuture<T> repeatable(Function<CoreSession, CompletionStage<T>> operation) {
        return calls().repeatable(Deadline.NEVER, operation);
    }

    private Calls calls() {
        return runtime.calls(strand).only(Objects.requireNonNull(session));
    }

    private <T> void step(CompletableFuture<T> call, Consumer<T> then) {
        step(call, then, failure -> {});
    }

    private <T> void step(CompletableFuture<T> call, Consumer<T> then, Consumer<Throwable> otherwise) {
        call.whenComplete((value, failure) -> {
            if (stopped || session == null) {
                return;
            }
            if (failure == null) {
                then.accept(value);
            } else {
                otherwise.accept(Waiting.causeOf(failure));
                failed(Waiting.causeOf(failure));
            }
        });
    }

    /** What is wrong with the session arrives as word of the session; the rest is for somebody to look at. */
    private void failed(Throwable failure) {
        CoreError code = Calls.codeOf(failure);
        if (code != CoreError.SESSION_ENDED && code != CoreError.CLOSED) {
            LOG.warn(
                    "master step failed queue={} error={} cause={}",
                    layout.root(),
                    failure instanceof CoordinationException
                            ? code
                            : failure.getClass().getSimpleName(),
                    failure.getMessage());
        }
    }

    private void deposed() {
        // The latch finds out by itself; until it says so this loop does nothing more.
        LOG.info(
                "master deposed queue={} token={}",
                layout.root(),
                mastership.token().value());
        stopped = true;
        unsubscribe();
        mastership.verify();
    }

    private void rest(NodePath path) {
        restUntil.put(path, runtime.scheduler().nowNanos() + REST.toNanos());
        later(REST, this::changed);
    }

    private boolean isResting(NodePath path) {
        Long until = restUntil.get(path);
        return until != null && until - runtime.scheduler().nowNanos() > 0;
    }

    private Scheduler.Timer later(Duration delay, Runnable task) {
        return runtime.scheduler()
                .schedule(
                        delay,
                        () -> strand.execute(() -> {
                            if (!stopped) {
                                task.run();
                            }
                        }));
    }

    /** One subscription, whose calls hop to the strand. */
    private abstract class Sink implements ChangeSink {
        private final String directory;

        Sink(String directory) {
            this.directory = directory;
        }

        abstract void all(List<Node> nodes, long revision);

        abstract void one(Node node);

        abstract void gone(NodePath path, long revision);

        @Override
        public void reset(List<Node> nodes, long revision) {
            hop(() -> {
                all(nodes, revision);
                unseen.remove(directory);
            });
        }

        @Override
        public void put(Node node) {
            hop(() -> one(node));
        }

        @Override
        public void remove(NodePath path, long revision) {
            hop(() -> gone(path, revision));
        }

        private void hop(Runnable change) {
            strand.execute(() -> {
                if (!stopped) {
                    change.run();
                    changed();
                }
            });
        }
    }

    /** Takes word of sessions. */
    private final class Follower implements SessionFollower {
        @Override
        public void joined(ClientSession joined) {
            begin(joined);
        }

        @Override
        public void suspended(ClientSession silent) {
            suspended = true;
        }

        @Override
        public void resumed(ClientSession back) {
            suspended = false;
            changed();
        }

        @Override
        public void lost(ClientSession over) {
            // What was under this session is over; the latch brings another loop.
            stopped = true;
            unsubscribe();
        }
    }
}
