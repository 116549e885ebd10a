package baton.server.runtime;

import baton.server.session.ClientConnection;
import baton.server.watch.WatchTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** Which sessions watch what. Can be asked from any thread. */
public final class WatchReport {
    private final WatchTable<ClientConnection> watches;

    WatchReport(WatchTable<ClientConnection> watches) {
        this.watches = watches;
    }

    /**
     * How much is watched.
     *
     * @param watches paths, each counted once for each of its sessions
     */
    public record Summary(int sessions, int paths, int watches) {}

    /**
     * Shows the paths that sessions watch themselves, not their children alone, each with the sessions that do. Paths come in
     * no order, and none is kept for the next: there may be millions.
     */
    public void forEachPath(BiConsumer<String, List<Long>> visitor) {
        watches.forEachOnData((path, watchers) -> visitor.accept(path, sessionIds(watchers)));
    }

    private static List<Long> sessionIds(List<ClientConnection> watchers) {
        return watchers.size() == 1
                ? List.of(sessionId(watchers.get(0)))
                : watchers.stream()
                        .map(WatchReport::sessionId)
                        .distinct()
                        .sorted()
                        .toList();
    }

    private static long sessionId(ClientConnection watcher) {
        return ((LoopConnection) watcher).sessionId();
    }

    /** Returns the same by session, in order. */
    public Map<Long, List<String>> pathsBySession() {
        Map<Long, List<String>> paths = new TreeMap<>();
        forEachPath((path, sessions) -> sessions.forEach(
                each -> paths.computeIfAbsent(each, id -> new ArrayList<>()).add(path)));
        paths.values().forEach(each -> each.sort(null));
        return paths;
    }

    /** Counts what {@link #forEachPath} shows. */
    public Summary summary() {
        Map<Long, Integer> pathCounts = new HashMap<>();
        LongAdder paths = new LongAdder();
        watches.forEachOnData(watchers -> {
            paths.increment();
            sessionIds(watchers).forEach(each -> pathCounts.merge(each, 1, Integer::sum));
        });
        int watches = pathCounts.values().stream().mapToInt(each -> each).sum();
        return new Summary(pathCounts.size(), paths.intValue(), watches);
    }
}
