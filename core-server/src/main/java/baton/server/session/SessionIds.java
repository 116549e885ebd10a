package baton.server.session;

/**
 * Numbers for new sessions of one server.
 *
 * <pre>
 * 8 bits server | 40 bits time of the start in milliseconds | 16 bits counter, which carries over into the time
 * </pre>
 *
 * <p>They are unique among servers by the first part, and among runs of one server as long as its clock moves on and it
 * opens fewer than 65 sessions a millisecond on average.
 */
public final class SessionIds {
    private static final long TIME_MASK = 0xffffffffffL;
    private static final long CONTAINER_MARK = 0x8000000000000000L;
    private static final int SERVER_MAX = 254;

    private long next;

    /**
     * @param serverId from 0 to 254; 255 is the mark of nodes with a time to live. A standalone server uses 1
     * @param startMillis a time that is later at each start of the server; its lower 40 bits count
     */
    public SessionIds(int serverId, long startMillis) {
        if (serverId < 0 || serverId > SERVER_MAX) {
            throw new IllegalArgumentException("serverId=" + serverId + ": must be from 0 to " + SERVER_MAX);
        }
        next = (long) serverId << 56 | (startMillis & TIME_MASK) << 16;
    }

    /** Returns the next number; never 0, nor the mark of containers. */
    public long next() {
        while (next == 0 || next == CONTAINER_MARK) {
            next++;
        }
        return next++;
    }
}
