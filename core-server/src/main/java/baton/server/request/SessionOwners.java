package baton.server.request;

import baton.server.auth.AccessControl;
import baton.server.auth.Identity;
import baton.server.auth.X509Scheme;
import baton.server.session.Session;
import java.util.ArrayList;
import java.util.List;

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

    /** @param bound whether it matters */
    SessionOwners(AccessControl access, boolean bound) {
        this.access = access;
        this.bound = bound;
    }

    /** Notes who has the session, unless somebody had it before. */
    void opened(Session session, List<Identity> identities) {
        if (bound && session.owners() == null) {
            session.keepFor(proofsAmong(identities));
        }
    }

    /** Notes who its connection says to be by now, if that is somebody who may have it. */
    void proved(Session session, List<Identity> identities) {
        if (bound && owed(session, identities).isEmpty()) {
            session.keepFor(proofsAmong(identities));
        }
    }

    /** Says whether somebody with the identities may take the session up, and prove later what is owed. */
    boolean admits(Session session, List<Identity> identities) {
        return owed(session, identities).stream().noneMatch(SessionOwners::isShownAtOnce);
    }

    /** Returns what somebody with the identities has yet to prove. */
    List<Identity> owed(Session session, List<Identity> identities) {
        List<Identity> owners = session.owners();
        if (owners == null) {
            return List.of();
        }
        List<Identity> owed = new ArrayList<>(owners);
        owed.removeAll(identities);
        return owed;
    }

    private List<Identity> proofsAmong(List<Identity> identities) {
        return identities.stream().filter(access::isProof).toList();
    }

    private static boolean isShownAtOnce(Identity identity) {
        return identity.scheme().equals(X509Scheme.NAME);
    }
}
