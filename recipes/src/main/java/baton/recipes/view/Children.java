package baton.recipes.view;

import baton.core.Node;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What lay in a directory when the store was heard of last.
 *
 * @param nodes by name; immutable
 * @param revision the newest that is known; only grows from one view to the next
 * @param loaded whether the store was read at all
 * @param stale whether there may be changes that nobody told us
 * @param sinceNanos since when it is stale or fresh, on the scheduler's scale
 */
public record Children(SortedMap<String, Node> nodes, long revision, boolean loaded, boolean stale, long sinceNanos) {

    static Children unknown(long nowNanos) {
        return new Children(Collections.emptySortedMap(), 0, false, true, nowNanos);
    }

    Children holding(SortedMap<String, Node> others, long newRevision) {
        return new Children(
                Collections.unmodifiableSortedMap(new TreeMap<>(others)), newRevision, true, stale, sinceNanos);
    }

    Children turned(boolean nowStale, long nowNanos) {
        return nowStale == stale ? this : new Children(nodes, revision, loaded, nowStale, nowNanos);
    }

    /** For how long nothing certain is known; zero while it is fresh. */
    public Duration age(long nowNanos) {
        return stale ? Duration.ofNanos(Math.max(0, nowNanos - sinceNanos)) : Duration.ZERO;
    }
}
