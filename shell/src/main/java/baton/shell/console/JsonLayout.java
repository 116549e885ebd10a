package baton.shell.console;

import baton.recipes.json.Json;
import java.util.Optional;

/** JSON with a line for each value, for people to read. Numbers and strings stay as they were written. */
final class JsonLayout {
    private static final String INDENT = "  ";

    private final StringBuilder out = new StringBuilder();
    private int depth;

    private JsonLayout() {}

    /** Returns the document laid out; empty if the text is none. */
    static Optional<String> of(String text) {
        try {
            Json.read(text);
        } catch (IllegalArgumentException notJson) {
            return Optional.empty();
        }
        JsonLayout layout = new JsonLayout();
        layout.lay(text);
        return Optional.of(layout.out.toString());
    }

    private void lay(String json) {
        int at = 0;
        while (at < json.length()) {
            char character = json.charAt(at);
            if (character == '"') {
                int end = endOfString(json, at);
                out.append(json, at, end);
                at = end;
            } else {
                lay(character);
                at++;
            }
        }
    }

    private void lay(char character) {
        switch (character) {
            case '{', '[' -> {
                out.append(character);
                depth++;
                breakLine();
            }
            case '}', ']' -> close(character);
            case ',' -> {
                out.append(character);
                breakLine();
            }
            case ':' -> out.append(": ");
            case ' ', '\t', '\n', '\r' -> {}
            default -> out.append(character);
        }
    }

    /** What is empty stays on one line. */
    private void close(char bracket) {
        depth--;
        int end = out.length();
        while (Character.isWhitespace(out.charAt(end - 1))) {
            end--;
        }
        out.setLength(end);
        if ("{[".indexOf(out.charAt(end - 1)) < 0) {
            breakLine();
        }
        out.append(bracket);
    }

    private void breakLine() {
        out.append('\n').append(INDENT.repeat(depth));
    }

    private static int endOfString(String json, int start) {
        int at = start + 1;
        while (json.charAt(at) != '"') {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }
}
