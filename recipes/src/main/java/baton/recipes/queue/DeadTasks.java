package baton.recipes.queue;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The tasks that failed for good, for operators.
 *
 * @param <T> tasks
 */
public interface DeadTasks<T> {

    CompletionStage<List<DeadTask<T>>> list();

    /** Puts a task back to wait, with all attempts before it; false if it is not among the dead. */
    CompletionStage<Boolean> retry(TaskId id);

    /** Removes a task for ever, and its idempotency key; false if it is not among the dead. */
    CompletionStage<Boolean> purge(TaskId id);
}
