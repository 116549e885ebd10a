package baton.recipes.config;

/**
 * Hears of configuration; runs on the executor it was added with, one call at a time, in order.
 *
 * <p>By the time it is called the watcher has the new value already. The first value is no change. A listener that was
 * added as an applier is asked before: what it throws rejects the value.
 *
 * @param <T> values
 */
@FunctionalInterface
public interface ConfigListener<T> {
    void changed(ConfigSnapshot<T> old, ConfigSnapshot<T> now);

    default void rejected(Rejection rejection) {}

    /** Whether the store has been silent for so long that the value may be out of date. */
    default void stale(boolean stale) {}
}
