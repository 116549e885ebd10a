package baton.recipes.codec;

import baton.core.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Named fields in front of a body of bytes: the notation of task envelopes, results and config versions.
 *
 * <pre>
 * baton-task 1            format and its version
 * attempts=2              a field a line; a name may repeat
 * failure=worker lost
 *                         an empty line ends the fields
 * ...                     the body, any bytes
 * </pre>
 *
 * In field values a backslash is written {@code \\}, a line feed {@code \n}, a carriage return {@code \r}. The text is
 * UTF-8, lines end with a line feed. Readers ignore fields they do not know, so that a newer writer can add some.
 *
 * @param format the first line
 * @param fields in the order in which they are written
 * @param body what follows the empty line
 */
public record HeadedText(String format, List<Field> fields, Payload body) {
    public HeadedText {
        fields = List.copyOf(fields);
    }

    /** One line. The name holds neither {@code =} nor control characters. */
    public record Field(String name, String value) {
        public Field {
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(
                        "field name \"" + name + "\": must be non-empty, without = and control characters");
            }
        }
    }

    public static Builder builder(String format) {
        return new Builder(format);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException if the first line is not {@code format} or a field has no {@code =}
     */
    public static HeadedText decode(String format, Payload data) {
        byte[] bytes = data.toByteArray();
        List<Field> fields = new ArrayList<>();
        int start = 0;
        for (int line = 0; ; line++) {
            int end = endOfLine(bytes, start);
            if (end < 0) {
                throw new IllegalArgumentException("not a " + format + ": no empty line ends its fields");
            }
            String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
            start = end + 1;
            if (line == 0) {
                if (!text.equals(format)) {
                    throw new IllegalArgumentException("not a " + format + ": begins with \"" + shortened(text) + "\"");
                }
            } else if (text.isEmpty()) {
                return new HeadedText(format, fields, Payload.of(Arrays.copyOfRange(bytes, start, bytes.length)));
            } else {
                fields.add(field(format, text));
            }
        }
    }

    public Payload encode() {
        StringBuilder head = new StringBuilder(format).append('\n');
        for (Field field : fields) {
            head.append(field.name()).append('=').append(escaped(field.value())).append('\n');
        }
        byte[] front = head.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        byte[] whole = Arrays.copyOf(front, front.length + body.length());
        System.arraycopy(body.toByteArray(), 0, whole, front.length, body.length());
        return Payload.of(whole);
    }

    /** The value of the first field of that name. */
    public Optional<String> first(String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .findFirst();
    }

    /** The values of all fields of that name, in order. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .toList();
    }

    /** A field that must be there. */
    public String text(String name) {
        return first(name).orElseThrow(() -> new IllegalArgumentException(format + ": field " + name + " is missing"));
    }

    /** A field that must be there and be a whole number. */
    public long number(String name) {
        String value = text(name);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    format + ": " + name + "=" + shortened(value) + ": not a whole number", e);
        }
    }

    private static int endOfLine(byte[] bytes, int start) {
        for (int at = start; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                return at;
            }
        }
        return -1;
    }

    private static Field field(String format, String line) {
        int equals = line.indexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException(format + ": line \"" + shortened(line) + "\" is not name=value");
        }
        return new Field(line.substring(0, equals), unescaped(line.substring(equals + 1)));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String unescaped(String value) {
        if (value.indexOf('\\') < 0) {
            return value;
        }
        StringBuilder plain = new StringBuilder(value.length());
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c != '\\' || at + 1 == value.length()) {
                plain.append(c);
                continue;
            }
            char escape = value.charAt(++at);
            plain.append(escape == 'n' ? '\n' : escape == 'r' ? '\r' : escape);
        }
        return plain.toString();
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }

    /** Collects fields. Not thread-safe. */
    public static final class Builder {
        private final String format;
        private final List<Field> fields = new ArrayList<>();

        private Builder(String format) {
            this.format = format;
        }

        public Builder field(String name, String value) {
            fields.add(new Field(name, value));
            return this;
        }

        public Builder field(String name, long value) {
            return field(name, Long.toString(value));
        }

        public HeadedText body(Payload body) {
            return new HeadedText(format, fields, body);
        }
    }
}
