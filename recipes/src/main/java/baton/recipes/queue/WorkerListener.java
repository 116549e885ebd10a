package baton.recipes.queue;

import baton.core.CoordinationException;

/** Hears of a {@link Worker}; runs on the listener executor, one call at a time, in order. */
public interface WorkerListener {
    /** It is registered and gets tasks. */
    default void registered() {}

    /** Its session is over: its tasks are being given to others. It registers again by itself. */
    default void lost() {}

    /** A live worker of another client has this id. */
    default void duplicate(DuplicateWorkerException conflict) {}

    /** The store refuses to register it, for good; tried again only under a new session. */
    default void denied(CoordinationException error) {}

    /** An attempt ended and the store knows. */
    default void ended(TaskId id, TaskState state) {}

    /** An attempt ended too late: the task belongs to somebody else, and the result was dropped. */
    default void stale(TaskId id) {}
}
