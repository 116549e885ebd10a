package baton.spring.config;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.core.ResolvableType;
import org.springframework.core.ResolvableTypeProvider;

/**
 * A live value has changed. Published as an event; values do not show in its text.
 *
 * @param type of the value
 * @param source the node, the prefix or the expression it is bound to
 * @param previous value
 * @param current value, which every {@link Live} gives already
 * @param revision of the store that brought it
 * @param keys of what is different: of a record bound to a prefix as in the environment, such as {@code
 *     limits.per-second}; of one bound to a node as in its document
 * @param <T> the value
 */
public record ConfigChange<T>(Class<T> type, String source, T previous, T current, long revision, Set<String> keys)
        implements ResolvableTypeProvider {
    public ConfigChange {
        keys = Collections.unmodifiableSet(new TreeSet<>(keys));
    }

    @Override
    public ResolvableType getResolvableType() {
        return ResolvableType.forClassWithGenerics(ConfigChange.class, type);
    }

    @Override
    public String toString() {
        return "ConfigChange[type=" + type.getSimpleName() + ", source=" + source + ", revision=" + revision + ", keys="
                + keys + "]";
    }
}
