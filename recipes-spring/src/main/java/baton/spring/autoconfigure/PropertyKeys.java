package baton.spring.autoconfigure;

import baton.recipes.codec.EditDistance;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.Name;

/**
 * The keys a record of properties binds, with a {@code *} for each name the user chooses.
 *
 * @param patterns such as {@code baton.leader.roles.*.path}
 */
record PropertyKeys(List<String> patterns) {
    /** More letters apart than this is another word, not a slip. */
    private static final int SLIPS_MAX = 3;

    static PropertyKeys of(Class<? extends Record> root, String prefix) {
        List<String> patterns = new ArrayList<>();
        collect(root, prefix, patterns);
        return new PropertyKeys(List.copyOf(patterns));
    }

    /** The known key a user probably meant. */
    Optional<String> nearest(String key) {
        List<String> known =
                patterns.stream().map(pattern -> fitted(pattern, key)).toList();
        Comparator<String> byDistance = Comparator.comparingInt(each -> EditDistance.between(each, key));
        return known.stream()
                .filter(each -> EditDistance.between(each, key) <= SLIPS_MAX)
                .min(byDistance)
                // Half of the key, or more than all of it.
                .or(() -> known.stream()
                        .filter(each -> each.startsWith(key) || key.startsWith(each))
                        .min(byDistance));
    }

    private static void collect(Class<?> type, String prefix, List<String> patterns) {
        RecordComponent[] components = type.getRecordComponents();
        Parameter[] parameters = type.getDeclaredConstructors()[0].getParameters();
        for (int index = 0; index < components.length; index++) {
            RecordComponent component = components[index];
            Name name = parameters[index].getAnnotation(Name.class);
            String key = prefix + "." + (name == null ? kebab(component.getName()) : name.value());
            if (component.getType().isRecord()) {
                collect(component.getType(), key, patterns);
            } else if (component.getType() == Map.class
                    && component.getGenericType() instanceof ParameterizedType map
                    && map.getActualTypeArguments()[1] instanceof Class<?> value
                    && value.isRecord()) {
                collect(value, key + ".*", patterns);
            } else {
                patterns.add(key);
            }
        }
    }

    /** The pattern with the names the user chose. */
    private static String fitted(String pattern, String key) {
        String[] parts = pattern.split("\\.");
        String[] chosen = key.split("\\.");
        for (int at = 0; at < parts.length; at++) {
            if (parts[at].equals("*")) {
                parts[at] = at < chosen.length ? chosen[at] : "<name>";
            }
        }
        return String.join(".", parts);
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
