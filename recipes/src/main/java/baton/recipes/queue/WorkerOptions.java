package baton.recipes.queue;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What a worker is.
 *
 * @param id one segment of a path; one live worker of a queue has it
 * @param slots how many tasks it runs at a time
 * @param labels what it offers; a task names those it needs
 * @param restart what becomes of tasks that an earlier incarnation of this id was assigned
 * @param executor runs the handlers; empty for the client's listener executor
 */
public record WorkerOptions(
        String id, int slots, Map<String, String> labels, Restart restart, Optional<Executor> executor) {
    public WorkerOptions {
        labels = Map.copyOf(labels);
        if (id.isEmpty() || id.indexOf('/') >= 0) {
            throw new IllegalArgumentException("worker id \"" + id + "\": must be one non-empty segment of a path");
        }
        if (slots < 1 || slots > 10_000) {
            throw new IllegalArgumentException("slots=" + slots + " of worker " + id + ": must be 1 to 10000");
        }
    }

    public static WorkerOptions of(String id, int slots) {
        return new WorkerOptions(id, slots, Map.of(), Restart.HAND_BACK, Optional.empty());
    }

    public WorkerOptions withLabels(Map<String, String> other) {
        return new WorkerOptions(id, slots, other, restart, executor);
    }

    public WorkerOptions withRestart(Restart other) {
        return new WorkerOptions(id, slots, labels, other, executor);
    }

    public WorkerOptions withExecutor(Executor other) {
        return new WorkerOptions(id, slots, labels, restart, Optional.of(other));
    }

    /** What becomes of tasks that an earlier incarnation of this id was assigned. */
    public enum Restart {
        /** The master hands them out again; an attempt is counted. */
        HAND_BACK,
        /** This worker runs them. */
        RESUME
    }
}
