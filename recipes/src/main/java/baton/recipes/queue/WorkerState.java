package baton.recipes.queue;

/** Where a worker stands. */
public enum WorkerState {
    LATENT,
    /** Not registered: no session yet, or its id is taken. */
    JOINING,
    WORKING,
    /** Takes no more tasks and waits for those it has. */
    DRAINING,
    CLOSED
}
