package baton.server.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which known word somebody may have meant. */
final class Spelling {
    private Spelling() {}

    /** Returns the known word that takes the fewest edits to reach, if so many or fewer do; of several the first by name. */
    static @Nullable String nearest(String word, Iterable<String> known, int editsMax) {
        String best = null;
        int bestDistance = editsMax + 1;
        for (String each : known) {
            int distance = distance(word.toLowerCase(Locale.ROOT), each.toLowerCase(Locale.ROOT));
            if (distance < bestDistance || distance == bestDistance && best != null && each.compareTo(best) < 0) {
                best = each;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Counts the insertions, deletions and replacements between two words. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
