package baton.server.runtime;

/** Gives an {@link Agent} its turns. */
interface AgentHost {
    /** How long one that was abandoned is waited for. */
    long ABANDONED_MILLIS_MAX = 1_000;

    /** Says whether this is the host of that agent. */
    boolean hosts(Agent other);

    void start();

    /**
     * Lets the agent finish, and returns when it has had its last turn; one that was abandoned is waited for no longer than
     * {@link #ABANDONED_MILLIS_MAX}, and no other for longer than it takes a disk to count as stuck.
     *
     * @return whether it has ended
     */
    boolean stop() throws InterruptedException;

    /** Lets the agent drop what it has, because another agent that it needs has failed. Does not wait. */
    void abandon();
}
