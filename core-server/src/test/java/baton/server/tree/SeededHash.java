package baton.server.tree;

import java.util.SplittableRandom;

/** Hashes of paths whose keys a test or a simulation knows. */
public final class SeededHash {
    private SeededHash() {}

    public static PathHash of(long seed) {
        return new PathHash(new SplittableRandom(seed)::nextLong);
    }
}
