package baton.server.watch;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** The paths one watcher watches, so that they can be found when it goes. Thread-safe; filled by the table. */
public final class WatchedPaths {
    private final LinkedHashSet<String> paths = new LinkedHashSet<>();
    private boolean closed;

    /** Says whether the path may be watched: not any more once the watcher is gone. */
    synchronized boolean add(String path) {
        if (!closed) {
            paths.add(path);
        }
        return !closed;
    }

    synchronized void remove(String path) {
        paths.remove(path);
    }

    synchronized List<String> close() {
        closed = true;
        List<String> last = new ArrayList<>(paths);
        paths.clear();
        return last;
    }

    /** Number of paths watched, in whatever mode. */
    public synchronized int size() {
        return paths.size();
    }
}
