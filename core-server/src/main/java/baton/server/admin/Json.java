package baton.server.admin;

import java.util.Iterator;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Text of maps, {@link Fields}, collections, strings, numbers, truth values and nulls, laid out as tools have come to expect it:
 * two spaces a level, {@code " : "} between a name and its value, lists on one line with what they hold.
 */
final class Json {
    /** Names and values of which none is kept once it is written, as a map's would be. */
    @FunctionalInterface
    interface Fields {
        void forEach(BiConsumer<Object, @Nullable Object> visitor);
    }

    private final StringBuilder text = new StringBuilder();

    private Json() {}

    static String of(@Nullable Object value) {
        Json json = new Json();
        json.value(value, 0);
        return json.text.append('\n').toString();
    }

    /** Returns the value on one line. */
    static String line(@Nullable Object value) {
        return of(value).replaceAll("\\n *", " ").strip() + "\n";
    }

    private void value(@Nullable Object value, int level) {
        if (value instanceof Map<?, ?> map) {
            object(map::forEach, level);
        } else if (value instanceof Fields fields) {
            object(fields, level);
        } else if (value instanceof Iterable<?> list) {
            list(list, level);
        } else if (value instanceof Double number && !Double.isFinite(number)) {
            string(number.toString());
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            text.append(value);
        } else {
            string(value.toString());
        }
    }

    private void object(Fields fields, int level) {
        text.append('{');
        int before = text.length();
        fields.forEach((name, value) -> {
            text.append(text.length() == before ? "" : ",");
            newLine(level + 1);
            string(String.valueOf(name));
            text.append(" : ");
            value(value, level + 1);
        });
        if (text.length() == before) {
            text.append(" }");
        } else {
            newLine(level);
            text.append('}');
        }
    }

    private void list(Iterable<?> list, int level) {
        Iterator<?> each = list.iterator();
        text.append(each.hasNext() ? "[ " : "[ ]");
        while (each.hasNext()) {
            value(each.next(), level);
            text.append(each.hasNext() ? ", " : " ]");
        }
    }

    private void newLine(int level) {
        text.append('\n').append("  ".repeat(level));
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char letter = value.charAt(i);
            switch (letter) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (letter < ' ') {
                        text.append(String.format("\\u%04x", (int) letter));
                    } else {
                        text.append(letter);
                    }
                }
            }
        }
        text.append('"');
    }
}
