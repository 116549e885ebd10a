package baton.recipes.queue;

import java.util.Map;

/**
 * A live worker and how much it has to do.
 *
 * @param worker who
 * @param slots how many tasks it runs at a time
 * @param assigned how many it has
 * @param draining whether it takes no more
 * @param labels what it offers
 */
public record WorkerLoad(WorkerRef worker, int slots, int assigned, boolean draining, Map<String, String> labels) {
    public WorkerLoad {
        labels = Map.copyOf(labels);
    }

    public int free() {
        return draining ? 0 : Math.max(0, slots - assigned);
    }

    /** Whether the worker has all these labels, with these values. */
    public boolean satisfies(Map<String, String> wanted) {
        return labels.entrySet().containsAll(wanted.entrySet());
    }
}
