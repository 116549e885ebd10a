package baton.recipes.queue;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;
import java.time.Duration;

/** The queue had no room for a task in time. Nothing was stored; try again later. */
public final class QueueFullException extends CoordinationException {
    private static final long serialVersionUID = 1L;

    QueueFullException(NodePath tasks, int maxPending, Duration waited) {
        super(
                CoreError.UNAVAILABLE,
                tasks,
                tasks + " holds maxPending=" + maxPending + " tasks and had no room for " + waited);
    }
}
