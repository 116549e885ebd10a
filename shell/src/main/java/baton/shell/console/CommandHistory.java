package baton.shell.console;

import java.util.ArrayList;
import java.util.List;

/** The lines that were typed, without passwords. */
final class CommandHistory {
    private static final int SHOWN_MAX = 11;
    private static final String PROVES = "addauth";
    private static final String REPEATS = "redo";

    private final List<String> lines = new ArrayList<>();

    int size() {
        return lines.size();
    }

    /**
     * Keeps a line, and returns the words to run: its own, or those of the earlier line it asks for.
     *
     * @throws WrongUsageException if the earlier line is not there, or had a password
     */
    List<String> add(String line, List<String> words) {
        lines.add(words.get(0).equals(PROVES) ? withoutProof(words) : line.strip());
        return words.get(0).equals(REPEATS) ? redone(words) : words;
    }

    /** Keeps the scheme, and whatever may be a password to itself. */
    private static String withoutProof(List<String> words) {
        return words.size() > 2 ? PROVES + " " + words.get(1) + " ..." : PROVES + " ...";
    }

    /** The words of an earlier line, which takes the place of this one. */
    private List<String> redone(List<String> words) {
        int now = lines.size() - 1;
        String digits = words.size() < 2 ? "" : words.get(1);
        int number = digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
        if (number < 0 || number >= now) {
            throw new WrongUsageException("Command index out of range");
        }
        List<String> earlier = Words.split(lines.get(number));
        if (earlier.get(0).equals(PROVES)) {
            throw new WrongUsageException(
                    "cannot redo " + number + ": the history keeps no passwords, type addauth again");
        }
        lines.set(now, lines.get(number));
        return earlier;
    }

    /** Returns the last lines, the oldest of them first. */
    List<Result> shown() {
        List<Result> results = new ArrayList<>();
        for (int i = Math.max(0, lines.size() - SHOWN_MAX); i < lines.size(); i++) {
            results.add(Result.of(i + " - " + lines.get(i)).with("index", i).with("command", lines.get(i)));
        }
        return results;
    }
}
