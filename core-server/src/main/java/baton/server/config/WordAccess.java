package baton.server.config;

import java.util.HashSet;
import java.util.Set;

/**
 * Which four-letter words are answered, and to whom.
 *
 * @param fromLoopback words for clients on this machine; {@code *} stands for all
 * @param fromElsewhere words for everyone else; {@code *} stands for all
 */
public record WordAccess(Set<String> fromLoopback, Set<String> fromElsewhere) {
    /** What is told when the configuration is silent: enough for local tools, and {@code srvr} for the rest. */
    public static final WordAccess DEFAULT =
            new WordAccess(Set.of("srvr", "ruok", "mntr", "stat", "conf", "isro", "envi", "dirs"), Set.of("srvr"));

    /** All that there are. */
    public static final Set<String> WORDS = Set.of(
            "conf", "cons", "crst", "dirs", "dump", "envi", "gtmk", "hash", "isro", "mntr", "ruok", "srst", "srvr",
            "stat", "stmk", "wchc", "wchp", "wchs");

    /** Stands for all of them. */
    static final String ALL = "*";

    private static final String ALWAYS = "srvr";

    public WordAccess {
        fromLoopback = Set.copyOf(fromLoopback);
        fromElsewhere = Set.copyOf(fromElsewhere);
    }

    /** Allows exactly these words to everyone. */
    public static WordAccess everywhere(Set<String> words) {
        return new WordAccess(words, words);
    }

    /** Returns the same with one more word for everyone. */
    WordAccess with(String word) {
        return new WordAccess(with(word, fromLoopback), with(word, fromElsewhere));
    }

    private static Set<String> with(String word, Set<String> words) {
        Set<String> more = new HashSet<>(words);
        more.add(word);
        return more;
    }

    public boolean allows(String word, boolean loopback) {
        Set<String> allowed = loopback ? fromLoopback : fromElsewhere;
        return word.equals(ALWAYS) || allowed.contains(word) || allowed.contains(ALL);
    }
}
