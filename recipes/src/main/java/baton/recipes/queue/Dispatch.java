package baton.recipes.queue;

import baton.core.CoreError;
import baton.core.CreateSpec;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.recipes.Calls;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives waiting tasks to workers that have room: asks the assigner who gets what, moves the tasks in batches, and learns why
 * one could not be moved. Confined to the strand.
 */
final class Dispatch {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);
    private static final Duration ASSIGNER_LIMIT = Duration.ofSeconds(1);
    private static final Duration ASSIGNER_REST = Duration.ofSeconds(1);
    private static final Duration CONFIRM_FIRST = Duration.ofMillis(10);
    private static final Duration CONFIRM_LAST = Duration.ofSeconds(1);
    /** Half of what a znode server takes in one request. */
    private static final int TXN_BYTES_MAX = 512 * 1024;

    private final MasterTerm term;
    private final TaskBoard board;
    private final Overdue overdue;

    /** The question the assigner is thinking about; 0 for none. */
    private long question;

    private long questions;
    private Scheduler.Timer dueTimer = () -> {};

    Dispatch(MasterTerm term, TaskBoard board, Overdue overdue) {
        this.term = term;
        this.board = board;
        this.overdue = overdue;
    }

    /** Gives away what is due, unless the assigner is still thinking. */
    void plan() {
        if (question != 0) {
            return;
        }
        List<WorkerLoad> free =
                board.loads().stream().filter(worker -> worker.free() > 0).toList();
        int slots = free.stream().mapToInt(WorkerLoad::free).sum();
        if (slots == 0) {
            return;
        }
        long now = term.runtime().scheduler().wallMillis();
        List<TaskBoard.Waiting> due = board.due(now, Math.min(1_000, 4 * slots), free, term.restingTasks());
        wakeWhenDue(now);
        if (due.isEmpty()) {
            return;
        }
        List<TaskRef> tasks = due.stream().map(Dispatch::reference).toList();
        if (term.settings().assigner().isEmpty()) {
            assign(
                    due,
                    free,
                    Assigner.leastLoaded(term.runtime().scheduler()::jitter).assign(tasks, free));
        } else {
            ask(term.settings().assigner().get(), due, tasks, free);
        }
    }

    void stop() {
        dueTimer.cancel();
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
            dueTimer = term.later(Duration.ofMillis(Math.min(next - nowMillis, 60_000)), term::changed);
        }
    }

    private void ask(Assigner assigner, List<TaskBoard.Waiting> due, List<TaskRef> tasks, List<WorkerLoad> free) {
        long mine = ++questions;
        question = mine;
        term.later(ASSIGNER_LIMIT, () -> {
            if (question == mine) {
                question = 0;
                LOG.warn(
                        "assigner is slow queue={} limit={}ms: asked again",
                        term.layout().root(),
                        ASSIGNER_LIMIT.toMillis());
                term.changed();
            }
        });
        term.runtime().listenerExecutor().execute(() -> {
            Map<TaskRef, WorkerRef> choice = chosen(assigner, tasks, free);
            term.strand().execute(() -> {
                if (question == mine) {
                    question = 0;
                    if (choice.isEmpty()) {
                        // It failed, or keeps the tasks back for now.
                        term.later(ASSIGNER_REST, term::changed);
                    } else if (term.mayCommit()) {
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
                    term.layout().root(),
                    assigner.getClass().getName(),
                    failure);
            return Map.of();
        }
    }

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
        term.step(
                term.repeatable(core -> core.read(term.layout().task(task.id().name()))),
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
                                term.token(),
                                task.origin(),
                                term.runtime().scheduler().wallMillis()));
    }

    private void commitInBatches(List<Move> moves) {
        int opsMax = term.runtime().core().info().limits().maxTxnOps();
        List<Move> batch = new ArrayList<>();
        int bytes = 0;
        for (Move move : moves) {
            int size = move.envelope().payload().length() + 1024;
            // Of one move: create, delete, and at worst a condition for its worker; and the guard.
            boolean full = batch.size() == term.settings().batch() || 3 * (batch.size() + 1) + 1 > opsMax;
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
        Txn.Builder txn = Txn.builder().require(term.ticketPath());
        workers.forEach(worker -> txn.require(term.layout().worker(worker)));
        for (Move move : batch) {
            txn.create(CreateSpec.plain(
                            term.layout().assignment(move.worker(), move.name()),
                            move.envelope().encode(),
                            Lifetime.PERSISTENT))
                    .delete(
                            term.layout().task(move.name()),
                            Expect.unchanged(move.task().stat()));
        }
        NodePath witness =
                term.layout().assignment(batch.get(0).worker(), batch.get(0).name());
        term.step(
                term.transact(
                        txn.build(),
                        core -> core.read(witness)
                                .thenApply(found -> found.filter(this::isMine).map(Node::stat))),
                outcome -> assigned(batch, workers, outcome),
                failure -> batch.forEach(move -> board.release(move.name(), move.worker())));
    }

    private boolean isMine(Node assignment) {
        return TaskEnvelope.tryDecode(assignment.data())
                .filter(envelope -> envelope.progress().token() == term.token())
                .isPresent();
    }

    private void assigned(List<Move> batch, List<String> workers, MasterTerm.Outcome outcome) {
        batch.forEach(move -> board.release(move.name(), move.worker()));
        if (outcome.refused().isEmpty()) {
            for (Move move : batch) {
                board.moved(
                        term.layout().task(move.name()),
                        term.layout().assignment(move.worker(), move.name()),
                        outcome.revision());
                overdue.clock(term.layout().assignment(move.worker(), move.name()), move.envelope());
            }
            confirmSoon(
                    batch.stream()
                            .map(move -> term.layout().assignment(move.worker(), move.name()))
                            .toList(),
                    outcome.revision(),
                    CONFIRM_FIRST);
            term.changed();
            return;
        }
        TxnResult.Refused refused = outcome.refused().get();
        int index = refused.index();
        if (index == 0) {
            term.deposed();
        } else if (index <= workers.size()) {
            String gone = workers.get(index - 1);
            again(batch.stream().filter(move -> !move.worker().equals(gone)).toList());
            term.changed();
        } else {
            Move failed = batch.get((index - workers.size() - 1) / 2);
            again(batch.stream().filter(move -> move != failed).toList());
            mend(failed, refused);
        }
    }

    /** Looks for assignments of which no event has told: their workers may have ended them already. */
    private void confirmSoon(List<NodePath> assignments, long revision, Duration pause) {
        term.later(pause, () -> {
            List<NodePath> open = assignments.stream()
                    .filter(path -> board.isUnconfirmed(path, revision))
                    .toList();
            for (NodePath path : open) {
                term.step(term.repeatable(core -> core.stat(path)), stat -> {
                    if (stat.isEmpty() || stat.get().createRev() != revision) {
                        board.ended(path);
                        term.changed();
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
        NodePath task = term.layout().task(move.name());
        term.rest(task);
        if (refused.error() == CoreError.NO_NODE && !refused.path().equals(task)) {
            NodePath directory = term.layout().assignedTo(move.worker());
            term.step(makeDirectory(directory), made -> term.changed());
            return;
        }
        term.step(term.repeatable(core -> core.read(task)), found -> {
            found.ifPresentOrElse(board::putTask, () -> board.removeTask(move.name(), Long.MAX_VALUE));
            if (found.isPresent() && refused.error() == CoreError.NODE_EXISTS) {
                LOG.warn("task exists twice task={} and={}", task, refused.path());
            }
            term.changed();
        });
    }

    private CompletableFuture<NodePath> makeDirectory(NodePath directory) {
        return term.repeatable(core -> core.create(CreateSpec.plain(directory, Payload.EMPTY, Lifetime.PERSISTENT))
                .handle((made, failure) -> {
                    if (failure != null && Calls.codeOf(failure) != CoreError.NODE_EXISTS) {
                        throw new CompletionException(Waiting.causeOf(failure));
                    }
                    return directory;
                }));
    }
}
