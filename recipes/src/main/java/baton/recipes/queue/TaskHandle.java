package baton.recipes.queue;

import java.util.concurrent.CompletionStage;

/**
 * A client's hold on a submitted task. Outlives sessions; another process gets one with {@link Submitter#attach}.
 *
 * @param <R> results
 */
public interface TaskHandle<R> {
    TaskId id();

    /**
     * The final record: of success, death or cancellation.
     *
     * @return completes on the listener executor; fails with {@link UnknownTaskException} if the task is nowhere
     */
    CompletionStage<TaskResult<R>> result();

    /** Looks where the task is now. */
    CompletionStage<TaskState> state();

    /**
     * Asks for its end: a waiting task ends at once, the handler of a running one is interrupted. A handler that
     * finishes first wins.
     *
     * @return whether the task was still alive and is now cancelled or asked to stop
     */
    CompletionStage<Boolean> cancel();

    /** Removes the result and the idempotency key. Until then, or until the queue's time to keep results, both stay. */
    CompletionStage<Void> acknowledge();
}
