package baton.server.request;

/**
 * How fast one identity may let the tree grow.
 *
 * @param nodesPerMinute how many nodes it may make; 0 for no bound
 * @param bytesPerMinute by how many bytes of paths and data; 0 for no bound
 */
public record GrowthBudget(long nodesPerMinute, long bytesPerMinute) {
    /** As fast as it likes. */
    public static final GrowthBudget UNBOUNDED = new GrowthBudget(0, 0);

    public GrowthBudget {
        if (nodesPerMinute < 0 || bytesPerMinute < 0) {
            throw new IllegalArgumentException("nodesPerMinute=" + nodesPerMinute + ", bytesPerMinute=" + bytesPerMinute
                    + ": neither may be negative");
        }
    }
}
