package baton.server.config;

/**
 * How long a silent client keeps its session.
 *
 * @param tickMillis how often expiry is looked at, at least 1
 * @param minTimeoutMillis shortest timeout a client can get
 * @param maxTimeoutMillis longest timeout a client can get, at least the shortest
 */
public record SessionSettings(int tickMillis, int minTimeoutMillis, int maxTimeoutMillis) {
    static final Range TICK = Range.of(1, 1 << 24, "ms");
    private static final int MIN_TICKS = 2;
    private static final int MAX_TICKS = 20;

    /** Two seconds a tick, timeouts of 4 to 40 seconds. */
    public static final SessionSettings DEFAULT = ofTick(2000);

    public SessionSettings {
        TICK.check("tickMillis", tickMillis);
        if (minTimeoutMillis < 1 || minTimeoutMillis > maxTimeoutMillis) {
            throw new IllegalArgumentException("minSessionTimeout=" + minTimeoutMillis
                    + ": must be from 1 ms to maxSessionTimeout=" + maxTimeoutMillis);
        }
    }

    /** Makes the settings that follow from the tick: timeouts of 2 to 20 ticks. */
    public static SessionSettings ofTick(int tickMillis) {
        return new SessionSettings(tickMillis, MIN_TICKS * tickMillis, MAX_TICKS * tickMillis);
    }
}
