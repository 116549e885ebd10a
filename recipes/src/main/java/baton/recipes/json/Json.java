package baton.recipes.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON (RFC 8259).
 *
 * <p>Values are {@code Map<String, Object>} in document order, {@code List<Object>}, {@link String}, {@link Long},
 * {@link Double}, {@link Boolean} and {@code null}. Whole numbers beyond 64 bits become doubles. Nesting is limited to
 * {@value #DEPTH_MAX}.
 */
public final class Json {
    private static final int DEPTH_MAX = 64;

    private final String text;
    private int at;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException saying what is wrong and where */
    public static @Nullable Object read(String text) {
        Json reader = new Json(text);
        Object value = reader.value();
        reader.skipSpace();
        if (reader.at < text.length()) {
            throw reader.wrong("text after the value");
        }
        return value;
    }

    /** Reads a document that must be an object. */
    @SuppressWarnings("unchecked") // Objects are read by object() alone.
    public static Map<String, @Nullable Object> readObject(String text) {
        if (read(text) instanceof Map<?, ?> object) {
            return (Map<String, @Nullable Object>) object;
        }
        throw new IllegalArgumentException("JSON: an object was expected");
    }

    /** @throws IllegalArgumentException for a value of a type this class does not read, or a number that is none */
    public static String write(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            String separator = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(separator);
                quote(out, String.valueOf(entry.getKey()));
                out.append(':');
                write(out, entry.getValue());
                separator = ",";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Iterable<?> list) {
            out.append('[');
            String separator = "";
            for (Object item : list) {
                out.append(separator);
                write(out, item);
                separator = ",";
            }
            out.append(']');
        } else if (value instanceof CharSequence || value instanceof Enum<?>) {
            quote(out, value.toString());
        } else if (value instanceof Double d && (d.isNaN() || d.isInfinite())) {
            throw new IllegalArgumentException("JSON has no number " + d);
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            throw new IllegalArgumentException(
                    "JSON has no form for a " + value.getClass().getName());
        }
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private @Nullable Object value() {
        skipSpace();
        if (at == text.length()) {
            throw wrong("a value is missing");
        }
        char c = text.charAt(at);
        if (c == '{' || c == '[') {
            if (++depth > DEPTH_MAX) {
                throw wrong("nested deeper than " + DEPTH_MAX);
            }
            Object nested = c == '{' ? object() : list();
            depth--;
            return nested;
        }
        if (c == '"') {
            return string();
        }
        if (c == '-' || (c >= '0' && c <= '9')) {
            return number();
        }
        return word();
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        at++;
        if (take('}')) {
            return object;
        }
        do {
            skipSpace();
            if (at == text.length() || text.charAt(at) != '"') {
                throw wrong("a name is missing");
            }
            String name = string();
            expect(':');
            object.put(name, value());
        } while (take(','));
        expect('}');
        return object;
    }

    private List<@Nullable Object> list() {
        at++;
        if (take(']')) {
            return Collections.emptyList();
        }
        List<@Nullable Object> list = new ArrayList<>();
        do {
            list.add(value());
        } while (take(','));
        expect(']');
        return list;
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        at++;
        while (true) {
            if (at == text.length()) {
                throw wrong("a string does not end");
            }
            char c = text.charAt(at++);
            if (c == '"') {
                return out.toString();
            }
            if (c < ' ') {
                throw wrong("a control character in a string");
            }
            out.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        if (at == text.length()) {
            throw wrong("a string does not end");
        }
        char c = text.charAt(at++);
        switch (c) {
            case '"', '\\', '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                return unicode();
            default:
                throw wrong("unknown escape \\" + c);
        }
    }

    private char unicode() {
        if (at + 4 > text.length()) {
            throw wrong("an escape does not end");
        }
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(text.charAt(at++), 16);
            if (digit < 0) {
                throw wrong("an escape needs four hexadecimal digits");
            }
            code = code * 16 + digit;
        }
        return (char) code;
    }

    private Object number() {
        int start = at;
        boolean whole = true;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            whole &= ".eE".indexOf(text.charAt(at)) < 0;
            at++;
        }
        String digits = text.substring(start, at);
        try {
            return whole ? wholeNumber(digits) : (Object) Double.valueOf(digits);
        } catch (NumberFormatException malformed) {
            at = start;
            throw wrong("not a number: " + digits);
        }
    }

    private static Object wholeNumber(String digits) {
        return digits.length() < 19 ? (Object) Long.valueOf(digits) : longOrDouble(digits);
    }

    private static Object longOrDouble(String digits) {
        var exact = new java.math.BigInteger(digits);
        return exact.bitLength() < 64 ? (Object) exact.longValue() : (Object) exact.doubleValue();
    }

    private @Nullable Object word() {
        if (text.startsWith("true", at)) {
            at += 4;
            return Boolean.TRUE;
        }
        if (text.startsWith("false", at)) {
            at += 5;
            return Boolean.FALSE;
        }
        if (text.startsWith("null", at)) {
            at += 4;
            return null;
        }
        throw wrong("not a value");
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean take(char expected) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char expected) {
        if (!take(expected)) {
            throw wrong("'" + expected + "' is missing");
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("JSON: " + what + " at position " + at);
    }
}
