package baton.spring.config;

import baton.recipes.config.ConfigSnapshot;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The newest good value of a {@link CoordinatedConfig} record or a {@link ConfigValue}. Safe for use by many threads.
 *
 * <p>Call {@link #get} once for each unit of work: what it returns is one consistent state that never changes.
 *
 * @param <T> the value
 */
public interface Live<T> {
    /**
     * The value: one volatile read, always validated.
     *
     * @throws baton.recipes.config.NotReadyException before there is a first good value of a node; a record of which
     *     every component has a default has one when the store says that there is no node, or was silent for five seconds
     */
    T get();

    /** The value with its revision and where it came from. */
    ConfigSnapshot<T> snapshot();

    /** The revision of the store that brought the value. */
    default long revision() {
        return snapshot().revision();
    }

    /** Waits for the first good value; false if time ran out. */
    boolean awaitReady(Duration atMost) throws InterruptedException;

    /**
     * Calls a listener after each change of the value, on the listener executor, one at a time and in order. What it
     * throws is logged and changes nothing else.
     *
     * @return ends it
     */
    Registration onChange(Consumer<ConfigChange<T>> listener);

    /** A listener that is registered. */
    interface Registration extends AutoCloseable {
        /** No call begins after this returned. Idempotent. */
        @Override
        void close();
    }
}
