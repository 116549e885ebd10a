package baton.spring.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;

/**
 * Finds the components of a record that got no value: Boot's binder makes null, or zero, of a key that is not there.
 */
final class RequiredKeys {
    private RequiredKeys() {}

    /** The keys below a prefix that are missing in what a value was bound from. */
    static List<String> missing(
            ConfigurationPropertyName prefix, Class<?> type, Object value, List<ConfigurationPropertySource> sources) {
        List<String> missing = new ArrayList<>();
        if (type.isRecord()) {
            collect(type, value, prefix, sources, missing);
        }
        return missing;
    }

    private static void collect(
            Class<?> type,
            Object value,
            ConfigurationPropertyName prefix,
            List<ConfigurationPropertySource> sources,
            List<String> missing) {
        RecordComponent[] components = type.getRecordComponents();
        for (int index = 0; index < components.length; index++) {
            RecordComponent component = components[index];
            ConfigurationPropertyName key = prefix.append(kebab(component.getName()));
            Object part = read(component, value);
            if (part != null && component.getType().isRecord()) {
                collect(component.getType(), part, key, sources, missing);
            } else if (!mayBeAbsent(type, component, index) && !isBound(key, part, component, sources)) {
                missing.add(key.toString());
            }
        }
    }

    private static boolean isBound(
            ConfigurationPropertyName key,
            @Nullable Object part,
            RecordComponent component,
            List<ConfigurationPropertySource> sources) {
        if (!component.getType().isPrimitive()) {
            return part != null;
        }
        return sources.stream()
                .anyMatch(source -> source.getConfigurationProperty(key) != null
                        || source.containsDescendantOf(key) == ConfigurationPropertyState.PRESENT);
    }

    /** Asks the constructor: annotations of a component that are meant for parameters are only there. */
    private static boolean mayBeAbsent(Class<?> type, RecordComponent component, int index) {
        if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            return true;
        }
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).getParameters()[index].isAnnotationPresent(DefaultValue.class);
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException("every record has its canonical constructor", impossible);
        }
    }

    static @Nullable Object read(RecordComponent component, Object value) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException refused) {
            throw new IllegalStateException(component + " cannot be read", refused);
        }
    }

    static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
