package baton.recipes.contend;

/** How the waiters of one process stand in line. */
public enum QueueMode {
    /** One ticket a process; the others wait for it in the order in which they came. */
    SHARED,
    /** One ticket a waiter: the order of arrival at the store holds between processes too. */
    STRICT
}
