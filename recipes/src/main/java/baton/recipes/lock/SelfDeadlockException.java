package baton.recipes.lock;

import baton.core.NodePath;

/** A thread wanted to wait without end for a lock that it holds itself through another object. */
public final class SelfDeadlockException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    SelfDeadlockException(NodePath path) {
        super("this thread holds " + path + " through another lock object and would wait for itself for ever");
    }
}
