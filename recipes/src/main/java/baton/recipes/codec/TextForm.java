package baton.recipes.codec;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How one simple type is read from text.
 *
 * @param noun what the text has to be, for error messages
 */
record TextForm(String noun, Function<String, Object> reader) {
    private static final Map<Class<?>, TextForm> FORMS = Map.ofEntries(
            Map.entry(String.class, new TextForm("text", text -> text)),
            Map.entry(boolean.class, new TextForm("true or false", TextForm::readBoolean)),
            Map.entry(byte.class, new TextForm("a whole number from -128 to 127", Byte::valueOf)),
            Map.entry(short.class, new TextForm("a whole number of 16 bits", Short::valueOf)),
            Map.entry(int.class, new TextForm("a whole number of 32 bits", Integer::valueOf)),
            Map.entry(long.class, new TextForm("a whole number of 64 bits", Long::valueOf)),
            Map.entry(float.class, new TextForm("a number", Float::valueOf)),
            Map.entry(double.class, new TextForm("a number", Double::valueOf)),
            Map.entry(char.class, new TextForm("one character", TextForm::readCharacter)),
            Map.entry(BigDecimal.class, new TextForm("a number", BigDecimal::new)),
            Map.entry(
                    Duration.class, new TextForm("a duration such as 250ms, 5s, 10m, 2h, 1d", TextForm::readDuration)),
            Map.entry(Instant.class, new TextForm("an instant such as 2026-01-31T12:00:00Z", Instant::parse)),
            Map.entry(URI.class, new TextForm("a URI", URI::create)),
            Map.entry(UUID.class, new TextForm("a UUID", UUID::fromString)));

    private static final Map<Class<?>, Class<?>> PRIMITIVES = Map.of(
            Boolean.class, boolean.class,
            Byte.class, byte.class,
            Short.class, short.class,
            Integer.class, int.class,
            Long.class, long.class,
            Float.class, float.class,
            Double.class, double.class,
            Character.class, char.class);

    static boolean supports(Class<?> type) {
        return type.isEnum() || form(type) != null;
    }

    static TextForm of(Class<?> type) {
        if (type.isEnum()) {
            return ofEnum(type);
        }
        TextForm form = form(type);
        if (form == null) {
            throw new IllegalArgumentException(type.getName() + " has no text form");
        }
        return form;
    }

    Object read(String text) {
        return reader.apply(text);
    }

    static String write(Object value) {
        if (value instanceof Duration duration) {
            return writeDuration(duration);
        }
        return value instanceof Enum<?> constant ? constant.name() : value.toString();
    }

    private static @Nullable TextForm form(Class<?> type) {
        return FORMS.get(PRIMITIVES.getOrDefault(type, type));
    }

    private static TextForm ofEnum(Class<?> type) {
        Object[] constants = type.getEnumConstants();
        String names = Arrays.stream(constants)
                .map(constant -> ((Enum<?>) constant).name())
                .collect(Collectors.joining(", "));
        return new TextForm(
                "one of " + names,
                text -> Arrays.stream(constants)
                        .filter(constant -> ((Enum<?>) constant).name().equals(text))
                        .findFirst()
                        .orElseThrow());
    }

    private static Object readBoolean(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(text);
        }
        return text.equals("true");
    }

    private static Object readCharacter(String text) {
        if (text.length() != 1) {
            throw new IllegalArgumentException(text);
        }
        return text.charAt(0);
    }

    private static Object readDuration(String text) {
        if (text.startsWith("P") || text.startsWith("-P")) {
            return Duration.parse(text);
        }
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        long amount = Long.parseLong(text.substring(0, digits));
        return switch (text.substring(digits).strip().toLowerCase(Locale.ROOT)) {
            case "ns" -> Duration.ofNanos(amount);
            case "us" -> Duration.ofNanos(Math.multiplyExact(amount, 1000L));
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static String writeDuration(Duration duration) {
        if (duration.isNegative() || duration.toNanosPart() % 1_000_000 != 0) {
            return duration.toString();
        }
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
