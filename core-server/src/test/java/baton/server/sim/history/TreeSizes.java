package baton.server.sim.history;

import static baton.server.sim.history.Violation.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How much memory the tree took after each transaction, as the server counts it, and whether it was right to let it grow or
 * not: rule LIM-12. It decides by what it has applied, which may be some transactions old.
 */
final class TreeSizes {
    /** A tree that was full must shrink by that part before it may grow again. */
    private static final int HYSTERESIS = 8;

    private final long bytesMax;
    private final List<Long> sizes = new ArrayList<>();

    /** @param bytesMax how much memory the tree may take */
    TreeSizes(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Takes in how large the tree is after the next transaction; the first time, before any. */
    void add(long bytes) {
        sizes.add(bytes);
    }

    /**
     * A transaction has made the tree grow.
     *
     * @param place how many transactions come before it
     * @param oldest after how many of them the tree may have been looked at
     */
    void grown(int place, int oldest, Object what) {
        long least = Collections.min(sizes.subList(oldest, place + 1));
        check(
                least <= bytesMax,
                "LIM-12",
                "%s, but the tree took %d bytes or more; it may take %d",
                what,
                least,
                bytesMax);
    }

    /** Something was refused that would have made the tree grow; likewise. */
    void refused(int place, int oldest, Object what) {
        long most = Collections.max(sizes.subList(oldest, place + 1));
        check(
                most >= bytesMax - bytesMax / HYSTERESIS,
                "LIM-12",
                "%s, but the tree took no more than %d bytes; it may take %d",
                what,
                most,
                bytesMax);
        long mostEver = Collections.max(sizes.subList(0, place + 1));
        check(
                mostEver > bytesMax,
                "LIM-12",
                "%s, but the tree never took more than %d bytes; it may take %d",
                what,
                mostEver,
                bytesMax);
    }
}
