package baton.server.runtime;

/**
 * Work that is done in turns by one thread: a real one in production, the test itself in a test.
 *
 * <p>A turn never blocks. What an agent waits for is told to it by others, who ring its {@link Doorbell}.
 */
interface Agent {
    /** Returns the name of the thread that does the work. */
    String role();

    /**
     * Does what there is to do.
     *
     * @return how much was done; 0 lets the thread sleep until the doorbell rings or {@link #deadlineNanos} has come
     * @throws Exception if this agent cannot go on, which ends the server
     */
    int doWork(long nowNanos) throws Exception;

    /** Returns when there is something to do even if nobody rings; {@link Long#MAX_VALUE} for never. */
    long deadlineNanos();

    /** Says whether others have left work. Consulted before the thread goes to sleep. */
    boolean hasWork();

    /** Says whether something that others are still at is to come back before this may end. */
    default boolean awaitsOthers() {
        return false;
    }

    /** Told that the server ends, and that nobody gives it anything to do any more. From another thread. */
    default void ending() {}

    /**
     * Told that the server has waited long enough for the last turn: what can be left undone is. From another thread.
     */
    default void hurry() {}

    /** Called once, by the agent's thread, after its last turn. */
    void onClose() throws Exception;
}
