package baton.server.sim.files;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Nodes and sessions, as a snapshot and the log behind it lead to them. A snapshot may show some of what the log says, so
 * everything can be applied twice; the root's path is empty.
 */
public final class PlainTree {
    private final TreeMap<String, PlainNode> nodes = new TreeMap<>();
    private final TreeMap<Long, Integer> sessions = new TreeMap<>();
    private long digest;
    private long lastZxid;

    PlainTree(long zxid) {
        lastZxid = zxid;
    }

    public Map<String, PlainNode> nodes() {
        return nodes;
    }

    /** Returns the sessions and how long they may be silent, in ms. */
    public Map<Long, Integer> sessions() {
        return sessions;
    }

    /** Returns up to where everything is in it. */
    public long lastZxid() {
        return lastZxid;
    }

    void reached(long zxid) {
        lastZxid = zxid;
    }

    /** Returns the sum over all nodes but those below /zookeeper. */
    long digest() {
        return digest;
    }

    void open(long session, int timeoutMillis) {
        sessions.put(session, timeoutMillis);
    }

    /** Closes a session, with the nodes that are listed and those that are its own besides. */
    void close(long session, List<String> paths, long zxid) {
        paths.forEach(each -> delete(each, zxid));
        List<String> others = nodes.entrySet().stream()
                .filter(each -> each.getValue().session() == session)
                .map(Map.Entry::getKey)
                .toList();
        others.forEach(each -> delete(each, zxid));
        sessions.remove(session);
    }

    void put(String path, @Nullable PlainNode next) {
        PlainNode before = next == null ? nodes.remove(path) : nodes.put(path, next);
        if (!path.startsWith("/zookeeper/")) {
            digest += (next == null ? 0 : next.digest(path)) - (before == null ? 0 : before.digest(path));
        }
    }

    /** @param creations how many children the parent has been given by then; -1 for one more */
    void create(String path, PlainNode made, int creations) {
        String parent = parent(path);
        PlainNode above = nodes.get(parent);
        if (above == null) {
            return;
        }
        PlainNode there = nodes.get(path);
        put(path, there == null ? made : there.withGrants(made.grants(), there.aversion()));
        int next = creations == -1 ? above.creations() + 1 : creations;
        if (next > above.creations()) {
            put(parent, above.withChildren(next, made.czxid()));
        }
    }

    void delete(String path, long zxid) {
        put(path, null);
        String parent = parent(path);
        PlainNode above = nodes.get(parent);
        if (above != null && above.pzxid() < zxid) {
            put(parent, above.withChildren(above.creations(), zxid));
        }
    }

    void set(String path, byte @Nullable [] content, int version, long zxid, long millis) {
        PlainNode there = nodes.get(path);
        if (there != null) {
            put(path, there.withContent(content, version, zxid, millis));
        }
    }

    void guard(String path, List<Grant> grants, int version) {
        String key = path.equals("/") ? "" : path;
        PlainNode there = nodes.get(key);
        if (there != null) {
            put(key, there.withGrants(grants, version));
        }
    }

    static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }
}
