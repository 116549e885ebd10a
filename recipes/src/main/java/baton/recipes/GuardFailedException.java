package baton.recipes;

import baton.core.CoordinationException;
import baton.core.CoreError;

/** A guarded transaction was refused because a grant it was guarded by is no longer held. Nothing was changed. */
public final class GuardFailedException extends CoordinationException {
    private static final long serialVersionUID = 1L;

    private final transient Grant grant;

    public GuardFailedException(Grant grant) {
        super(
                CoreError.NO_NODE,
                grant.ticketPath(),
                "guard failed: ticket " + grant.ticketPath() + " with token "
                        + grant.token().value() + " is gone");
        this.grant = grant;
    }

    public Grant grant() {
        return grant;
    }
}
