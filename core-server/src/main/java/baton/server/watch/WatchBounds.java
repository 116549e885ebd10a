package baton.server.watch;

/**
 * How much watchers may watch.
 *
 * @param perWatcherMax how many paths one watcher may watch
 * @param max how many paths may be watched, each counted once for each of its watchers
 * @param perWatcherBytesMax how many bytes the paths of one watcher may have
 * @param bytesMax how many bytes all watched paths may have, each counted once: also that of a node that is there, which the
 *     watch may outlive
 */
public record WatchBounds(int perWatcherMax, int max, long perWatcherBytesMax, long bytesMax) {
    /** No limits. */
    public static final WatchBounds NONE =
            new WatchBounds(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    /** Returns bounds of the number of paths alone. */
    public static WatchBounds ofPaths(int perWatcherMax, int max) {
        return new WatchBounds(perWatcherMax, max, Long.MAX_VALUE, Long.MAX_VALUE);
    }
}
