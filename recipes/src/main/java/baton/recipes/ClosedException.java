package baton.recipes;

import baton.core.CoordinationException;
import baton.core.CoreError;

/** The client or recipe was closed while somebody waited for it, or before. */
public final class ClosedException extends CoordinationException {
    private static final long serialVersionUID = 1L;

    public ClosedException(String what) {
        super(CoreError.CLOSED, null, what + " is closed");
    }
}
