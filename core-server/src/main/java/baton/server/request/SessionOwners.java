package baton.server.request;

import baton.server.auth.AccessControl;
import baton.server.auth.Identity;
import baton.server.auth.X509Scheme;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who each session belongs to: whoever opened it by the certificate shown by then, and by all that was proved on its
 * connections since, by logins and passwords.
 *
 * <p>Who takes the session up must have the certificate at once. Logins come later, as the protocol has it, so they are
 * owed: nothing else is done for that connection before, and nothing that it proves besides binds anybody.
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
            proven.putIfAbsent(sessionId, proofsAmong(identities));
        }
    }

    /** Notes who its connection says to be by now, if that is somebody who may have it. */
    void proved(long sessionId, List<Identity> identities) {
        if (bound && owed(sessionId, identities).isEmpty()) {
            proven.put(sessionId, proofsAmong(identities));
        }
    }

    /** Says whether somebody with the identities may take the session up, and prove later what is owed. */
    boolean admits(long sessionId, List<Identity> identities) {
        return owed(sessionId, identities).stream().noneMatch(SessionOwners::isShownAtOnce);
    }

    /** Returns what somebody with the identities has yet to prove. */
    List<Identity> owed(long sessionId, List<Identity> identities) {
        List<Identity> owed = new ArrayList<>(proven.getOrDefault(sessionId, List.of()));
        owed.removeAll(identities);
        return owed;
    }

    void closed(long sessionId) {
        proven.remove(sessionId);
    }

    private List<Identity> proofsAmong(List<Identity> identities) {
        return identities.stream().filter(access::isProof).toList();
    }

    private static boolean isShownAtOnce(Identity identity) {
        return identity.scheme().equals(X509Scheme.NAME);
    }
}
