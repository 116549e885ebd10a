package baton.server.admin;

import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Text of maps, collections, strings, numbers, truth values and nulls, laid out as tools have come to expect it: two
 * spaces a level, {@code " : "} between a name and its value, lists on one line with what they hold.
 */
final class Json {
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
            object(map, level);
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

    private void object(Map<?, ?> map, int level) {
        if (map.isEmpty()) {
            text.append("{ }");
            return;
        }
        text.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> each = map.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<?, ?> entry = each.next();
            newLine(level + 1);
            string(String.valueOf(entry.getKey()));
            text.append(" : ");
            value(entry.getValue(), level + 1);
            text.append(each.hasNext() ? "," : "");
        }
        newLine(level);
        text.append('}');
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
