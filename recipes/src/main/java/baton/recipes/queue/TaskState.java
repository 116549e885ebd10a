package baton.recipes.queue;

/** Where a task stands. */
public enum TaskState {
    /** Waits for a worker, perhaps again. */
    PENDING,
    /** A worker has it. */
    ASSIGNED,
    SUCCEEDED,
    /** Every attempt failed, or it was rejected; an operator may retry it from the dead. */
    FAILED_DEAD,
    CANCELLED,
    /** Nowhere: never submitted, or its result was acknowledged or purged. */
    UNKNOWN;

    /** Whether it stays so, unless somebody retries a dead task. */
    public boolean isFinal() {
        return this == SUCCEEDED || this == FAILED_DEAD || this == CANCELLED;
    }
}
