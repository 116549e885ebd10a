package baton.shell.exit;

import baton.recipes.codec.EditDistance;
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
                .filter(each -> each.equalsIgnoreCase(word) || EditDistance.between(each, word) <= errorsMax)
                .toList();
    }
}
