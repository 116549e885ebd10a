package baton.recipes.codec;

import baton.core.Payload;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A Java record as {@code key=value} lines, one a component.
 *
 * <pre>{@code
 * record Limits(int maxOrders, Duration timeout, List<String> regions, Retry retry) {}
 *
 * maxOrders=100
 * timeout=5s
 * regions=eu, us
 * retry.attempts=3
 * }</pre>
 *
 * <p>Component types: text, all primitives and their boxes, {@code BigDecimal}, enums, {@code Duration} ({@code 250ms},
 * {@code 5s}, {@code 10m}, {@code 2h}, {@code 1d} or ISO), {@code Instant}, {@code URI}, {@code UUID}, lists of those
 * (by comma, a comma inside an item is written {@code \,}), {@code Optional}, {@code Map<String, ...>} and further
 * records, whose keys follow a dot. Empty lines and lines that begin with {@code #} or {@code !} are skipped.
 *
 * <p>Reading is strict: a missing, unknown or repeated key, or a value that does not parse, refuses the whole text and
 * the message names key, value and line. What the record's own constructor refuses is refused likewise.
 *
 * @param <T> the record
 */
public final class RecordCodec<T extends Record> implements Codec<T> {
    /** More letters apart than this is another word, not a slip. */
    private static final int SLIPS_MAX = 2;

    private final Class<T> type;

    private RecordCodec(Class<T> type) {
        this.type = type;
    }

    /**
     * The codec of a record class.
     *
     * @throws IllegalArgumentException if a component has a type that has no text form, naming it
     */
    public static <T extends Record> RecordCodec<T> of(Class<T> type) {
        checkSupported(type, "");
        return new RecordCodec<>(type);
    }

    @Override
    public String mediaType() {
        return "text/x-java-properties; charset=utf-8";
    }

    @Override
    public Payload encode(T value) {
        StringBuilder out = new StringBuilder();
        writeRecord(value, "", out);
        return Payload.utf8(out.toString());
    }

    @Override
    public T decode(Payload data) {
        try {
            return read(data.utf8());
        } catch (IllegalArgumentException malformed) {
            throw new CodecException(
                    "a " + type.getSimpleName(), data, String.valueOf(malformed.getMessage()), malformed);
        }
    }

    private T read(String text) {
        Map<String, Line> lines = PropertiesText.parse(text);
        Set<String> used = new TreeSet<>();
        T value = readRecord(type, "", lines, used);
        for (Map.Entry<String, Line> line : lines.entrySet()) {
            if (!used.contains(line.getKey())) {
                throw new IllegalArgumentException("line " + line.getValue().number() + ": unknown key " + line.getKey()
                        + suggestion(line.getKey(), lines));
            }
        }
        return value;
    }

    /** One key's value and where it stands. */
    record Line(int number, String value) {}

    private static <R> R readRecord(Class<R> type, String prefix, Map<String, Line> lines, Set<String> used) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int index = 0; index < components.length; index++) {
            RecordComponent component = components[index];
            values[index] = readValue(component.getGenericType(), prefix + component.getName(), lines, used);
        }
        return construct(type, prefix, components, values);
    }

    private static <R> R construct(
            Class<R> type, String prefix, RecordComponent[] components, @Nullable Object[] values) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            Throwable cause = Objects.requireNonNull(e.getCause(), "a failed constructor has a cause");
            String where = prefix.isEmpty() ? type.getSimpleName() : prefix.substring(0, prefix.length() - 1);
            throw new IllegalArgumentException(where + ": " + cause.getMessage(), cause);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type.getName() + " cannot be constructed: " + e.getMessage(), e);
        }
    }

    private static Object readValue(Type type, String key, Map<String, Line> lines, Set<String> used) {
        Class<?> raw = raw(type);
        if (raw == Optional.class) {
            boolean present =
                    lines.keySet().stream().anyMatch(other -> other.equals(key) || other.startsWith(key + "."));
            return present ? Optional.of(readValue(argument(type, 0), key, lines, used)) : Optional.empty();
        }
        if (raw == Map.class) {
            return readMap(argument(type, 1), key, lines, used);
        }
        if (raw.isRecord()) {
            return readRecord(raw, key + ".", lines, used);
        }
        Line line = lines.get(key);
        if (line == null) {
            throw new IllegalArgumentException("key " + key + " is missing" + suggestion(key, lines));
        }
        used.add(key);
        if (raw == List.class) {
            return readList(raw(argument(type, 0)), key, line);
        }
        return readText(raw, key, line, line.value());
    }

    private static Map<String, Object> readMap(Type valueType, String key, Map<String, Line> lines, Set<String> used) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (String other : new ArrayList<>(lines.keySet())) {
            if (other.startsWith(key + ".")) {
                String name = other.substring(key.length() + 1);
                map.put(name, readValue(valueType, other, lines, used));
            }
        }
        return map;
    }

    private static List<Object> readList(Class<?> itemType, String key, Line line) {
        List<Object> items = new ArrayList<>();
        for (String item : PropertiesText.split(line.value())) {
            items.add(readText(itemType, key, line, item));
        }
        return List.copyOf(items);
    }

    private static Object readText(Class<?> type, String key, Line line, String text) {
        try {
            return TextForm.of(type).read(text);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "line " + line.number() + ": " + key + "=" + text + ": not "
                            + TextForm.of(type).noun(),
                    e);
        }
    }

    private static void writeRecord(Record value, String prefix, StringBuilder out) {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                writeValue(component.getAccessor().invoke(value), prefix + component.getName(), out);
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException(
                        prefix + component.getName() + " cannot be read: " + e.getMessage(), e);
            }
        }
    }

    private static void writeValue(@Nullable Object value, String key, StringBuilder out) {
        if (value == null) {
            throw new IllegalArgumentException(key + " is null: use Optional for what may be absent");
        }
        if (value instanceof Optional<?> optional) {
            optional.ifPresent(present -> writeValue(present, key, out));
        } else if (value instanceof Map<?, ?> map) {
            new TreeMap<>(map).forEach((name, item) -> writeValue(item, key + "." + name, out));
        } else if (value instanceof Record nested) {
            writeRecord(nested, key + ".", out);
        } else if (value instanceof List<?> items) {
            List<String> texts = items.stream()
                    .map(item -> PropertiesText.escapeItem(TextForm.write(item)))
                    .toList();
            PropertiesText.append(key, String.join(",", texts), out);
        } else {
            PropertiesText.append(key, TextForm.write(value), out);
        }
    }

    private static void checkSupported(Type type, String key) {
        Class<?> raw = raw(type);
        if (raw.isRecord()) {
            for (RecordComponent component : raw.getRecordComponents()) {
                String below = key.isEmpty() ? component.getName() : key + "." + component.getName();
                checkSupported(component.getGenericType(), below);
            }
        } else if (raw == Optional.class) {
            checkSupported(argument(type, 0), key);
        } else if (raw == Map.class) {
            if (raw(argument(type, 0)) != String.class) {
                throw new IllegalArgumentException(key + ": keys of a map must be text");
            }
            requireText(raw(argument(type, 1)), key);
        } else if (raw == List.class) {
            requireText(raw(argument(type, 0)), key);
        } else {
            requireText(raw, key);
        }
    }

    private static void requireText(Class<?> type, String key) {
        if (!TextForm.supports(type)) {
            throw new IllegalArgumentException(key + ": " + type.getName() + " has no text form; see RecordCodec");
        }
    }

    private static Class<?> raw(Type type) {
        if (type instanceof Class<?> plain) {
            return plain;
        }
        if (type instanceof ParameterizedType parameterized && parameterized.getRawType() instanceof Class<?> plain) {
            return plain;
        }
        throw new IllegalArgumentException(type.getTypeName() + ": must be a class");
    }

    private static Type argument(Type type, int index) {
        if (type instanceof ParameterizedType parameterized) {
            return parameterized.getActualTypeArguments()[index];
        }
        throw new IllegalArgumentException(type.getTypeName() + ": needs its type arguments");
    }

    /** Names a key that differs in case only or by two letters at most, if the text has one. */
    private static String suggestion(String wanted, Map<String, Line> lines) {
        String folded = wanted.toLowerCase(Locale.ROOT);
        return lines.keySet().stream()
                .filter(key ->
                        !key.equals(wanted) && EditDistance.between(key.toLowerCase(Locale.ROOT), folded) <= SLIPS_MAX)
                .findFirst()
                .map(key -> " (line " + Objects.requireNonNull(lines.get(key)).number() + " has " + key + ")")
                .orElse("");
    }
}
