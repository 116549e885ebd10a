package baton.shell.console;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes a line apart into words. White space separates them; a word that begins with a quote, single or double, ends
 * with the next one of its kind and may hold white space or nothing. Quotes inside a word are part of it, and nothing
 * escapes them. A line that begins with {@code #} has no words.
 */
final class Words {
    private Words() {}

    /** @throws WrongUsageException if a quote is not closed */
    static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        int at = skipSpace(line, 0);
        if (at < line.length() && line.charAt(at) == '#') {
            return words;
        }
        while (at < line.length()) {
            char first = line.charAt(at);
            boolean quoted = first == '"' || first == '\'';
            int end = quoted ? line.indexOf(first, at + 1) : endOfWord(line, at);
            if (end < 0) {
                throw new WrongUsageException("quote not closed: " + line.substring(at));
            }
            words.add(line.substring(quoted ? at + 1 : at, end));
            at = skipSpace(line, quoted ? end + 1 : end);
        }
        return words;
    }

    private static int skipSpace(String line, int from) {
        int at = from;
        while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int endOfWord(String line, int from) {
        int at = from;
        while (at < line.length() && !Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        return at;
    }
}
