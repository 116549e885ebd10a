package baton.recipes.queue;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;

/** A live worker of another client has this id. The worker waits until it has left. */
public final class DuplicateWorkerException extends CoordinationException {
    private static final long serialVersionUID = 1L;

    DuplicateWorkerException(NodePath path) {
        super(CoreError.NODE_EXISTS, path, "worker id " + path.name() + " is taken by a live session at " + path);
    }
}
