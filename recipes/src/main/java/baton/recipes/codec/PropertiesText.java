package baton.recipes.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The lines of a properties text with their numbers, and lists inside one value. */
final class PropertiesText {
    private PropertiesText() {}

    /** Reads {@code key=value} lines. Spaces around key and value do not count; {@code \n} and {@code \\} do. */
    static Map<String, RecordCodec.Line> parse(String text) {
        Map<String, RecordCodec.Line> lines = new LinkedHashMap<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String content = line.strip();
            if (content.isEmpty() || content.charAt(0) == '#' || content.charAt(0) == '!') {
                continue;
            }
            int equals = content.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("line " + number + ": \"" + content + "\" is not key=value");
            }
            String key = content.substring(0, equals).strip();
            String value = unescape(content.substring(equals + 1).strip());
            RecordCodec.Line earlier = lines.putIfAbsent(key, new RecordCodec.Line(number, value));
            if (earlier != null) {
                throw new IllegalArgumentException(
                        "line " + number + ": key " + key + " stands in line " + earlier.number() + " already");
            }
        }
        return lines;
    }

    static void append(String key, String value, StringBuilder out) {
        out.append(key).append('=').append(escape(value)).append('\n');
    }

    /** Splits at commas that are not escaped; no item at all if the text is blank. */
    static List<String> split(String value) {
        List<String> items = new ArrayList<>();
        if (value.isBlank()) {
            return items;
        }
        StringBuilder item = new StringBuilder();
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c == '\\' && at + 1 < value.length() && (value.charAt(at + 1) == ',' || value.charAt(at + 1) == '\\')) {
                item.append(value.charAt(++at));
            } else if (c == ',') {
                items.add(item.toString().strip());
                item.setLength(0);
            } else {
                item.append(c);
            }
        }
        items.add(item.toString().strip());
        return items;
    }

    static String escapeItem(String item) {
        return item.replace("\\", "\\\\").replace(",", "\\,");
    }

    private static String escape(String value) {
        String plain = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
        return plain.equals(plain.strip()) ? plain : quoteEnds(plain);
    }

    /** Spaces at the ends would be stripped by a reader: they are written {@code \s}. */
    private static String quoteEnds(String value) {
        int start = 0;
        while (start < value.length() && Character.isWhitespace(value.charAt(start))) {
            start++;
        }
        int end = value.length();
        while (end > start && Character.isWhitespace(value.charAt(end - 1))) {
            end--;
        }
        return "\\s".repeat(start) + value.substring(start, end) + "\\s".repeat(value.length() - end);
    }

    private static String unescape(String value) {
        StringBuilder plain = new StringBuilder(value.length());
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c != '\\' || at + 1 == value.length()) {
                plain.append(c);
                continue;
            }
            char escape = value.charAt(++at);
            switch (escape) {
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 't' -> plain.append('\t');
                case 's' -> plain.append(' ');
                case '\\' -> plain.append('\\');
                default -> plain.append('\\').append(escape);
            }
        }
        return plain.toString();
    }
}
