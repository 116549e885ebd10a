package baton.shell.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options a command takes: single letters and words, some of them followed by a value, anywhere among the operands.
 * Letters may stand together ({@code -es}), a value may stand in the next word, close to its letter ({@code -v3}) or
 * behind an equals sign after its word ({@code --file=x}); one dash before a word is as good as two. {@code --} ends the
 * options. A negative number is an operand.
 *
 * @param flags the letters without a value
 * @param valued the letters with one
 * @param words the words, with their dashes; those with a value end with an equals sign
 * @param operandsMin how many operands there must be
 * @param operandsMax how many there may be
 * @param rule what else is special
 */
record Grammar(String flags, String valued, List<String> words, int operandsMin, int operandsMax, Rule rule) {
    /** What a command makes of its words. */
    enum Rule {
        PLAIN,
        /** The path is the only operand, and may be left out once somebody said {@code cd}. */
        PATH_OR_HERE,
        /** Every word is an operand: they are commands themselves. */
        WORDS
    }

    Grammar {
        words = List.copyOf(words);
    }

    static Grammar of(String flags, String valued, int operandsMin, int operandsMax) {
        return new Grammar(flags, valued, List.of(), operandsMin, operandsMax, Rule.PLAIN);
    }

    static Grammar operands(int min, int max) {
        return of("", "", min, max);
    }

    Grammar withWords(String... more) {
        return new Grammar(flags, valued, List.of(more), operandsMin, operandsMax, rule);
    }

    Grammar orHere() {
        return new Grammar(flags, valued, words, operandsMin, operandsMax, Rule.PATH_OR_HERE);
    }

    static Grammar allWords() {
        return new Grammar("", "", List.of(), 1, Integer.MAX_VALUE, Rule.WORDS);
    }

    /** Returns the options as the user types them, for completion. */
    List<String> options() {
        List<String> options = new ArrayList<>();
        (flags + valued).chars().sorted().forEach(letter -> options.add("-" + (char) letter));
        words.forEach(word -> options.add(word.endsWith("=") ? word.substring(0, word.length() - 1) : word));
        return options;
    }

    /** @throws WrongUsageException if the words do not fit */
    Arguments parse(List<String> given) {
        return parse(given, Directory.NOWHERE);
    }

    /**
     * @param directory where relative paths begin
     * @throws WrongUsageException if the words do not fit
     */
    Arguments parse(List<String> given, Directory directory) {
        if (rule == Rule.WORDS) {
            requireCount(given.size(), operandsMin);
            return new Arguments(Map.of(), given, directory);
        }
        Map<String, String> options = new HashMap<>();
        List<String> operands = new ArrayList<>();
        int at = 0;
        while (at < given.size()) {
            String word = given.get(at++);
            if (word.equals("--")) {
                operands.addAll(given.subList(at, given.size()));
                break;
            }
            if (isOperand(word)) {
                operands.add(word);
            } else {
                at = option(word, given, at, options);
            }
        }
        boolean mayBeHere = rule == Rule.PATH_OR_HERE && directory.isSomewhere();
        requireCount(operands.size(), mayBeHere ? operandsMin - 1 : operandsMin);
        return new Arguments(options, operands, directory);
    }

    private static boolean isOperand(String word) {
        return word.length() < 2 || word.charAt(0) != '-' || Character.isDigit(word.charAt(1));
    }

    /** Reads a word or letters, and returns the index of the first word that is not theirs. */
    private int option(String word, List<String> given, int next, Map<String, String> options) {
        String text = word.substring(word.startsWith("--") ? 2 : 1);
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        if (knows(name + "=")) {
            options.put(name, equals < 0 ? value(word, given, next) : text.substring(equals + 1));
            return equals < 0 ? next + 1 : next;
        }
        if (knows(text)) {
            options.put(text, "");
            return next;
        }
        if (word.startsWith("--")) {
            throw new WrongUsageException("Unrecognized option: " + word);
        }
        return letters(text, given, next, options);
    }

    private boolean knows(String name) {
        return words.contains("-" + name) || words.contains("--" + name);
    }

    private int letters(String letters, List<String> given, int next, Map<String, String> options) {
        for (int i = 0; i < letters.length(); i++) {
            String letter = letters.substring(i, i + 1);
            if (flags.contains(letter)) {
                options.put(letter, "");
            } else if (valued.contains(letter)) {
                Optional<String> close = Optional.of(letters.substring(i + 1)).filter(rest -> !rest.isEmpty());
                options.put(letter, close.orElseGet(() -> value("-" + letter, given, next)));
                return close.isPresent() ? next : next + 1;
            } else {
                throw new WrongUsageException("Unrecognized option: -" + letter);
            }
        }
        return next;
    }

    private static String value(String option, List<String> given, int next) {
        if (next == given.size()) {
            throw new WrongUsageException(option + " needs a value");
        }
        return given.get(next);
    }

    private void requireCount(int count, int min) {
        if (count < min) {
            throw WrongUsageException.missing("takes at least " + min);
        }
        if (count > operandsMax) {
            throw new WrongUsageException(
                    "too many arguments: " + count + ", takes at most " + operandsMax + " (quote text with spaces)");
        }
    }
}
