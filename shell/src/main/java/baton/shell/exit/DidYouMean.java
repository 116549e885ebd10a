package baton.shell.exit;

import java.util.Collection;
import java.util.List;

/** Guesses which word was meant by one that is not known. */
public final class DidYouMean {
    private static final int TYPING_ERRORS_MAX = 2;
    /** In words as short as this two wrong letters leave nothing to recognise. */
    private static final int SHORT_LENGTH_MAX = 3;

    private DidYouMean() {}

    /** Returns the known words that differ in case only, or in at most two letters, short ones in one; in the order of the known. */
    public static List<String> among(Collection<String> known, String word) {
        int errorsMax = word.length() <= SHORT_LENGTH_MAX ? 1 : TYPING_ERRORS_MAX;
        return known.stream()
                .filter(each -> each.equalsIgnoreCase(word) || distance(each, word) <= errorsMax)
                .toList();
    }

    /** Edit distance: insertions, deletions and replacements that turn one word into the other. */
    private static int distance(String left, String right) {
        int[] above = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] row = new int[right.length() + 1];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = above[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[right.length()];
    }
}
