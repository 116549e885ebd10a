package baton.server.sim.history;

import static baton.server.sim.history.Violation.check;

import java.util.ArrayList;
import java.util.List;

/**
 * How large the tree was after each transaction, and whether the server was right to let it grow or not: rule LIM-12. It
 * decides by what it has applied, which may be some transactions old, and by a size that is a rough one.
 */
final class TreeSizes {
    /** What a node takes at least, and at most, besides its path and its data. */
    private static final int NODE_BYTES_MIN = 100;

    private static final int NODE_BYTES_MAX = 400;

    /** A tree that was full must shrink by that part before it may grow again. */
    private static final int HYSTERESIS = 8;

    private record Size(long bytes, int nodes) {}

    private final long bytesMax;
    private final List<Size> sizes = new ArrayList<>();

    /** @param bytesMax how much memory the tree may take */
    TreeSizes(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Takes in how large the tree is after the next transaction; the first time, before any. */
    void add(long bytes, int nodes) {
        sizes.add(new Size(bytes, nodes));
    }

    /**
     * A transaction has made the tree grow.
     *
     * @param place how many transactions come before it
     * @param oldest after how many of them the tree may have been looked at
     */
    void grown(int place, int oldest, Object what) {
        long least = Long.MAX_VALUE;
        for (Size each : sizes.subList(oldest, place + 1)) {
            least = Math.min(least, each.bytes + (long) each.nodes * NODE_BYTES_MIN);
        }
        check(
                least <= bytesMax,
                "LIM-12",
                "%s, but the tree took at least %d bytes; it may take %d",
                what,
                least,
                bytesMax);
    }

    /** Something was refused that would have made the tree grow; likewise. */
    void refused(int place, int oldest, Object what) {
        long most = 0;
        for (Size each : sizes.subList(oldest, place + 1)) {
            most = Math.max(most, each.bytes + (long) each.nodes * NODE_BYTES_MAX);
        }
        check(
                most > bytesMax - bytesMax / HYSTERESIS,
                "LIM-12",
                "%s, but the tree took at most %d bytes; it may take %d",
                what,
                most,
                bytesMax);
    }
}
