package baton.recipes.queue;

import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.recipes.Calls;
import baton.recipes.CodecException;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Tells the store what became of assignments: each end is one transaction that replaces the assignment, sent until its fate
 * is known. Confined to the worker's strand.
 */
final class Conclusions {
    private final RecipeRuntime runtime;
    private final QueueLayout layout;
    private final QueueSettings settings;
    private final String worker;
    private final Strand strand;
    private final Told told;
    private final Set<TaskRun> ending = new HashSet<>();

    /** Hears how it went, on the strand. */
    interface Told {
        /** One more is over, whatever came of it: called before what did. */
        void concluded();

        /** The store has it. */
        void ended(TaskRun run, TaskState state);

        /** The assignment was not the worker's any more, and nothing was written. */
        void stale(TaskRun run);

        /** Nothing could be told, and the master will find the assignment. */
        void failed(TaskRun run, Throwable failure);
    }

    Conclusions(
            RecipeRuntime runtime,
            QueueLayout layout,
            QueueSettings settings,
            String worker,
            Strand strand,
            Told told) {
        this.runtime = runtime;
        this.layout = layout;
        this.settings = settings;
        this.worker = worker;
        this.strand = strand;
        this.told = told;
    }

    /** Says whether nothing is on its way. */
    boolean isIdle() {
        return ending.isEmpty();
    }

    /** What is to be written instead of the assignment. */
    private record Conclusion(TaskState state, NodePath target, Payload data, String change) {}

    /** Says what came of the handler's call. */
    void complete(TaskRun run, Attempt attempt) {
        conclude(run, conclusion(run, attempt));
    }

    /** Gives the assignment back, without a failed attempt. */
    void giveBack(TaskRun run) {
        conclude(run, returning(run, Duration.ZERO));
    }

    private void conclude(TaskRun run, Conclusion conclusion) {
        run.setPhase(TaskRun.Phase.ENDING);
        ending.add(run);
        Txn txn = Txn.builder()
                .delete(run.path(), Expect.unchanged(run.stat()))
                .create(CreateSpec.plain(conclusion.target(), conclusion.data(), Lifetime.PERSISTENT))
                .build();
        runtime.calls(strand)
                .only(run.session())
                .resolved(Deadline.NEVER, core -> core.commit(txn), core -> whatBecameOf(run, conclusion, core))
                .whenComplete((result, failure) -> {
                    if (failure != null) {
                        concluded(run);
                        if (Calls.codeOf(failure) == CoreError.SESSION_ENDED) {
                            told.stale(run);
                        } else {
                            told.failed(run, failure);
                        }
                    } else if (result instanceof TxnResult.Refused refused) {
                        refused(run, conclusion, refused);
                    } else {
                        concluded(run);
                        told.ended(run, conclusion.state());
                    }
                });
    }

    /**
     * After a lost reply: done if its record is there; to be sent again if the assignment is there as it was; else both
     * have moved on, and another send could hit a later assignment of the same name.
     */
    private static CompletionStage<Optional<TxnResult>> whatBecameOf(
            TaskRun run, Conclusion conclusion, CoreSession core) {
        return core.read(conclusion.target())
                .thenCompose(target -> target.filter(node -> carries(node, conclusion.change()))
                                .isPresent()
                        ? CompletableFuture.completedFuture(Optional.of(new TxnResult.Committed(List.of())))
                        : core.stat(run.path())
                                .thenApply(stat -> stat.filter(present -> present.createRev()
                                                        == run.stat().createRev())
                                                .isPresent()
                                        ? Optional.<TxnResult>empty()
                                        : Optional.of(new TxnResult.Refused(0, CoreError.NO_NODE, run.path()))));
    }

    private static boolean carries(Node node, String change) {
        try {
            return node.path().parent().name().equals("status")
                    ? ResultEnvelope.decode(node.data()).change().equals(change)
                    : TaskEnvelope.decode(node.data()).progress().change().equals(change);
        } catch (CodecException foreign) {
            return false;
        }
    }

    private void concluded(TaskRun run) {
        run.setPhase(TaskRun.Phase.DONE);
        ending.remove(run);
        told.concluded();
    }

