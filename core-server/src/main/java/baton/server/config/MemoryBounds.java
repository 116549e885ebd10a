package baton.server.config;

import java.util.Optional;

/**
 * How much of its heap a server lets clients fill, as far as that is bounded by bytes.
 *
 * @param treeBytesMax all nodes, with their data and lists of rights
 * @param watchedBytesMax all watched paths
 * @param outstandingBytesMax all writes on their way
 */
public record MemoryBounds(long heapBytes, long treeBytesMax, long watchedBytesMax, long outstandingBytesMax) {
    private static final int TREE_PERCENT_OF_HEAP = 60;

    /** Returns those of a server that has so large a heap. */
    public static MemoryBounds of(LimitSettings limits, long heapBytes) {
        return new MemoryBounds(
                heapBytes,
                heapBytes / 100 * TREE_PERCENT_OF_HEAP,
                limits.holdings().texts().watchedBytesMax(heapBytes),
                limits.flow().outstandingBytesMax());
    }

    /** Returns a line if clients may ask for more than there is without meeting any bound: the heap is what ends the server then. */
    public Optional<String> excess() {
        long sum = treeBytesMax + watchedBytesMax + outstandingBytesMax;
        return sum <= heapBytes
                ? Optional.empty()
                : Optional.of("memory may run out before a bound is met: heapBytes=" + heapBytes + " bounds=" + sum
                        + ", of which treeBytes=" + treeBytesMax + " baton.watchedBytesMax=" + watchedBytesMax
                        + " baton.outstandingBytesMax=" + outstandingBytesMax
                        + "; give the server a larger heap (-Xmx), or bound the latter two by less");
    }
}
