package baton.client;

import baton.protocol.AddWatchMode;
import baton.protocol.Request;
import baton.protocol.WatcherType;
import java.util.HashMap;
import java.util.Map;

/**
 * The registrations of a session that stay until they are removed: one at the server for each path and mode, however
 * many follow it. Confined to the delivery thread.
 */
final class PersistentWatches {
    private record Key(String path, AddWatchMode mode) {}

    private final ZnodeClient client;
    private final Map<Key, Integer> users = new HashMap<>();

    PersistentWatches(ZnodeClient client) {
        this.client = client;
    }

    void use(String path, AddWatchMode mode) {
        users.merge(new Key(path, mode), 1, Integer::sum);
    }

    /** Sends the registration. Harmless if it stands already; needed if an earlier one may have been lost. */
    void register(String path, AddWatchMode mode) {
        client.send(new Request.AddWatch(path, mode), outcome -> {});
    }

    void release(String path, AddWatchMode mode) {
        Integer left = users.computeIfPresent(new Key(path, mode), (key, count) -> count == 1 ? null : count - 1);
        if (left == null) {
            WatcherType type =
                    mode == AddWatchMode.PERSISTENT ? WatcherType.PERSISTENT : WatcherType.PERSISTENT_RECURSIVE;
            client.send(new Request.RemoveWatches(path, type), outcome -> {});
        }
    }
}
