package baton.spring.config;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Imported configuration changed; the environment gives the new values already. Values are not told, keys are.
 *
 * @param source the import, such as {@code baton:/config/orders}
 * @param keys that are new, gone, or have another value, sorted
 * @param revision of the store that brought it
 */
public record ConfigChangedEvent(String source, Set<String> keys, long revision) {
    public ConfigChangedEvent {
        keys = Collections.unmodifiableSet(new TreeSet<>(keys));
    }
}
