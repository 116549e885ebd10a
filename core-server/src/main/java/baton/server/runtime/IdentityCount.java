package baton.server.runtime;

import baton.server.auth.Identity;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** On how many connections each identity was proved. Thread-safe. */
final class IdentityCount {
    private final int max;
    private final ConcurrentMap<Identity, Integer> connections = new ConcurrentHashMap<>();

    /** @param max how many there may be of one identity; 0 for no bound */
    IdentityCount(int max) {
        this.max = max;
    }

    /** Counts a connection with the identities, unless it is one too many of any. Those counted must {@link #leave} once. */
    boolean enter(List<Identity> proven) {
        if (max == 0) {
            return true;
        }
        for (int i = 0; i < proven.size(); i++) {
            if (connections.merge(proven.get(i), 1, Integer::sum) > max) {
                leave(proven.subList(0, i + 1));
                return false;
            }
        }
        return true;
    }

    void leave(List<Identity> proven) {
        if (max > 0) {
            proven.forEach(each -> connections.computeIfPresent(each, (key, count) -> count == 1 ? null : count - 1));
        }
    }
}
