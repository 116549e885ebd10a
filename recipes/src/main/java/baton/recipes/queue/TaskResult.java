package baton.recipes.queue;

import baton.recipes.FencingToken;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The one final record of a task.
 *
 * @param id of the task
 * @param ok whether the handler returned
 * @param value what it returned; null unless {@code ok}
 * @param error why there is no value; empty if {@code ok}
 * @param attempts how many there were, the last one included
 * @param worker that ended it; empty if no worker had it
 * @param token of the assignment that ended it; its value is 0 if no worker had it
 * @param finished by the clock of whoever recorded it
 * @param <R> results
 */
public record TaskResult<R>(
        TaskId id,
        boolean ok,
        @Nullable R value,
        String error,
        int attempts,
        String worker,
        FencingToken token,
        Instant finished) {}
