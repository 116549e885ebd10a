package baton.client.session;

import baton.protocol.AddWatchMode;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.WatchEvent;
import baton.protocol.WatcherType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which paths this session watches, and how: what the server must be told again on a new connection, because watches
 * live on the connection and not in the session.
 *
 * <p>Registered when the reply arrives, as the server registers when it answers; a one-shot watch is gone when its
 * event arrives.
 */
final class WatchTable {
    /** Characters of paths in one re-registration; a larger one might not fit into a frame. */
    static final int CHUNK_CHARS_MAX = 128 * 1024;

    private final Set<String> data = new LinkedHashSet<>();
    private final Set<String> exist = new LinkedHashSet<>();
    private final Set<String> child = new LinkedHashSet<>();
    private final Set<String> persistent = new LinkedHashSet<>();
    private final Set<String> recursive = new LinkedHashSet<>();

    /** Takes note of a reply. */
    void replied(Request request, int error) {
        boolean ok = error == 0;
        if (request instanceof Request.GetData read) {
            register(data, read.path(), ok && read.watch());
        } else if (request instanceof Request.Exists read) {
            register(data, read.path(), ok && read.watch());
            register(exist, read.path(), error == ErrorCode.NO_NODE.code() && read.watch());
        } else if (request instanceof Request.GetChildren read) {
            register(child, read.path(), ok && read.watch());
        } else if (request instanceof Request.GetChildren2 read) {
            register(child, read.path(), ok && read.watch());
        } else if (request instanceof Request.AddWatch add) {
            register(add.mode() == AddWatchMode.PERSISTENT ? persistent : recursive, add.path(), ok);
        } else {
            gone(request);
        }
    }

    /** Takes note that a request will get no reply. A removal has its effect all the same: the connection is gone. */
    void gone(Request request) {
        if (request instanceof Request.RemoveWatches removal) {
            remove(removal.path(), removal.type());
        }
    }

    /** Takes note of an event. */
    void fired(WatchEvent event) {
        switch (event.type()) {
            case NODE_CREATED, NODE_DATA_CHANGED -> remove(event.path(), WatcherType.DATA);
            case NODE_CHILDREN_CHANGED -> remove(event.path(), WatcherType.CHILDREN);
            case NODE_DELETED -> {
                remove(event.path(), WatcherType.DATA);
                remove(event.path(), WatcherType.CHILDREN);
            }
            case NONE, DATA_WATCH_REMOVED, CHILD_WATCH_REMOVED, PERSISTENT_WATCH_REMOVED -> {}
        }
    }

    /** The requests that register everything again, in chunks; each with the plainest operation that can say it. */
    List<Request> registrations(long lastZxidSeen) {
        List<Request> requests = new ArrayList<>();
        Chunk chunk = new Chunk();
        List<Set<String>> tables = List.of(data, exist, child, persistent, recursive);
        for (int kind = 0; kind < tables.size(); kind++) {
            for (String path : tables.get(kind)) {
                if (chunk.chars >= CHUNK_CHARS_MAX) {
                    requests.add(chunk.toRequest(lastZxidSeen));
                    chunk = new Chunk();
                }
                chunk.add(kind, path);
            }
        }
        if (chunk.chars > 0) {
            requests.add(chunk.toRequest(lastZxidSeen));
        }
        return requests;
    }

    private static void register(Set<String> table, String path, boolean registered) {
        if (registered) {
            table.add(path);
        }
    }

    private void remove(String path, WatcherType type) {
        boolean any = type == WatcherType.ANY;
        if (any || type == WatcherType.DATA) {
            data.remove(path);
            exist.remove(path);
        }
        if (any || type == WatcherType.CHILDREN) {
            child.remove(path);
        }
        if (any || type == WatcherType.PERSISTENT) {
            persistent.remove(path);
        }
        if (any || type == WatcherType.PERSISTENT_RECURSIVE) {
            recursive.remove(path);
        }
    }

    private static final class Chunk {
        private final List<List<String>> paths =
                List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        private int chars;

        void add(int kind, String path) {
            paths.get(kind).add(path);
            chars += path.length();
        }

        Request toRequest(long lastZxidSeen) {
            boolean oneShot = paths.get(3).isEmpty() && paths.get(4).isEmpty();
            return oneShot
                    ? new Request.SetWatches(lastZxidSeen, paths.get(0), paths.get(1), paths.get(2))
                    : new Request.SetWatches2(
                            lastZxidSeen, paths.get(0), paths.get(1), paths.get(2), paths.get(3), paths.get(4));
        }
    }
}
