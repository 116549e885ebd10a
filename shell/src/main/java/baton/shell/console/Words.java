package baton.shell.console;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes a line apart into words. White space separates them; in a word that begins with a quote, single or double, what
 * stands before the next one of its kind may be white space or nothing, and what follows that goes on the word. Quotes
 * inside a word are part of it, and nothing escapes them. A line that begins with {@code #} has no words.
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
            int close = quoted ? line.indexOf(first, at + 1) : at;
            if (close < 0) {
                throw new WrongUsageException("quote not closed: " + line.substring(at));
            }
            int end = endOfWord(line, quoted ? close + 1 : at);
            words.add(
                    quoted ? line.substring(at + 1, close) + line.substring(close + 1, end) : line.substring(at, end));
            at = skipSpace(line, end);
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
