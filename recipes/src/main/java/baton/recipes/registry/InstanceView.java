package baton.recipes.registry;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The instances a strategy chooses from: enabled, not down, not filtered, not ejected. Immutable, in a stable order.
 *
 * @param candidates never empty when a strategy is asked
 * @param revision grows with what the store said
 */
public record InstanceView<T>(List<Candidate<T>> candidates, long revision) {
    public InstanceView {
        candidates = List.copyOf(candidates);
    }

    public int size() {
        return candidates.size();
    }

    public Candidate<T> get(int index) {
        return candidates.get(index);
    }

    public Optional<Candidate<T>> find(String id) {
        return candidates.stream()
                .filter(candidate -> candidate.instance().id().equals(id))
                .findFirst();
    }

    /** The part of this view that fits; this view itself if nothing or everything does. */
    public InstanceView<T> preferring(Predicate<ServiceInstance<T>> wanted) {
        List<Candidate<T>> fitting = candidates.stream()
                .filter(candidate -> wanted.test(candidate.instance()))
                .toList();
        return fitting.isEmpty() || fitting.size() == candidates.size() ? this : new InstanceView<>(fitting, revision);
    }
}
