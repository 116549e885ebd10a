package baton.recipes.codec;

import java.util.Arrays;

/**
 * How far one word is from another, to guess which known one was meant.
 *
 * <p>No promise to users of recipes: it is public only for Baton's own packages, and may change or go.
 */
public final class EditDistance {
    private EditDistance() {}

    /** Counts the insertions, deletions and replacements of letters that turn one word into the other, at least. */
    public static int between(String one, String other) {
        int[] row = new int[other.length() + 1];
        Arrays.setAll(row, column -> column);
        for (int line = 1; line <= one.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= other.length(); column++) {
                int change = diagonal + (one.charAt(line - 1) == other.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(change, 1 + Math.min(row[column], row[column - 1]));
            }
        }
        return row[other.length()];
    }
}
