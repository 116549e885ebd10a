package baton.recipes.lock;

import baton.recipes.GrantLostException;

/** A thread wanted to enter again what it has lost. Release as often as you acquired, then acquire anew. */
public final class LockLostException extends GrantLostException {
    private static final long serialVersionUID = 1L;

    LockLostException(LockGrant grant) {
        super(grant);
    }
}
