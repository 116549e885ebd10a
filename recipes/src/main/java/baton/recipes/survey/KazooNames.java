package baton.recipes.survey;

import baton.core.Listing;
import baton.core.NodePath;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where kazoo's semaphores are: who has a lease is below the path of the semaphore, by 32 digits; who wants one stands in
 * a line of kazoo's beside it, called {@code <path>-__lock__}.
 */
final class KazooNames {
    private static final String LINE = "-__lock__";
    private static final Pattern LEASE = Pattern.compile("[0-9a-f]{32}");

    private KazooNames() {}

    /** The semaphore whose line a directory is. */
    static Optional<NodePath> semaphoreOf(NodePath line) {
        String path = line.toString();
        boolean named = path.endsWith(LINE) && path.charAt(path.length() - LINE.length() - 1) != '/';
        return named ? Optional.of(NodePath.of(path.substring(0, path.length() - LINE.length()))) : Optional.empty();
    }

    /** The line of the semaphore that a path would be. */
    static Optional<NodePath> lineOf(NodePath semaphore) {
        return semaphore.equals(NodePath.ROOT) ? Optional.empty() : Optional.of(NodePath.of(semaphore + LINE));
    }

    static boolean isLease(Listing.Entry entry) {
        return LEASE.matcher(entry.name()).matches();
    }
}
