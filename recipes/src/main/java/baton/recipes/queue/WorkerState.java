package baton.recipes.queue;

/** Where a worker stands. */
public enum WorkerState {
    LATENT,
    /** Not registered: no session yet, or the store refuses it. */
    JOINING,
    /** Not registered: a live worker of another client has its id. */
    WAITING,
    WORKING,
    /** Takes no more tasks and waits for those it has. */
    DRAINING,
    CLOSED
}
