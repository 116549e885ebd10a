package baton.server.sim.world;

import java.util.random.RandomGenerator;

/**
 * Where every choice of a run comes from: xoshiro256++, seeded by SplitMix64. Our own, so that a seed means the same on
 * every JDK.
 *
 * <p>Each component {@linkplain #fork forks} its own stream by name, so that drawing once more in one shifts no other.
 */
final class Chance implements RandomGenerator {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final long seed;
    private long a;
    private long b;
    private long c;
    private long d;

    Chance(long seed) {
        this.seed = seed;
        long state = seed;
        a = splitMix(state += GOLDEN);
        b = splitMix(state += GOLDEN);
        c = splitMix(state += GOLDEN);
        d = splitMix(state + GOLDEN);
    }

    /** Makes the stream of that name, the same however much was drawn from this one. */
    Chance fork(String name) {
        long hash = seed;
        for (int i = 0; i < name.length(); i++) {
            hash = splitMix(hash ^ name.charAt(i)) + GOLDEN;
        }
        return new Chance(hash);
    }

    @Override
    public long nextLong() {
        long result = Long.rotateLeft(a + d, 23) + a;
        long shifted = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        d = Long.rotateLeft(d, 45);
        return result;
    }

    /** Draws from 0 to the bound, without it, and without bias. */
    long below(long bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("nothing lies from 0 to " + bound);
        }
        long bits = nextLong() >>> 1;
        long value = bits % bound;
        while (bits - value + (bound - 1) < 0) {
            bits = nextLong() >>> 1;
            value = bits % bound;
        }
        return value;
    }

    int below(int bound) {
        return (int) below((long) bound);
    }

    // What the disk and the server draw: how the JDK would make it of nextLong is its own affair.

    @Override
    public int nextInt(int bound) {
        return below(bound);
    }

    @Override
    public long nextLong(long bound) {
        return below(bound);
    }

    @Override
    public boolean nextBoolean() {
        return nextLong() < 0;
    }

    /** Draws from both bounds and what lies between. */
    long between(long first, long last) {
        return first + below(last - first + 1);
    }

    /** Draws likewise, but every order of magnitude is as likely as any other. */
    long spread(long first, long last) {
        int magnitudes = 64 - Long.numberOfLeadingZeros(last / Math.max(1, first));
        return between(first, Math.min(last, Math.max(1, first) << below(magnitudes + 1)));
    }

    boolean oneIn(long count) {
        return below(count) == 0;
    }

    private static long splitMix(long state) {
        long mixed = (state ^ state >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
