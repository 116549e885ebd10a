package baton.recipes.lock;

import baton.recipes.Grant;

/** A lock that is held. See {@link Grant} for what can happen between two instructions. */
public interface LockGrant extends Grant {
    /** How often its owner has acquired it and not yet released it. */
    int holdCount();
}
