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
import baton.recipes.CodecException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back what workers have that are gone or have run out of time, and moves out of the way what is no task. Confined to the
 * strand.
 */
final class Reclaim {
    private static final Logger LOG = LoggerFactory.getLogger(Reclaim.class);
    private static final Duration EMPTY_DIRECTORY_KEPT = Duration.ofHours(1);
    private static final int WINDOW = 32;

    private final MasterTerm term;
    private final TaskBoard board;
    /** What is under way: assignments that are being taken back, poison that is being buried. */
    private final Set<NodePath> busy = new HashSet<>();
    /** Since when a worker with a directory was not there. */
    private final Map<String, Long> absentSince = new TreeMap<>();

    Reclaim(MasterTerm term, TaskBoard board) {
        this.term = term;
        this.board = board;
    }

    /** Takes back the tasks of workers that have not been there for too long, or have begun anew without them. */
    void takeBackFromTheGone() {
        long now = term.runtime().scheduler().nowNanos();
        absentSince.keySet().retainAll(board.directories());
        for (String id : board.directories()) {
            TaskBoard.LiveWorker worker = board.worker(id);
            if (worker == null) {
                long since = absentSince.computeIfAbsent(id, first -> now);
                Duration wait = term.settings().workerGrace().minusNanos(now - since);
                if (wait.isZero() || wait.isNegative()) {
                    takeBackAll(
                            board.assignedTo(id),
                            txn -> txn.requireAbsent(term.layout().worker(id)),
                            "worker " + id + " lost");
                } else if (!board.assignedTo(id).isEmpty()) {
                    term.later(wait, term::changed);
                }
            } else {
                absentSince.remove(id);
                if (!worker.entry().resume()) {
                    takeBackAll(
                            board.assignedTo(id).stream()
                                    .filter(entry ->
                                            entry.createRev() < worker.stat().createRev())
                                    .toList(),
                            txn -> txn.requireUnchanged(term.layout().worker(id), worker.stat()),
                            "worker " + id + " restarted");
                }
            }
        }
    }

    private void takeBackAll(List<TaskBoard.Assigned> entries, Consumer<Txn.Builder> condition, String why) {
        for (TaskBoard.Assigned entry : entries) {
            NodePath path = term.layout().assignment(entry.worker(), entry.task());
            if (busy.size() >= WINDOW) {
                return;
            }
            if (!term.isResting(path) && busy.add(path)) {
                takeBack(path, condition, why);
            }
        }
    }

    private void takeBack(NodePath path, Consumer<Txn.Builder> condition, String why) {
        term.step(
                term.repeatable(core -> core.read(path)),
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
        String change = term.runtime().scheduler().newId().toString();
        long now = term.runtime().scheduler().wallMillis();
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
        NodePath target = dead ? term.layout().dead(task) : term.layout().task(task);
        Txn.Builder txn = Txn.builder().require(term.ticketPath());
        condition.accept(txn);
        txn.delete(node.path(), Expect.unchanged(node.stat()))
                .create(CreateSpec.plain(target, next.encode(), Lifetime.PERSISTENT));
        term.step(
                term.transact(
                        txn.build(),
                        core -> core.read(target)
                                .thenApply(found -> found.filter(read -> carries(read.data(), change))
                                        .map(Node::stat))),
                outcome -> {
                    done(node.path());
                    if (outcome.refused().isEmpty()) {
                        board.ended(node.path());
                        term.runtime().metrics().count("reassigned", MasterLoop.KIND, "");
                    } else if (outcome.refused().get().index() == 0) {
                        term.deposed();
                    } else {
                        term.rest(node.path());
                        restoreDirectories(outcome.refused().get());
                    }
                    term.changed();
                },
                failure -> done(node.path()));
    }

    /** A directory that the store removed because it was empty is made again. */
    private void restoreDirectories(TxnResult.Refused refused) {
        if (refused.error() == CoreError.NO_NODE) {
            term.step(
                    term.repeatable(core -> core.ensureDir(term.layout().tasks()))
                            .thenCompose(done -> term.repeatable(
                                    core -> core.ensureDir(term.layout().deads()))),
                    made -> term.changed());
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

    /** Says whether something is under way with the assignment. */
    boolean isBusy(NodePath path) {
        return busy.contains(path);
    }

    /** Takes back what a worker that is there has not stopped. */
    void takeBackOverdue(NodePath path, String why) {
        if (busy.add(path)) {
            takeBack(path, txn -> {}, why);
        }
    }

    /** Moves what is no task out of the way of the others. */
    void bury(Node node) {
        if (term.isResting(node.path()) || !busy.add(node.path())) {
            return;
        }
        String why = "unreadable";
        try {
            TaskEnvelope.decode(node.data());
        } catch (CodecException unreadable) {
            why = String.valueOf(unreadable.getMessage());
        }
        NodePath target = term.layout().dead(node.path().name());
        Payload wrapped = TaskEnvelope.poison(
                        node.data(), why, term.runtime().scheduler().wallMillis())
                .encode();
        Txn txn = Txn.builder()
                .require(term.ticketPath())
                .delete(node.path(), Expect.unchanged(node.stat()))
                .create(CreateSpec.plain(target, wrapped, Lifetime.PERSISTENT))
                .build();
        term.step(
                term.transact(txn, core -> core.stat(target)),
                outcome -> {
                    done(node.path());
                    term.rest(node.path());
                    if (outcome.refused().isEmpty()) {
                        board.removeTask(node.path().name(), Long.MAX_VALUE);
                        LOG.warn("unreadable task buried path={}", target);
                    } else if (outcome.refused().get().index() == 0) {
                        term.deposed();
                    } else {
                        restoreDirectories(outcome.refused().get());
                    }
                },
                failure -> done(node.path()));
    }

    /** Removes the empty directories of workers that have been gone for long. */
    void removeOldDirectories() {
        long now = term.runtime().scheduler().nowNanos();
        absentSince.forEach((worker, since) -> {
            boolean old = Duration.ofNanos(now - since).compareTo(EMPTY_DIRECTORY_KEPT) > 0;
            if (old && board.assignedTo(worker).isEmpty()) {
                Txn txn = Txn.builder()
                        .require(term.ticketPath())
                        .requireAbsent(term.layout().worker(worker))
                        .delete(term.layout().assignedTo(worker), Expect.ANY)
                        .build();
                // Refused if the worker came back or its directory is not empty after all: then it stays.
                term.step(
                        term.transact(txn, core -> CompletableFuture.completedFuture(Optional.empty())), outcome -> {});
            }
        });
    }
}
