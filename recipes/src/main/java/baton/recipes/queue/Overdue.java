package baton.recipes.queue;

import baton.core.Expect;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.Txn;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Stops tasks that run for longer than they may: first the worker is told, then they are taken back. Confined to the strand. */
final class Overdue {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int READS_MAX = 64;

    private final MasterTerm term;
    private final TaskBoard board;
    private final Reclaim reclaim;
    /** Assignments and when this master first saw them, for those that may run for a limited time. */
    private final Map<NodePath, Clocked> clocks = new HashMap<>();

    Overdue(MasterTerm term, TaskBoard board, Reclaim reclaim) {
        this.term = term;
        this.board = board;
        this.reclaim = reclaim;
    }

    /** An assignment that may run for a limited time. */
    private record Clocked(long sinceNanos, Duration limit, boolean toldToStop) {}

    /** The task has just been assigned, or is seen for the first time. */
    void clock(NodePath assignment, TaskEnvelope envelope) {
        clocks.put(
                assignment,
                new Clocked(
                        term.runtime().scheduler().nowNanos(), envelope.terms().runAtMost(), false));
    }

    /** The assignment has ended. */
    void forget(NodePath assignment) {
        clocks.remove(assignment);
    }

    void sweep() {
        long now = term.runtime().scheduler().nowNanos();
        int reads = 0;
        for (String worker : board.directories()) {
            for (TaskBoard.Assigned entry : board.assignedTo(worker)) {
                NodePath path = term.layout().assignment(worker, entry.task());
                Clocked clock = clocks.get(path);
                if (clock == null && reads < READS_MAX) {
                    reads++;
                    term.step(
                            term.repeatable(core -> core.read(path)), found -> found.ifPresent(this::clockIfReadable));
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
        if (over.isNegative() || term.isResting(path) || reclaim.isBusy(path)) {
            return;
        }
        if (!clock.toldToStop()) {
            clocks.put(path, new Clocked(clock.sinceNanos(), clock.limit(), true));
            tellToStop(path);
        } else if (over.compareTo(GRACE) >= 0) {
            reclaim.takeBackOverdue(path, "ran longer than " + clock.limit());
        }
    }

    private void tellToStop(NodePath path) {
        term.step(
                term.repeatable(core -> core.read(path)),
                found -> found.ifPresent(
                        node -> TaskEnvelope.tryDecode(node.data()).ifPresent(envelope -> tellToStop(node, envelope))));
    }

    private void tellToStop(Node node, TaskEnvelope envelope) {
        Payload told = envelope.askedToStop(
                        TaskEnvelope.Stop.OVERDUE, term.runtime().scheduler().wallMillis())
                .encode();
        Txn txn = Txn.builder()
                .require(term.ticketPath())
                .write(node.path(), told, Expect.unchanged(node.stat()))
                .build();
        term.step(term.transact(txn, core -> core.stat(node.path())), outcome -> {});
    }
}
