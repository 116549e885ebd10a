package baton.server.tree;

/**
 * A subtree that has just grown beyond a soft quota.
 *
 * @param path the top of the subtree
 * @param used what is in it
 * @param limits what should be at most
 */
public record QuotaExcess(String path, QuotaNumbers used, QuotaNumbers limits) {
    /** Says whether the change from one usage to the next was the step beyond. */
    static boolean isReached(QuotaNumbers before, QuotaNumbers after, QuotaNumbers limits) {
        return isReached(before.count(), after.count(), limits.count())
                || isReached(before.bytes(), after.bytes(), limits.bytes());
    }

    private static boolean isReached(long before, long after, long limit) {
        return limit >= 0 && before <= limit && after > limit;
    }
}
