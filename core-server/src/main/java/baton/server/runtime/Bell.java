package baton.server.runtime;

/** Tells an agent that there is work. */
@FunctionalInterface
interface Bell {
    /** Makes sure that the agent gets a turn. Call it once for a batch of work, after the last piece. */
    void ring();
}
