package baton.server.request;

/**
 * What the operator decides about sessions and vanishing nodes.
 *
 * @param sessionTimeoutMillisMin shortest session timeout granted
 * @param sessionTimeoutMillisMax longest session timeout granted
 * @param sweepIntervalMillis how often to look for containers and nodes with a time to live that are to vanish
 * @param sweepNodesMax how many of them to delete each time; 0 for none
 * @param recountMillis how long to take for counting the digest of the tree anew, again and again
 * @param neverUsedMillis after what time a container that never had a child vanishes too; 0 is never
 * @param ttlEnabled whether nodes with a time to live may be created
 * @param quotaEnforced whether hard quotas refuse what goes beyond them
 * @param reconfigEnabled whether clients that ask for another ensemble are told that there is none, or that they may not
 * @param digestsLogged whether each transaction in the log tells the digest of the tree it leads to
 * @param sessionsBound whether a session can be taken up only by somebody with the identities of who opened it
 * @param bounds how much there may be of what clients make
 */
public record SequencerSettings(
        int sessionTimeoutMillisMin,
        int sessionTimeoutMillisMax,
        long sweepIntervalMillis,
        int sweepNodesMax,
        long recountMillis,
        long neverUsedMillis,
        boolean ttlEnabled,
        boolean quotaEnforced,
        boolean reconfigEnabled,
        boolean digestsLogged,
        boolean sessionsBound,
        SequencerBounds bounds) {
    /** A day. */
    public static final long RECOUNT_MILLIS = 86_400_000;

    public SequencerSettings {
        if (sessionTimeoutMillisMin <= 0 || sessionTimeoutMillisMax < sessionTimeoutMillisMin) {
            throw new IllegalArgumentException("session timeouts from " + sessionTimeoutMillisMin + " to "
                    + sessionTimeoutMillisMax + " ms: the first must be positive and the second no smaller");
        }
        if (sweepIntervalMillis <= 0 || sweepNodesMax < 0) {
            throw new IllegalArgumentException("sweepIntervalMillis=" + sweepIntervalMillis + ", sweepNodesMax="
                    + sweepNodesMax + ": the first must be positive and the second no less than 0");
        }
        if (recountMillis <= 0) {
            throw new IllegalArgumentException("recountMillis=" + recountMillis + ": must be positive");
        }
    }

    /** Returns the same with hard quotas in force. */
    public SequencerSettings withQuotaEnforced() {
        return with(recountMillis, true, sessionsBound, bounds);
    }

    /** Makes the usual settings for a tick: timeouts from 2 to 20 ticks, a sweep a minute. */
    public static SequencerSettings ofTick(int tickMillis) {
        return new SequencerSettings(
                2 * tickMillis,
                20 * tickMillis,
                60_000,
                10_000,
                RECOUNT_MILLIS,
                0,
                true,
                false,
                false,
                true,
                false,
                SequencerBounds.DEFAULT);
    }

    /** Returns the same with another time for counting the digest anew. */
    public SequencerSettings withRecountMillis(long millis) {
        return with(millis, quotaEnforced, sessionsBound, bounds);
    }

    /** Returns the same with sessions that are bound to who opened them. */
    public SequencerSettings withSessionsBound() {
        return with(recountMillis, quotaEnforced, true, bounds);
    }

    /** Returns the same with other bounds. */
    public SequencerSettings withBounds(SequencerBounds other) {
        return with(recountMillis, quotaEnforced, sessionsBound, other);
    }

    private SequencerSettings with(
            long otherRecountMillis, boolean otherQuotaEnforced, boolean otherBound, SequencerBounds otherBounds) {
        return new SequencerSettings(
                sessionTimeoutMillisMin,
                sessionTimeoutMillisMax,
                sweepIntervalMillis,
                sweepNodesMax,
                otherRecountMillis,
                neverUsedMillis,
                ttlEnabled,
                otherQuotaEnforced,
                reconfigEnabled,
                digestsLogged,
                otherBound,
                otherBounds);
    }
}
