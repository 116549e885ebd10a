package baton.server.session;

/** A limit of how often something may happen: so many times at once, and some more after each interval. */
public final class RateLimit {
    /**
     * How often.
     *
     * @param burst how many times at once; 0 for no limit at all
     * @param intervalMillis after what time it may happen again
     * @param perInterval how many times
     */
    public record Budget(int burst, int intervalMillis, int perInterval) {
        /** As often as it comes. */
        public static final Budget UNBOUNDED = new Budget(0, 1, 1);

        public Budget {
            if (burst < 0 || intervalMillis < 1 || perInterval < 1) {
                throw new IllegalArgumentException("burst=" + burst + ", intervalMillis=" + intervalMillis
                        + ", perInterval=" + perInterval + ": the first must be at least 0, the others 1");
            }
        }
    }

    private final Budget budget;
    private long left;
    private long filledAtMillis = Long.MIN_VALUE;

    public RateLimit(Budget budget) {
        this.budget = budget;
        this.left = budget.burst();
    }

    /** Says whether it may happen once more now, and counts it if so. */
    public boolean take(long nowMillis) {
        if (budget.burst() == 0) {
            return true;
        }
        fill(nowMillis);
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }

    /** Returns when it may happen again, after {@link #take} has said no. */
    public long nextAtMillis() {
        return filledAtMillis + budget.intervalMillis();
    }

    /** Returns how many times fewer than at most it may happen now. */
    public long deficit(long nowMillis) {
        fill(nowMillis);
        return budget.burst() - left;
    }

    /** Returns how often it may happen within that time, whatever is left. */
    public long within(int millis) {
        return (long) millis / budget.intervalMillis() * budget.perInterval();
    }

    // Who asks may have looked at the clock before somebody who asked earlier.
    private void fill(long nowMillis) {
        if (filledAtMillis == Long.MIN_VALUE) {
            filledAtMillis = nowMillis;
        }
        if (nowMillis < filledAtMillis) {
            return;
        }
        long intervals = (nowMillis - filledAtMillis) / budget.intervalMillis();
        left = Math.min(budget.burst(), left + intervals * budget.perInterval());
        filledAtMillis += intervals * budget.intervalMillis();
    }
}
