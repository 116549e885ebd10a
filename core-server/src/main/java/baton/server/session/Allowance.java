package baton.server.session;

/**
 * An amount that fills up evenly, to what is allowed in a minute at most. Whoever has anything left may use any amount, and
 * goes into debt: so nothing is too large for ever, and in the long run nobody gets more than his due.
 */
public final class Allowance {
    private static final long MINUTE_MILLIS = 60_000;

    /** In parts of a minute's milliseconds, so that it fills up without rounding. */
    private final long partsPerMilli;

    private long leftParts;
    private long filledAtMillis;

    /** @param perMinute how much is allowed in a minute; there is as much to begin with */
    public Allowance(long perMinute, long nowMillis) {
        this.partsPerMilli = perMinute;
        this.leftParts = full();
        this.filledAtMillis = nowMillis;
    }

    /** Says whether there is anything left. */
    public boolean isLeft(long nowMillis) {
        long passedMillis = Math.max(0, nowMillis - filledAtMillis);
        filledAtMillis += passedMillis;
        // After so long it is full again whatever it was.
        long missing = full() - leftParts;
        leftParts = passedMillis > missing / partsPerMilli ? full() : leftParts + passedMillis * partsPerMilli;
        return leftParts > 0;
    }

    public void use(long amount) {
        leftParts -= amount * MINUTE_MILLIS;
    }

    private long full() {
        return partsPerMilli * MINUTE_MILLIS;
    }
}
