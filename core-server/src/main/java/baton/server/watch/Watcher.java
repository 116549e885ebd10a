package baton.server.watch;

/** Someone who watches paths: a connection. Told apart by identity. */
public interface Watcher {
    /** Returns the same object at each call, made for this watcher alone. */
    WatchedPaths watchedPaths();
}
