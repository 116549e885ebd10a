package baton.server.request;

import baton.server.session.OpeningRate;

/**
 * What the operator decides about sessions and vanishing nodes.
 *
 * @param sessionTimeoutMillisMin shortest session timeout granted
 * @param sessionTimeoutMillisMax longest session timeout granted
 * @param sweepIntervalMillis how often to look for containers and nodes with a time to live that are to vanish
 * @param sweepNodesMax how many of them to delete each time
 * @param neverUsedMillis after what time a container that never had a child vanishes too; 0 is never
 * @param ttlEnabled whether nodes with a time to live may be created
 * @param quotaEnforced whether hard quotas refuse what goes beyond them
 * @param reconfigEnabled whether clients that ask for another ensemble are told that there is none, or that they may not
 * @param sessionsMax how many sessions there may be
 * @param ephemeralsMax how many ephemeral nodes a session may own
 * @param recordBytesMax how many bytes a transaction may take in the log: whoever reads that must be able to take it in
 * @param opening how fast sessions may be opened
 */
public record SequencerSettings(
        int sessionTimeoutMillisMin,
        int sessionTimeoutMillisMax,
        long sweepIntervalMillis,
        int sweepNodesMax,
        long neverUsedMillis,
        boolean ttlEnabled,
        boolean quotaEnforced,
        boolean reconfigEnabled,
        int sessionsMax,
        int ephemeralsMax,
        int recordBytesMax,
        OpeningRate.Budget opening) {
    public SequencerSettings {
        if (sessionTimeoutMillisMin <= 0 || sessionTimeoutMillisMax < sessionTimeoutMillisMin) {
            throw new IllegalArgumentException("session timeouts from " + sessionTimeoutMillisMin + " to "
                    + sessionTimeoutMillisMax + " ms: the first must be positive and the second no smaller");
        }
        if (sweepIntervalMillis <= 0 || sweepNodesMax <= 0) {
            throw new IllegalArgumentException("sweepIntervalMillis=" + sweepIntervalMillis + ", sweepNodesMax="
                    + sweepNodesMax + ": both must be positive");
        }
    }

    /** Returns the same with hard quotas in force. */
    public SequencerSettings withQuotaEnforced() {
        return new SequencerSettings(
                sessionTimeoutMillisMin,
                sessionTimeoutMillisMax,
                sweepIntervalMillis,
                sweepNodesMax,
                neverUsedMillis,
                ttlEnabled,
                true,
                reconfigEnabled,
                sessionsMax,
                ephemeralsMax,
                recordBytesMax,
                opening);
    }

    /** Returns the same with other limits of what clients hold. */
    public SequencerSettings withHoldings(int sessions, int ephemerals, int recordBytes) {
        return new SequencerSettings(
                sessionTimeoutMillisMin,
                sessionTimeoutMillisMax,
                sweepIntervalMillis,
                sweepNodesMax,
                neverUsedMillis,
                ttlEnabled,
                quotaEnforced,
                reconfigEnabled,
                sessions,
                ephemerals,
                recordBytes,
                opening);
    }

    /** Makes the usual settings for a tick: timeouts from 2 to 20 ticks, a sweep a minute. */
    public static SequencerSettings ofTick(int tickMillis) {
        return new SequencerSettings(
                2 * tickMillis,
                20 * tickMillis,
                60_000,
                10_000,
                0,
                true,
                false,
                false,
                100_000,
                50_000,
                2 << 20,
                OpeningRate.Budget.UNBOUNDED);
    }

    /** Returns the same with another budget for opening sessions. */
    public SequencerSettings withOpening(OpeningRate.Budget other) {
        return new SequencerSettings(
                sessionTimeoutMillisMin,
                sessionTimeoutMillisMax,
                sweepIntervalMillis,
                sweepNodesMax,
                neverUsedMillis,
                ttlEnabled,
                quotaEnforced,
                reconfigEnabled,
                sessionsMax,
                ephemeralsMax,
                recordBytesMax,
                other);
    }
}
