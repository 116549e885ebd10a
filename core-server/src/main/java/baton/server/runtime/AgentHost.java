package baton.server.runtime;

/** Gives an {@link Agent} its turns. */
interface AgentHost {
    /** Says whether this is the host of that agent. */
    boolean hosts(Agent other);

    void start();

    /** Lets the agent finish, and returns when it has had its last turn. */
    void stop() throws InterruptedException;

    /** Lets the agent drop what it has, because another agent that it needs has failed. Does not wait. */
    void abandon();
}
