package baton.server.runtime;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How a number that is measured again and again is spread: count, sum, extremes and quantiles, in constant memory and
 * without allocating.
 *
 * <p>Values are counted in buckets that are an eighth of a power of two wide, so a quantile is at most 12.5 % too large.
 * One thread writes, any may {@linkplain #summary read}; what is read may be a moment old, and its parts may differ by
 * the values of that moment.
 */
public final class Distribution {
    private static final int EIGHTHS = 8;
    private static final int EIGHTHS_BITS = 3;
    private static final int BUCKETS = (Long.SIZE - EIGHTHS_BITS) * EIGHTHS;

    private static final int COUNT = BUCKETS;
    private static final int SUM = BUCKETS + 1;
    private static final int MIN = BUCKETS + 2;
    private static final int MAX = BUCKETS + 3;

    private final AtomicLongArray cells = new AtomicLongArray(BUCKETS + 4);

    // Set by whoever resets, cleared by the writer, who alone may write the cells.
    private volatile boolean forgotten;

    /** Counts a value; a negative one counts as zero. For the one writer. */
    void record(long measured) {
        record(measured, 1);
    }

    /** Counts a value that was measured so many times, at least once. For the one writer. */
    void record(long measured, long times) {
        if (forgotten) {
            clear();
        }
        long value = Math.max(0, measured);
        boolean first = cells.getPlain(COUNT) == 0;
        if (first || value < cells.getPlain(MIN)) {
            cells.setOpaque(MIN, value);
        }
        if (value > cells.getPlain(MAX)) {
            cells.setOpaque(MAX, value);
        }
        add(bucketOf(value), times);
        add(SUM, value * times);
        add(COUNT, times);
    }

    private void add(int cell, long change) {
        cells.setOpaque(cell, cells.getPlain(cell) + change);
    }

    private void clear() {
        for (int i = 0; i < cells.length(); i++) {
            cells.setOpaque(i, 0);
        }
        forgotten = false;
    }

    /** Begins anew: whoever looks from now on finds nothing measured before. Callable from any thread. */
    void reset() {
        forgotten = true;
    }

    /** Returns what was measured so far. Callable from any thread. */
    public Summary summary() {
        long[] counts = new long[BUCKETS];
        if (forgotten) {
            return new Summary(0, 0, 0, 0, counts);
        }
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] = cells.getOpaque(i);
        }
        return new Summary(
                cells.getOpaque(COUNT), cells.getOpaque(SUM), cells.getOpaque(MIN), cells.getOpaque(MAX), counts);
    }

    private static int bucketOf(long value) {
        if (value < EIGHTHS) {
            return (int) value;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - EIGHTHS_BITS;
        return (shift + 1) * EIGHTHS + (int) (value >>> shift) - EIGHTHS;
    }

    private static long largestOf(int bucket) {
        if (bucket < EIGHTHS) {
            return bucket;
        }
        int shift = bucket / EIGHTHS - 1;
        return ((long) (bucket % EIGHTHS + EIGHTHS + 1) << shift) - 1;
    }

    /**
     * What was measured.
     *
     * @param min 0 if there is nothing; likewise the others
     */
    public record Summary(long count, long sum, long min, long max, long[] counts) {
        public static final Summary NOTHING = new Summary(0, 0, 0, 0, new long[BUCKETS]);

        /** A number that was 0 so many times. */
        static Summary ofZeros(long times) {
            long[] counts = new long[BUCKETS];
            counts[0] = times;
            return new Summary(times, 0, 0, 0, counts);
        }

        public Summary {
            counts = counts.clone();
        }

        @Override
        public long[] counts() {
            return counts.clone();
        }

        public double average() {
            return count == 0 ? 0 : (double) sum / count;
        }

        /** Returns the value that this share of all are not above, 0 if there are none. */
        public long quantile(double share) {
            long all = 0;
            for (long each : counts) {
                all += each;
            }
            long wanted = (long) Math.ceil(all * share);
            long seen = 0;
            for (int i = 0; i < counts.length; i++) {
                seen += counts[i];
                if (seen >= wanted && seen > 0) {
                    return Math.min(largestOf(i), max);
                }
            }
            return 0;
        }

        /** Counts the values below a power of two, which none of the buckets straddles. */
        public long countBelowPowerOfTwo(int exponent) {
            long below = 0;
            for (int i = 0; i < bucketOf(1L << exponent); i++) {
                below += counts[i];
            }
            return below;
        }

        /** Counts the values up to a power of two, that one included; exact up to 8, and then for the power's own bucket. */
        public long countUpToPowerOfTwo(int exponent) {
            return countBelowPowerOfTwo(exponent) + counts[bucketOf(1L << exponent)];
        }

        /** Returns what both have measured. */
        public Summary plus(Summary other) {
            long[] both = new long[BUCKETS];
            for (int i = 0; i < BUCKETS; i++) {
                both[i] = counts[i] + other.counts[i];
            }
            long least = count == 0 ? other.min : other.count == 0 ? min : Math.min(min, other.min);
            return new Summary(count + other.count, sum + other.sum, least, Math.max(max, other.max), both);
        }
    }
}
