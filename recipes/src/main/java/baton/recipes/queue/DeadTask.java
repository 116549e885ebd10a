package baton.recipes.queue;

import java.util.List;
import java.util.Optional;

/**
 * A task that failed for good.
 *
 * @param id of the task
 * @param task what it was; empty if it cannot be decoded
 * @param attempts that failed
 * @param failures what went wrong, the last {@value TaskEnvelope#FAILURES_MAX} times
 * @param <T> tasks
 */
public record DeadTask<T>(TaskId id, Optional<T> task, int attempts, List<String> failures) {
    public DeadTask {
        failures = List.copyOf(failures);
    }
}
