package baton.server.request;

import baton.server.auth.AccessControl;
import baton.server.auth.Identity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who opened each session, as far as it was proved by then: by a certificate, since everything else is proved later.
 *
 * <p>Nothing of it is stored. After a start of the server a session belongs to whoever takes it up first.
 */
final class SessionOwners {
    private final AccessControl access;
    private final boolean bound;
    private final Map<Long, List<Identity>> proven = new HashMap<>();

    /** @param bound whether it matters */
    SessionOwners(AccessControl access, boolean bound) {
        this.access = access;
        this.bound = bound;
    }

    /** Notes who has the session, unless somebody had it before. */
    void opened(long sessionId, List<Identity> identities) {
        if (bound) {
            proven.putIfAbsent(
                    sessionId, identities.stream().filter(access::isProof).toList());
        }
    }

    /** Says whether somebody with the identities may take the session up. */
    boolean admits(long sessionId, List<Identity> identities) {
        return identities.containsAll(proven.getOrDefault(sessionId, List.of()));
    }

    void closed(long sessionId) {
        proven.remove(sessionId);
    }
}
