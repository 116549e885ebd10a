package baton.server.config;

/**
 * How long what clients hold may be altogether: texts that they choose, of which each may be as long as a request.
 *
 * @param watchedPerConnectionBytesMax bytes of the paths that one connection watches
 * @param watchedBytesMax bytes of all watched paths, each counted once; 0 for a tenth of the heap
 * @param identitiesPerConnectionBytesMax bytes of the identities that one connection has proved
 */
public record TextSettings(int watchedPerConnectionBytesMax, int watchedBytesMax, int identitiesPerConnectionBytesMax) {
    static final Range BYTES = Range.of(1, Integer.MAX_VALUE, "bytes");
    static final Range SHARED_BYTES = Range.of(0, Integer.MAX_VALUE, "bytes");

    private static final int PARTS_OF_HEAP = 10;

    /** As many paths as may be watched, of 167 bytes each; as many identities as there may be, of 80. */
    public static final TextSettings DEFAULT = new TextSettings(16 << 20, 0, 8 << 10);

    public TextSettings {
        BYTES.check("watchedPerConnectionBytesMax", watchedPerConnectionBytesMax);
        SHARED_BYTES.check("watchedBytesMax", watchedBytesMax);
        BYTES.check("identitiesPerConnectionBytesMax", identitiesPerConnectionBytesMax);
    }

    /** Returns how many bytes of paths may be kept by a server that has so large a heap. */
    public long watchedBytesMax(long heapBytes) {
        return watchedBytesMax == 0 ? heapBytes / PARTS_OF_HEAP : watchedBytesMax;
    }
}
