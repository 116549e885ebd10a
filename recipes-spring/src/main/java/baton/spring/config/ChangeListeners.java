package baton.spring.config;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who hear of the changes of one live value. Safe for use by many threads.
 *
 * @param <T> the value
 */
final class ChangeListeners<T> {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeListeners.class);

    private final List<Consumer<ConfigChange<T>>> listeners = new CopyOnWriteArrayList<>();

    Live.Registration add(Consumer<ConfigChange<T>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void tell(ConfigChange<T> change) {
        for (Consumer<ConfigChange<T>> listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException failure) {
                LOG.warn("configuration listener failed source={}", change.source(), failure);
            }
        }
    }
}
