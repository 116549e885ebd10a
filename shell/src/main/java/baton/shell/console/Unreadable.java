package baton.shell.console;

import baton.protocol.ErrorCode;
import baton.shell.console.Subtree.Question;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The nodes that a command which only looks at a subtree was not allowed to read. It goes on without them, and says so in
 * the end; commands that copy or delete do not use this, since half of what they do is worse than nothing.
 */
final class Unreadable {
    /** How many are told apart; beyond that it is said that there are more. */
    static final int PATHS_MAX = 10_000;

    private final Set<String> paths = new LinkedHashSet<>();

    /** Returns the answer about a node; empty if it is gone, or if it may not be read, which is noted. */
    <T> Optional<T> present(String path, Question<T> question) throws InterruptedException {
        try {
            return Subtree.present(question);
        } catch (RefusedException refused) {
            if (refused.code() != ErrorCode.NO_AUTH) {
                throw refused;
            }
            if (paths.size() < PATHS_MAX) {
                paths.add(path);
            }
            return Optional.empty();
        }
    }

    /**
     * Ends the command once it has shown the rest.
     *
     * @throws RefusedException if a node was left out
     */
    void tell() {
        if (paths.isEmpty()) {
            return;
        }
        String first = paths.iterator().next();
        int others = paths.size() - 1;
        String atLeast = paths.size() == PATHS_MAX ? "at least " : "";
        throw new RefusedException(ErrorCode.NO_AUTH, first)
                .noting(others == 0 ? " (left out)" : " (left out, and " + atLeast + others + " more)");
    }
}
