package baton.shell.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The options a command takes: single letters, some of them followed by a value, anywhere among the operands. Letters
 * may stand together ({@code -es}), a value may stand in the next word or close to its letter ({@code -v3});
 * {@code --} ends the options. A negative number is an operand.
 *
 * @param flags the letters without a value
 * @param valued the letters with one
 * @param operandsMin how many operands there must be
 * @param operandsMax how many there may be
 */
record Grammar(String flags, String valued, int operandsMin, int operandsMax) {
    static Grammar of(String flags, String valued, int operandsMin, int operandsMax) {
        return new Grammar(flags, valued, operandsMin, operandsMax);
    }

    static Grammar operands(int min, int max) {
        return new Grammar("", "", min, max);
    }

    /** @throws WrongUsageException if the words do not fit */
    Arguments parse(List<String> words) {
        Map<Character, String> options = new HashMap<>();
        List<String> operands = new ArrayList<>();
        int at = 0;
        while (at < words.size()) {
            String word = words.get(at++);
            if (word.equals("--")) {
                operands.addAll(words.subList(at, words.size()));
                break;
            }
            if (isOperand(word)) {
                operands.add(word);
            } else {
                at = options(word, words, at, options);
            }
        }
        requireCount(operands.size());
        return new Arguments(options, operands);
    }

    private static boolean isOperand(String word) {
        return word.length() < 2 || word.charAt(0) != '-' || Character.isDigit(word.charAt(1));
    }

    /** Reads the letters of the word, and returns the index of the first word that is not theirs. */
    private int options(String word, List<String> words, int next, Map<Character, String> options) {
        for (int i = 1; i < word.length(); i++) {
            char letter = word.charAt(i);
            if (flags.indexOf(letter) >= 0) {
                options.put(letter, "");
            } else if (valued.indexOf(letter) >= 0) {
                boolean close = i + 1 < word.length();
                if (!close && next == words.size()) {
                    throw new WrongUsageException("-" + letter + " needs a value");
                }
                options.put(letter, close ? word.substring(i + 1) : words.get(next));
                return close ? next : next + 1;
            } else {
                throw new WrongUsageException("Unrecognized option: -" + letter);
            }
        }
        return next;
    }

    private void requireCount(int count) {
        if (count < operandsMin) {
            throw new WrongUsageException("an argument is missing");
        }
        if (count > operandsMax) {
            throw new WrongUsageException(
                    "too many arguments: " + count + ", takes at most " + operandsMax + " (quote text with spaces)");
        }
    }
}
