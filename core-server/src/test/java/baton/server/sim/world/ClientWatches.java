package baton.server.sim.world;

import baton.protocol.AddWatchMode;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.Request;
import baton.protocol.WatchEvent;
import baton.protocol.WatcherType;
import baton.server.sim.history.HeldWatches;
import baton.server.sim.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a client believes it watches, so that it can ask for it again. */
final class ClientWatches {
    private final TreeSet<String> data = new TreeSet<>();
    private final TreeSet<String> absent = new TreeSet<>();
    private final TreeSet<String> children = new TreeSet<>();
    private final TreeSet<String> persistent = new TreeSet<>();
    private final TreeSet<String> recursive = new TreeSet<>();

    void answered(Operation operation) {
        Request request = operation.request();
        boolean done = operation.error() == 0;
        if (request instanceof Request.GetData get && get.watch() && done) {
            present(get.path());
        } else if (request instanceof Request.Exists exists && exists.watch()) {
            boolean isMissing = operation.error() == ErrorCode.NO_NODE.code();
            if (done) {
                present(exists.path());
            } else if (isMissing && !data.contains(exists.path())) {
                absent.add(exists.path());
            }
        } else if (request instanceof Request.GetChildren get && get.watch() && done) {
            children.add(get.path());
        } else if (request instanceof Request.GetChildren2 get && get.watch() && done) {
            children.add(get.path());
        } else if (request instanceof Request.AddWatch add && done) {
            (add.mode() == AddWatchMode.PERSISTENT ? persistent : recursive).add(add.path());
        } else if (request instanceof Request.RemoveWatches remove && done) {
            setsOf(remove.type()).forEach(each -> each.remove(remove.path()));
        }
    }

    private List<TreeSet<String>> setsOf(WatcherType type) {
        return switch (type) {
            case CHILDREN -> List.of(children);
            case DATA -> List.of(data, absent);
            case PERSISTENT -> List.of(persistent);
            case PERSISTENT_RECURSIVE -> List.of(recursive);
            case ANY -> all();
        };
    }

    private List<TreeSet<String>> all() {
        return List.of(data, absent, children, persistent, recursive);
    }

    private void present(String path) {
        absent.remove(path);
        data.add(path);
    }

    void told(WatchEvent event) {
        if (event.type() == EventType.NODE_CHILDREN_CHANGED) {
            children.remove(event.path());
            return;
        }
        data.remove(event.path());
        absent.remove(event.path());
        if (event.type() == EventType.NODE_DELETED) {
            children.remove(event.path());
        }
    }

    /** Returns all that it watches, and what it thinks may be. */
    Set<String> paths() {
        Set<String> paths = new TreeSet<>();
        all().forEach(paths::addAll);
        return paths;
    }

    HeldWatches held() {
        return HeldWatches.of(paths(), this::has, paths().size());
    }

    private boolean has(String path, WatcherType type) {
        return setsOf(type).stream().anyMatch(each -> each.contains(path));
    }

    /** A watch is given up, whether or not the server hears of that. */
    void gaveUp(Request.RemoveWatches removal) {
        setsOf(removal.type()).forEach(each -> each.remove(removal.path()));
    }

    boolean isEmpty() {
        return all().stream().allMatch(TreeSet::isEmpty);
    }

    /** Asks for all of it, in the words of new clients or, as far as these go, in those of old ones. */
    List<Request> again(long seenZxid, boolean inOldWords) {
        Request.SetWatches2 all = again(seenZxid);
        if (!inOldWords) {
            return List.of(all);
        }
        List<Request> again = new ArrayList<>();
        again.add(new Request.SetWatches(seenZxid, all.data(), all.exist(), all.child()));
        if (!persistent.isEmpty() || !recursive.isEmpty()) {
            again.add(new Request.SetWatches2(
                    seenZxid, List.of(), List.of(), List.of(), all.persistent(), all.persistentRecursive()));
        }
        return again;
    }

    private Request.SetWatches2 again(long seenZxid) {
        return new Request.SetWatches2(
                seenZxid,
                List.copyOf(data),
                List.copyOf(absent),
                List.copyOf(children),
                List.copyOf(persistent),
                List.copyOf(recursive));
    }

    void forget() {
        all().forEach(TreeSet::clear);
    }
}
