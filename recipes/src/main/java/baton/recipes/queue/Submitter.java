package baton.recipes.queue;

import java.util.concurrent.CompletionStage;

/**
 * The client's side of a queue. Safe for use by many threads.
 *
 * @param <T> tasks
 * @param <R> results
 */
public interface Submitter<T, R> {

    /**
     * Adds a task. Encodes it in the calling thread.
     *
     * @return completes once the task is stored: from then on it ends in exactly one final record, provided some
     *     worker lives long enough. Fails with {@link QueueFullException} if the queue stayed full, with
     *     {@code TOO_LARGE} if the task has more than {@value TaskEnvelope#PAYLOAD_MAX} bytes
     */
    CompletionStage<TaskHandle<R>> submit(T task, SubmitOptions options);

    default CompletionStage<TaskHandle<R>> submit(T task) {
        return submit(task, SubmitOptions.DEFAULTS);
    }

    /** The handle of a task that was submitted by anybody, at any time. Asks nobody. */
    TaskHandle<R> attach(TaskId id);
}
