package baton.server.runtime;

/**
 * What one event loop has room for.
 *
 * @param strangersMax connections that have not asked for a session; when there is one more the oldest is closed
 * @param inboxLong answers and events that wait for the loop; while there are more the sequencer takes no requests
 */
record LoopBounds(int strangersMax, int inboxLong) {
    static final LoopBounds DEFAULT = new LoopBounds(1_000, 1 << 15);
}
