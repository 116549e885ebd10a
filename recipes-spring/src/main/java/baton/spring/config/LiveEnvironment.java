package baton.spring.config;

import baton.spring.EventDelivery;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.ResolvableType;

/**
 * What live values need that are bound to the environment, and those of them that have no bean of their own.
 *
 * @param binder to bind with
 * @param imports that change the environment
 * @param events where changes and refusals are told
 * @param values by expression and type
 */
public record LiveEnvironment(
        DocumentBinder binder, ImportedConfig imports, EventDelivery events, Map<Object, LiveBinding<?>> values) {

    public LiveEnvironment(DocumentBinder binder, ImportedConfig imports, EventDelivery events) {
        this(binder, imports, events, new ConcurrentHashMap<>());
    }

    /** The live value of an expression; the same one for the same expression and type. */
    public Live<?> value(String expression, ResolvableType type) {
        return values.computeIfAbsent(new Asked(expression, type), absent -> valueOf(expression, type));
    }

    @SuppressWarnings("unchecked") // The class of a value of that type.
    private LiveBinding<Object> valueOf(String expression, ResolvableType type) {
        Class<Object> raw = (Class<Object>) Objects.requireNonNull(type.resolve(), "a value has a class");
        return new LiveBinding<>(raw, expression, expression, this, () -> binder.evaluated(expression, type));
    }

    private record Asked(String expression, ResolvableType type) {}
}