    private void refused(TaskRun run, Conclusion conclusion, TxnResult.Refused refused) {
        if (refused.index() == 0 && refused.error() == CoreError.STALE) {
            readAgain(run, conclusion);
        } else if (refused.index() == 1 && refused.error() == CoreError.NO_NODE) {
            // The store removed the target's directory because it was empty.
            runtime.calls(strand)
                    .only(run.session())
                    .repeatable(
                            Deadline.NEVER,
                            core -> core.ensureDir(conclusion.target().parent()))
                    .whenComplete((made, failure) -> again(run, conclusion, failure));
        } else {
            concluded(run);
            told.stale(run);
        }
    }

    /** Somebody wrote to the assignment meanwhile, to ask for a stop: what the handler returned wins. */
    private void readAgain(TaskRun run, Conclusion conclusion) {
        runtime.calls(strand)
                .only(run.session())
                .repeatable(Deadline.NEVER, core -> core.read(run.path()))
                .whenComplete((found, failure) -> {
                    Optional<Node> same = failure != null
                            ? Optional.empty()
                            : found.filter(node ->
                                    node.stat().createRev() == run.stat().createRev());
                    if (failure == null && same.isEmpty()) {
                        concluded(run);
                        told.stale(run);
                        return;
                    }
                    same.ifPresent(node ->
                            TaskEnvelope.tryDecode(node.data()).ifPresent(written -> run.update(node.stat(), written)));
                    again(run, conclusion, failure);
                });
    }

    private void again(TaskRun run, Conclusion conclusion, @Nullable Throwable failure) {
        if (failure == null) {
            conclude(run, conclusion);
        } else {
            concluded(run);
            told.stale(run);
        }
    }

    // What is written.

    private Conclusion conclusion(TaskRun run, Attempt attempt) {
        switch (attempt.kind()) {
            case OK:
                return result(run, TaskState.SUCCEEDED, "", attempt.value());
            case LATER:
                return returning(run, attempt.delay());
            case REJECTED:
                return failing(run, attempt.error(), true);
            case FAILED:
                break;
        }
        switch (run.ending()) {
            case CANCELLED:
                return result(run, TaskState.CANCELLED, "cancelled", Payload.EMPTY);
            case CLOSING:
                return returning(run, Duration.ZERO);
            case OVERDUE:
                String over = "ran longer than " + run.envelope().terms().runAtMost();
                return failing(run, over, run.envelope().isLastAttempt());
            case NORMAL, TAKEN_AWAY:
                break;
        }
        return failing(run, attempt.error(), run.envelope().isLastAttempt());
    }

    private Conclusion result(TaskRun run, TaskState end, String error, Payload value) {
        String change = newChange();
        ResultEnvelope envelope = new ResultEnvelope(
                end,
                run.attempt(),
                worker,
                run.token().value(),
                error,
                run.envelope().terms().keyHash(),
                change,
                runtime.scheduler().wallMillis(),
                value);
        return new Conclusion(end, layout.status(run.id().name()), envelope.encode(), change);
    }

    private Conclusion failing(TaskRun run, String why, boolean dead) {
        String change = newChange();
        long now = runtime.scheduler().wallMillis();
        Duration pause = settings.backoff(
                run.envelope().progress().attempts(), runtime.scheduler().jitter());
        TaskEnvelope failed =
                run.envelope().failed(worker + ": " + why, dead ? 0 : now + pause.toMillis(), change, now);
        return dead
                ? new Conclusion(TaskState.FAILED_DEAD, layout.dead(run.id().name()), failed.encode(), change)
                : new Conclusion(TaskState.PENDING, layout.task(run.id().name()), failed.encode(), change);
    }

    private Conclusion returning(TaskRun run, Duration delay) {
        String change = newChange();
        long now = runtime.scheduler().wallMillis();
        TaskEnvelope back = run.envelope().returned(delay.isZero() ? 0 : now + delay.toMillis(), change, now);
        return new Conclusion(TaskState.PENDING, layout.task(run.id().name()), back.encode(), change);
    }

    private String newChange() {
        return runtime.scheduler().newId().toString();
    }
}
