package baton.recipes.survey;

import baton.core.Listing;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names by which recipes of Apache Curator are known that this library has none like.
 *
 * <pre>
 * semaphore        leases/_c_&lt;uuid&gt;-lease-0000000007     those who have a lease, or wait for the last one made
 *                  locks/_c_&lt;uuid&gt;-lock-0000000007       the line of those who want one
 * double barrier   &lt;uuid&gt;, ready                         who is there; the second once enough are
 * queues           queue-0000000007                      in order
 *                  queue-10000000A0000000007             by priority: 1 and eight digits, 0 before a negative one
 *                  queue-|17E0A2B4C00|0000000007         delayed until a time, or with an id
 *                  qn-0000000007                         the simple one
 * </pre>
 */
final class CuratorNames {
    static final String LEASES = "leases";
    static final String LINE = "locks";
    static final String READY = "ready";

    private static final Set<String> SEMAPHORE = Set.of(LEASES, LINE);
    private static final Pattern STAY = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern ITEM = Pattern.compile("(queue-([01][0-9A-F]{8}|\\|.*\\|)?|qn-)-?\\d{9,10}");

    private CuratorNames() {}

    /** The children that a semaphore consists of. */
    static Set<String> ofSemaphore() {
        return SEMAPHORE;
    }

    static boolean contains(Listing children, String name) {
        return children.entries().stream().anyMatch(entry -> entry.name().equals(name));
    }

    /** Whether these are those who meet at a double barrier, and nothing else. */
    static boolean areGathering(Listing children) {
        return children.entries().stream().anyMatch(CuratorNames::isStay)
                && children.entries().stream()
                        .allMatch(entry -> isStay(entry) || entry.name().equals(READY));
    }

    static boolean isStay(Listing.Entry entry) {
        return STAY.matcher(entry.name()).matches();
    }

    /** The names of the items of a queue, the one to be taken first before the others. */
    static List<String> items(Listing children) {
        return children.entries().stream()
                .map(Listing.Entry::name)
                .filter(ITEM.asMatchPredicate())
                .sorted()
                .toList();
    }
}
