package baton.recipes.queue;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;

/** The task is nowhere: it was never submitted, or its result was acknowledged, purged or kept long enough. */
public final class UnknownTaskException extends CoordinationException {
    private static final long serialVersionUID = 1L;

    UnknownTaskException(NodePath root, TaskId id) {
        super(
                CoreError.NO_NODE,
                root,
                "no task " + id + " below " + root + ": acknowledged, purged or never submitted");
    }
}
