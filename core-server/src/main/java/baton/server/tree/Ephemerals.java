package baton.server.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that belong to sessions.
 *
 * <p>Changed by the tree's writer. For it, or for readers inside {@link ReadGate#readAlone}.
 */
public final class Ephemerals {
    private final Map<Long, SessionNodes> bySession = new HashMap<>();

    Ephemerals() {}

    /** Number of all nodes that belong to sessions. */
    public int count() {
        return use().count();
    }

    /** Looks at every session that has nodes. */
    public EphemeralUse use() {
        int count = 0;
        int countMax = 0;
        int recordBytesMax = 0;
        for (SessionNodes each : bySession.values()) {
            count += each.size();
            countMax = Math.max(countMax, each.size());
            recordBytesMax = Math.max(recordBytesMax, each.recordBytes());
        }
        return new EphemeralUse(count, countMax, recordBytesMax);
    }

    /** Returns the sessions that own nodes, in the order of their numbers. */
    public List<Long> owners() {
        return List.copyOf(new TreeSet<>(bySession.keySet()));
    }

    /** Returns the session's nodes, in the order of their creation. */
    public List<Znode> nodesOf(long sessionId) {
        SessionNodes owned = bySession.get(sessionId);
        return owned == null ? List.of() : owned.list();
    }

    /** Returns the paths of the session's nodes, in the order of their creation. */
    public List<String> pathsOf(long sessionId) {
        List<Znode> nodes = nodesOf(sessionId);
        List<String> paths = new ArrayList<>(nodes.size());
        for (Znode each : nodes) {
            paths.add(each.path());
        }
        return paths;
    }

    /** Number of nodes that belong to the session. */
    public int countOf(long sessionId) {
        SessionNodes owned = bySession.get(sessionId);
        return owned == null ? 0 : owned.size();
    }

    /** Number of bytes that the paths of the session's nodes take in a record. */
    public int recordBytesOf(long sessionId) {
        SessionNodes owned = bySession.get(sessionId);
        return owned == null ? 0 : owned.recordBytes();
    }

    /** Returns what the session's nodes add to the digest of the tree. */
    public long digestOf(long sessionId) {
        SessionNodes owned = bySession.get(sessionId);
        return owned == null ? 0 : owned.digest();
    }

    /** Returns the nodes of the session to which a node with the state belongs, null if it belongs to none. */
    @Nullable
    SessionNodes with(NodeState state) {
        long owner = state.owner();
        return NodeOwner.isSession(owner) ? bySession.get(owner) : null;
    }

    /** Returns all nodes of the session, to which the node belongs from now on. */
    SessionNodes add(Znode node, long sessionId) {
        SessionNodes owned = bySession.computeIfAbsent(sessionId, id -> new SessionNodes());
        owned.add(node);
        return owned;
    }

    void remove(Znode node, long sessionId, SessionNodes owned) {
        owned.remove(node);
        if (owned.size() == 0) {
            bySession.remove(sessionId);
        }
    }

    /** Returns what the session has owned until now; null if it was nothing. */
    @Nullable
    SessionNodes disown(long sessionId) {
        return bySession.remove(sessionId);
    }

    /** Brings the nodes of each session in the order of their creation, if a snapshot had them in another. */
    void sort() {
        for (SessionNodes each : bySession.values()) {
            each.sort();
        }
    }
}
