package baton.recipes.membership;

import baton.core.Node;

/** Another session is in the group under the same member id. */
public final class DuplicateMemberException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DuplicateMemberException(Node present) {
        super("member " + present.path().name() + " of " + present.path().parent() + " is taken by "
                + present.stat().owner().map(owner -> "session " + owner).orElse("a node that is no member")
                + ": give every member its own id");
    }
}
