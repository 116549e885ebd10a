package baton.recipes.registry;

import java.util.List;

/** Hears of a service's instances, on the listener executor, one call at a time, in order. */
@FunctionalInterface
public interface ServiceCacheListener<T> {
    /** Instances came, went or changed. */
    void instancesChanged(List<ServiceInstance<T>> before, List<ServiceInstance<T>> now);

    /** There may be changes that nobody told us; or not any more. */
    default void stale(boolean isStale) {}
}
