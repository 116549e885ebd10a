package baton.recipes.queue;

import java.util.Map;

/**
 * A pending task, as an assigner sees it.
 *
 * @param id of the task
 * @param priority smaller first
 * @param attempts that failed so far
 * @param labels the worker needs
 */
public record TaskRef(TaskId id, int priority, int attempts, Map<String, String> labels) {
    public TaskRef {
        labels = Map.copyOf(labels);
    }
}
