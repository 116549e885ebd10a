package baton.server.request;

import baton.server.auth.Identity;
import baton.server.session.ClientConnection;
import baton.server.watch.WatchedPaths;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A connection whose client is told events by one thread and hears them on another. */
final class Inbox implements ClientConnection {
    final Queue<Effect.Deliver> events = new ConcurrentLinkedQueue<>();
    private final WatchedPaths watchedPaths = new WatchedPaths();

    @Override
    public WatchedPaths watchedPaths() {
        return watchedPaths;
    }

    @Override
    public List<Identity> identities() {
        return List.of();
    }
}
