package baton.spring.config;

import org.springframework.core.ResolvableType;
import org.springframework.core.ResolvableTypeProvider;

/**
 * A configuration record has a new value. Published as an event; values do not show in its text.
 *
 * @param type of the record
 * @param path of the node it is bound to
 * @param previous value
 * @param current value, which every {@link Live} gives already
 * @param revision of the store that brought it
 * @param <T> the record
 */
public record ConfigChange<T>(Class<T> type, String path, T previous, T current, long revision)
        implements ResolvableTypeProvider {

    @Override
    public ResolvableType getResolvableType() {
        return ResolvableType.forClassWithGenerics(ConfigChange.class, type);
    }

    @Override
    public String toString() {
        return "ConfigChange[type=" + type.getSimpleName() + ", path=" + path + ", revision=" + revision + "]";
    }
}
