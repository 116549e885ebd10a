package baton.recipes.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * Decides which worker gets which task.
 *
 * <p>Called on the listener executor, one call at a time, and given one second. What it assigns beyond a worker's free
 * slots, or to workers and tasks it was not shown, is ignored.
 */
@FunctionalInterface
public interface Assigner {

    /**
     * Chooses workers.
     *
     * @param pending tasks that are due, the most urgent first
     * @param free workers with at least one free slot, by name
     * @return the worker of each task that is to be handed out now
     */
    Map<TaskRef, WorkerRef> assign(List<TaskRef> pending, List<WorkerLoad> free);

    /**
     * Gives each task, in order, to the worker that has its labels and is least loaded for its size; a draw among
     * equals.
     *
     * @param random numbers in [0, 1)
     */
    static Assigner leastLoaded(DoubleSupplier random) {
        return (pending, free) -> {
            Map<WorkerRef, Integer> load = new HashMap<>();
            free.forEach(worker -> load.put(worker.worker(), worker.assigned()));
            Map<TaskRef, WorkerRef> choice = new LinkedHashMap<>();
            for (TaskRef task : pending) {
                leastLoaded(task, free, load, random).ifPresent(worker -> {
                    choice.put(task, worker);
                    load.merge(worker, 1, Integer::sum);
                });
            }
            return choice;
        };
    }

    private static Optional<WorkerRef> leastLoaded(
            TaskRef task, List<WorkerLoad> free, Map<WorkerRef, Integer> load, DoubleSupplier random) {
        List<WorkerRef> best = new ArrayList<>();
        double lowest = 1;
        for (WorkerLoad worker : free) {
            double share = load.getOrDefault(worker.worker(), 0) / (double) worker.slots();
            if (share >= 1 || share > lowest || !worker.satisfies(task.labels())) {
                continue;
            }
            if (share < lowest) {
                best.clear();
                lowest = share;
            }
            best.add(worker.worker());
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best.get((int) (random.getAsDouble() * best.size())));
    }
}
