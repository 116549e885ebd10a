package baton.server.session;

/**
 * Names for new sessions of one server.
 *
 * <pre>
 * 8 bits server | 56 bits number
 * </pre>
 *
 * <p>They are unique among servers by the first part. The second starts, if nothing speaks against it, with {@linkplain
 * #numberAt the time}, and grows by one with each session; that it is unique among runs of one server is for whoever
 * chooses its start to see to, since clocks go back.
 */
public final class SessionIds {
    static final int NUMBER_BITS = 56;

    private static final long NUMBER_MASK = (1L << NUMBER_BITS) - 1;
    private static final long TIME_MASK = 0xffffffffffL;
    private static final int COUNTER_BITS = 16;
    private static final long CONTAINER_MARK = 0x8000000000000000L;
    private static final int SERVER_MAX = 254;

    private final long server;
    private long nextNumber;

    /**
     * @param serverId from 0 to 254; 255 is the mark of nodes with a time to live. A standalone server uses 1
     * @param firstNumber of which the lower 56 bits count
     */
    public SessionIds(int serverId, long firstNumber) {
        if (serverId < 0 || serverId > SERVER_MAX) {
            throw new IllegalArgumentException("serverId=" + serverId + ": must be from 0 to " + SERVER_MAX);
        }
        server = (long) serverId << NUMBER_BITS;
        nextNumber = firstNumber;
    }

    /** Returns the number with which the reference implementation starts: 40 bits milliseconds, 16 bits zero. */
    public static long numberAt(long startMillis) {
        return (startMillis & TIME_MASK) << COUNTER_BITS;
    }

    /** Returns the number in the name of a session. */
    static long numberIn(long sessionId) {
        return sessionId & NUMBER_MASK;
    }

    /** Returns the next name; never 0, nor the mark of containers. */
    public long next() {
        long id = server | numberIn(nextNumber++);
        return id == 0 || id == CONTAINER_MARK ? next() : id;
    }
}
