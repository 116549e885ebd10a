package baton.server.config;

/**
 * What clients may hold at a time. Who asks for more is refused; nobody loses what he has.
 *
 * @param sessionsMax sessions altogether; a client that asks for one more is turned away without a word, as by a server
 *     that is too busy, and tries the next
 * @param ephemeralsPerSessionMax ephemeral nodes of one session, which all must fit into the record of its end
 * @param watchesPerConnectionMax paths watched by one connection
 * @param watchesMax paths watched, counted once for each connection
 * @param sessionBurstMax sessions opened at once; 0 for no bound. Who comes too early waits a moment; who would wait too
 *     long is sent away without a word
 * @param sessionFillMillis after what time there may be more
 * @param sessionFillCount how many more
 * @param texts how long paths and identities may be altogether
 */
public record HoldingSettings(
        int sessionsMax,
        int ephemeralsPerSessionMax,
        int watchesPerConnectionMax,
        int watchesMax,
        int sessionBurstMax,
        int sessionFillMillis,
        int sessionFillCount,
        TextSettings texts) {
    static final Range SESSIONS = Range.of(1, Integer.MAX_VALUE, "sessions");
    static final Range EPHEMERALS = Range.of(1, Integer.MAX_VALUE, "nodes");
    static final Range WATCHES = Range.of(1, Integer.MAX_VALUE, "watches");

    static final Range BURST = Range.of(0, Integer.MAX_VALUE, "sessions");
    static final Range FILL = Range.of(1, Integer.MAX_VALUE, "ms");
    static final Range FILL_COUNT = Range.of(1, Integer.MAX_VALUE, "sessions");

    /** A hundred times what is reasonable; two thousand sessions at once, and five hundred a second. */
    public static final HoldingSettings DEFAULT =
            new HoldingSettings(100_000, 50_000, 100_000, 20_000_000, 2_000, 2, 1);

    /** With the usual bounds of texts. */
    public HoldingSettings(
            int sessionsMax,
            int ephemeralsPerSessionMax,
            int watchesPerConnectionMax,
            int watchesMax,
            int sessionBurstMax,
            int sessionFillMillis,
            int sessionFillCount) {
        this(
                sessionsMax,
                ephemeralsPerSessionMax,
                watchesPerConnectionMax,
                watchesMax,
                sessionBurstMax,
                sessionFillMillis,
                sessionFillCount,
                TextSettings.DEFAULT);
    }

    public HoldingSettings {
        SESSIONS.check("sessionsMax", sessionsMax);
        EPHEMERALS.check("ephemeralsPerSessionMax", ephemeralsPerSessionMax);
        WATCHES.check("watchesPerConnectionMax", watchesPerConnectionMax);
        WATCHES.check("watchesMax", watchesMax);
        BURST.check("sessionBurstMax", sessionBurstMax);
        FILL.check("sessionFillMillis", sessionFillMillis);
        FILL_COUNT.check("sessionFillCount", sessionFillCount);
    }
}
