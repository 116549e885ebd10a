package baton.recipes.queue;

import baton.core.Node;
import baton.core.NodePath;
import baton.recipes.CodecException;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Strand;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A task and where it stands, as the store had it. For those who look on.
 *
 * @param worker that has it or had it last; empty if none had
 * @param attempts that failed
 * @param failures what went wrong, the last {@value TaskEnvelope#FAILURES_MAX} times
 */
public record TaskView(TaskId id, TaskState state, String worker, int attempts, List<String> failures) {
    public TaskView {
        failures = List.copyOf(failures);
    }

    /**
     * Reads tasks of the queue with this root: those that wait before those that workers have, then the finished and the
     * dead. They are read one after another, not at one revision. Results arrive on the strand.
     *
     * @param max how many at most
     */
    public static CompletableFuture<List<TaskView>> of(RecipeRuntime runtime, Strand strand, NodePath root, int max) {
        return new QueueReader(new QueueLayout(root), runtime.calls(strand)).tasks(max);
    }

    /** Reads a node that is a task, or was put in the place of one. */
    static TaskView of(Node node, TaskState state, String worker) {
        TaskId id = new TaskId(node.path().name());
        return TaskEnvelope.tryDecode(node.data())
                .map(TaskEnvelope::progress)
                .map(progress -> new TaskView(
                        id,
                        state,
                        worker.isEmpty() ? progress.worker() : worker,
                        progress.attempts(),
                        progress.failures()))
                .orElseGet(() -> new TaskView(id, state, worker, 0, List.of()));
    }

    /** Reads the record of a task that has ended. */
    static TaskView ofEnd(Node node) {
        TaskId id = new TaskId(node.path().name());
        try {
            ResultEnvelope end = ResultEnvelope.decode(node.data());
            List<String> failures = end.error().isEmpty() ? List.of() : List.of(end.error());
            return new TaskView(id, end.state(), end.worker(), end.attempts(), failures);
        } catch (CodecException foreign) {
            return new TaskView(id, TaskState.SUCCEEDED, "", 0, List.of());
        }
    }
}
