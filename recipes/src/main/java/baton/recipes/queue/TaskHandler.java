package baton.recipes.queue;

/**
 * Does a task.
 *
 * <p>A task is executed at least once while it has attempts left, so a handler is idempotent or hands
 * {@link TaskContext#token} to what it writes. Its thread is interrupted when the task is cancelled or taken away. What
 * it throws is a failed attempt; {@link RetryLaterException} and {@link RejectTaskException} mean more.
 *
 * @param <T> tasks
 * @param <R> results
 */
@FunctionalInterface
public interface TaskHandler<T, R> {
    R handle(T task, TaskContext context) throws Exception;
}
