package baton.server.session;

/**
 * A budget for opening sessions: so many at once, and some more after each interval. Taking up a session again costs
 * nothing, or a crowd that comes back would be kept out by one that is new.
 */
public final class OpeningRate {
    /**
     * How much there is.
     *
     * @param burst how many sessions may be opened at once; 0 for no bound at all
     * @param intervalMillis after what time there are more
     * @param perInterval how many more
     */
    public record Budget(int burst, int intervalMillis, int perInterval) {
        /** As many as come. */
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

    public OpeningRate(Budget budget) {
        this.budget = budget;
        this.left = budget.burst();
    }

    /** Says whether one more session may be opened now, and counts it if so. */
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

    /** Returns when there are more, after {@link #take} has refused one. */
    public long nextAtMillis() {
        return filledAtMillis + budget.intervalMillis();
    }

    /** Returns how many there will be more within that time, whatever is left. */
    public long within(int millis) {
        return (long) millis / budget.intervalMillis() * budget.perInterval();
    }

    private void fill(long nowMillis) {
        if (filledAtMillis == Long.MIN_VALUE) {
            filledAtMillis = nowMillis;
        }
        long intervals = (nowMillis - filledAtMillis) / budget.intervalMillis();
        left = Math.min(budget.burst(), left + intervals * budget.perInterval());
        filledAtMillis += intervals * budget.intervalMillis();
    }
}
