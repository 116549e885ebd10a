package baton.server.request;

import baton.server.session.RateLimit;

/**
 * How much there may be of what clients make.
 *
 * @param sessionsMax how many sessions there may be
 * @param ephemeralsMax how many ephemeral nodes a session may own
 * @param recordBytesMax how many bytes a transaction may take in the log: whoever reads that must be able to take it in
 * @param treeBytesMax how much memory the tree may take, roughly; then nothing is taken that makes it grow
 * @param opening how fast sessions may be opened
 * @param growth how fast one identity may let the tree grow
 */
public record SequencerBounds(
        int sessionsMax,
        int ephemeralsMax,
        int recordBytesMax,
        long treeBytesMax,
        RateLimit.Budget opening,
        GrowthBudget growth) {
    /** Those of a server with defaults and memory without end. */
    public static final SequencerBounds DEFAULT = new SequencerBounds(
            100_000, 50_000, 2 << 20, Long.MAX_VALUE, RateLimit.Budget.UNBOUNDED, GrowthBudget.UNBOUNDED);

    /** Returns the same with other bounds of what a session holds. */
    public SequencerBounds with(int sessions, int ephemerals, int recordBytes) {
        return new SequencerBounds(sessions, ephemerals, recordBytes, treeBytesMax, opening, growth);
    }

    /** Returns the same with another budget for opening sessions. */
    public SequencerBounds with(RateLimit.Budget other) {
        return new SequencerBounds(sessionsMax, ephemeralsMax, recordBytesMax, treeBytesMax, other, growth);
    }

    /** Returns the same with another size of the tree. */
    public SequencerBounds withTreeBytesMax(long bytes) {
        return new SequencerBounds(sessionsMax, ephemeralsMax, recordBytesMax, bytes, opening, growth);
    }

    /** Returns the same with another budget of growth. */
    public SequencerBounds with(GrowthBudget other) {
        return new SequencerBounds(sessionsMax, ephemeralsMax, recordBytesMax, treeBytesMax, opening, other);
    }
}
