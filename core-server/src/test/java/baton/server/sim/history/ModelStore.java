package baton.server.sim.history;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.protocol.WatchEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The plainest store that does what {@code client-protocol.md} says: sorted maps, everything copied, everything recomputed
 * when asked. It decides about requests by itself and shares no code with the server.
 */
final class ModelStore {
    /** What a request led to. */
    record Outcome(int error, @Nullable Response response, List<WatchEvent> events) {}

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final ErrorCode error;

        Refused(ErrorCode error) {
            this.error = error;
        }
    }

    private record Node(
            @Nullable Bytes content,
            List<Acl> acl,
            long czxid,
            long mzxid,
            long pzxid,
            long ctime,
            long mtime,
            int version,
            int creations,
            int aversion,
            long owner) {
        Node withParentChange(int nextCreations, long zxid) {
            return new Node(content, acl, czxid, mzxid, zxid, ctime, mtime, version, nextCreations, aversion, owner);
        }
    }

    private static final long CONTAINER = Long.MIN_VALUE;
    private static final long TTL = 0xff00000000000000L;
    private static final Node PLAIN = new Node(Bytes.EMPTY, Acl.OPEN, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private final TreeMap<String, Node> nodes = new TreeMap<>();
    private final TreeMap<Long, Integer> sessions = new TreeMap<>();
    private final TreeSet<Long> pastSessions = new TreeSet<>();
    private List<WatchEvent> events = new ArrayList<>();

    ModelStore() {
        nodes.put("", PLAIN);
        nodes.put("/zookeeper", PLAIN);
        nodes.put("/zookeeper/quota", PLAIN);
        nodes.put("/zookeeper/config", new Node(Bytes.EMPTY, Acl.READ_ONLY, 0, 0, 0, 0, 0, 0, 0, -1, 0));
    }

    Map<Long, Integer> sessions() {
        return sessions;
    }

    /** Begins a session; false if there ever was one of that number. */
    boolean open(long session, int timeoutMillis) {
        sessions.put(session, timeoutMillis);
        return pastSessions.add(session);
    }

    /** Ends a session with its nodes, in the order given, and returns what watchers learn. */
    List<WatchEvent> close(long session, List<String> order, long zxid) {
        events = new ArrayList<>();
        sessions.remove(session);
        for (String each : order) {
            remove(each, zxid);
        }
        return events;
    }

    TreeSet<String> ephemeralsOf(long session) {
        TreeSet<String> paths = new TreeSet<>();
        nodes.forEach((path, node) -> {
            if (node.owner == session) {
                paths.add(path);
            }
        });
        return paths;
    }

    /** Says whether the server may delete the node by itself at that time. */
    boolean mayVanish(String path, long nowMillis) {
        Node node = nodes.get(path);
        if (node == null || childCount(path) > 0) {
            return false;
        }
        boolean timed = (node.owner & TTL) == TTL;
        return node.owner == CONTAINER && node.creations > 0 || timed && nowMillis - node.mtime > (node.owner & ~TTL);
    }

    List<WatchEvent> vanish(String path, long zxid) {
        events = new ArrayList<>();
        remove(path, zxid);
        return events;
    }

    // Writes.

    Outcome write(Request request, long session, long zxid, long timeMillis) {
        events = new ArrayList<>();
        if (request instanceof Request.Multi multi) {
            return multi(multi, session, zxid, timeMillis);
        }
        try {
            Response response = single(request, session, zxid, timeMillis);
            return new Outcome(0, response, events);
        } catch (Refused refused) {
            return new Outcome(refused.error.code(), null, List.of());
        }
    }

    private Outcome multi(Request.Multi multi, long session, long zxid, long timeMillis) {
        Map<String, Node> before = new TreeMap<>(nodes);
        List<MultiResult> results = new ArrayList<>();
        for (int i = 0; i < multi.ops().size(); i++) {
            Request.MultiOp op = multi.ops().get(i);
            try {
                results.add(MultiResult.Done.of(op.opCode(), single(op, session, zxid, timeMillis)));
            } catch (Refused refused) {
                nodes.clear();
                nodes.putAll(before);
                return new Outcome(0, failed(multi.ops().size(), i, refused.error), List.of());
            }
        }
        return new Outcome(0, new Response.Multi(results), events);
    }

    private static Response failed(int count, int at, ErrorCode error) {
        List<MultiResult> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ErrorCode each = i < at ? ErrorCode.OK : i == at ? error : ErrorCode.RUNTIME_INCONSISTENCY;
            results.add(new MultiResult.Failed(each));
        }
        return new Response.Multi(results);
    }

    private Response single(Request request, long session, long zxid, long timeMillis) throws Refused {
        if (request instanceof Request.Create create) {
            CreateMode mode = CreateMode.find(create.flags());
            return create(
                    create.opCode(), mode, create.path(), create.content(), create.acl(), 0, session, zxid, timeMillis);
        }
        if (request instanceof Request.CreateTtl create) {
            CreateMode mode = CreateMode.find(create.flags());
            return create(
                    OpCode.CREATE_TTL,
                    mode,
                    create.path(),
                    create.content(),
                    create.acl(),
                    create.ttlMillis(),
                    session,
                    zxid,
                    timeMillis);
        }
        if (request instanceof Request.Delete delete) {
            return delete(delete, zxid);
        }
        if (request instanceof Request.SetData set) {
            Node node = present(set.path());
            permit(node, Permission.WRITE);
            requireVersion(set.version(), node.version);
            nodes.put(
                    set.path(),
                    new Node(
                            set.content(),
                            node.acl,
                            node.czxid,
                            zxid,
                            node.pzxid,
                            node.ctime,
                            timeMillis,
                            node.version + 1,
                            node.creations,
                            node.aversion,
                            node.owner));
            events.add(new WatchEvent(EventType.NODE_DATA_CHANGED, set.path()));
            return new Response.StatOnly(stat(set.path()));
        }
        if (request instanceof Request.SetAcl set) {
            return setAcl(set);
        }
        Request.Check check = (Request.Check) request;
        requireVersion(check.version(), present(check.path()).version);
        return Response.Empty.INSTANCE;
    }

    private Response create(
            OpCode opCode,
            @Nullable CreateMode mode,
            String asked,
            @Nullable Bytes content,
            List<Acl> acl,
            long ttlMillis,
            long session,
            long zxid,
            long timeMillis)
            throws Refused {
        if (mode == null) {
            throw new Refused(ErrorCode.BAD_ARGUMENTS);
        }
        String parentPath = parent(asked);
        Node parent = present(parentPath);
        permit(parent, Permission.CREATE);
        String path = mode.isSequential() ? asked + String.format("%010d", parent.creations) : asked;
        if (nodes.containsKey(path)) {
            throw new Refused(ErrorCode.NODE_EXISTS);
        }
        if (isSession(parent.owner)) {
            throw new Refused(ErrorCode.NO_CHILDREN_FOR_EPHEMERALS);
        }
        long owner = mode.isEphemeral() ? session : mode.isContainer() ? CONTAINER : mode.isTtl() ? TTL | ttlMillis : 0;
        nodes.put(path, new Node(content, acl, zxid, zxid, zxid, timeMillis, timeMillis, 0, 0, 0, owner));
        nodes.put(parentPath, parent.withParentChange(parent.creations + 1, zxid));
        events.add(new WatchEvent(EventType.NODE_CREATED, path));
        events.add(new WatchEvent(EventType.NODE_CHILDREN_CHANGED, shown(parentPath)));
        return opCode == OpCode.CREATE ? new Response.Created(path) : new Response.CreatedWithStat(path, stat(path));
    }

    private Response delete(Request.Delete delete, long zxid) throws Refused {
        permit(present(parent(delete.path())), Permission.DELETE);
        requireVersion(delete.version(), present(delete.path()).version);
        if (childCount(delete.path()) > 0) {
            throw new Refused(ErrorCode.NOT_EMPTY);
        }
        remove(delete.path(), zxid);
        return Response.Empty.INSTANCE;
    }

    private Response setAcl(Request.SetAcl set) throws Refused {
        Node node = present(set.path());
        permit(node, Permission.ADMIN);
        requireVersion(set.version(), node.aversion);
        nodes.put(
                set.path(),
                new Node(
                        node.content,
                        set.acl(),
                        node.czxid,
                        node.mzxid,
                        node.pzxid,
                        node.ctime,
                        node.mtime,
                        node.version,
                        node.creations,
                        node.aversion + 1,
                        node.owner));
        return new Response.StatOnly(stat(set.path()));
    }

    private void remove(String path, long zxid) {
        nodes.remove(path);
        Node parent = nodes.get(parent(path));
        if (parent != null) {
            nodes.put(parent(path), parent.withParentChange(parent.creations, zxid));
        }
        events.add(new WatchEvent(EventType.NODE_DELETED, path));
        events.add(new WatchEvent(EventType.NODE_CHILDREN_CHANGED, shown(parent(path))));
    }

    // Reads.

    Outcome read(Request request, long session) {
        try {
            return new Outcome(0, answer(request, session), List.of());
        } catch (Refused refused) {
            return new Outcome(refused.error.code(), null, List.of());
        }
    }

    private Response answer(Request request, long session) throws Refused {
        if (request instanceof Request.GetData get) {
            return new Response.Content(present(get.path()).content, stat(get.path()));
        }
        if (request instanceof Request.Exists exists) {
            present(exists.path());
            return new Response.StatOnly(stat(exists.path()));
        }
        if (request instanceof Request.GetChildren2 get) {
            present(get.path());
            return new Response.ChildrenWithStat(children(get.path()), stat(get.path()));
        }
        if (request instanceof Request.GetChildren get) {
            present(get.path());
            return new Response.Children(children(get.path()));
        }
        if (request instanceof Request.GetAllChildrenNumber get) {
            present(get.path());
            return new Response.DescendantCount(below(get.path()).size());
        }
        if (request instanceof Request.GetEphemerals) {
            return new Response.Ephemerals(List.copyOf(ephemeralsOf(session)));
        }
        Request.MultiRead multi = (Request.MultiRead) request;
        List<MultiResult> results = new ArrayList<>();
        for (Request.MultiReadOp op : multi.ops()) {
            try {
                results.add(MultiResult.Done.of(op.opCode(), answer(op, session)));
            } catch (Refused refused) {
                results.add(new MultiResult.Failed(refused.error));
            }
        }
        return new Response.Multi(results);
    }

    /** What a client that comes back is told at once: the changes it has missed. */
    List<WatchEvent> missed(Request.SetWatches2 set) {
        List<WatchEvent> missed = new ArrayList<>();
        for (String path : set.data()) {
            Node node = nodes.get(internal(path));
            if (node == null) {
                missed.add(new WatchEvent(EventType.NODE_DELETED, path));
            } else if (node.mzxid > set.relativeZxid()) {
                missed.add(new WatchEvent(EventType.NODE_DATA_CHANGED, path));
            }
        }
        for (String path : set.exist()) {
            if (nodes.containsKey(internal(path))) {
                missed.add(new WatchEvent(EventType.NODE_CREATED, path));
            }
        }
        for (String path : set.child()) {
            Node node = nodes.get(internal(path));
            if (node == null) {
                missed.add(new WatchEvent(EventType.NODE_DELETED, path));
            } else if (node.pzxid > set.relativeZxid()) {
                missed.add(new WatchEvent(EventType.NODE_CHILDREN_CHANGED, path));
            }
        }
        return missed;
    }

    // What both sides must agree on.

    /** One line for each node and session. */
    List<String> dump() {
        List<String> lines = new ArrayList<>();
        nodes.forEach((path, node) -> lines.add(shown(path) + " " + stat(path) + " "
                + (node.content == null ? "null" : node.content.hex()) + " " + node.acl));
        sessions.forEach((session, timeout) -> lines.add("session " + Long.toHexString(session) + " " + timeout));
        return lines;
    }

    /** The sum that the server keeps up to date, worked out anew. */
    long digest() {
        long sum = 0;
        for (Map.Entry<String, Node> each : nodes.entrySet()) {
            if (!each.getKey().startsWith("/zookeeper/")) {
                sum += digest(each.getKey(), each.getValue());
            }
        }
        return sum;
    }

    private static long digest(String path, Node node) {
        CRC32 crc = new CRC32();
        crc.update(path.getBytes(StandardCharsets.UTF_8));
        if (node.content != null) {
            crc.update(node.content.toArray());
        }
        ByteBuffer status = ByteBuffer.allocate(60);
        status.putLong(node.czxid).putLong(node.mzxid).putLong(node.pzxid);
        status.putLong(node.ctime).putLong(node.mtime);
        status.putInt(node.version).putInt(node.creations).putInt(node.aversion);
        crc.update(status.putLong(node.owner).array());
        return crc.getValue();
    }

    private Stat stat(String path) {
        Node node = nodes.get(internal(path));
        int children = childCount(internal(path));
        return new Stat(
                node.czxid,
                node.mzxid,
                node.ctime,
                node.mtime,
                node.version,
                2 * node.creations - children,
                node.aversion,
                isSession(node.owner) ? node.owner : 0,
                node.content == null ? 0 : node.content.size(),
                children,
                node.pzxid);
    }

    private Map<String, Node> below(String path) {
        String prefix = internal(path) + "/";
        return nodes.subMap(prefix, prefix + Character.MAX_VALUE);
    }

    private List<String> children(String path) {
        String prefix = internal(path) + "/";
        return below(path).keySet().stream()
                .map(each -> each.substring(prefix.length()))
                .filter(each -> each.indexOf('/') < 0)
                .toList();
    }

    private int childCount(String path) {
        return children(path).size();
    }

    private Node present(String path) throws Refused {
        Node node = nodes.get(internal(path));
        if (node == null) {
            throw new Refused(ErrorCode.NO_NODE);
        }
        return node;
    }

    private static void permit(Node node, int permission) throws Refused {
        if (node.acl.stream().noneMatch(each -> (each.permissions() & permission) != 0)) {
            throw new Refused(ErrorCode.NO_AUTH);
        }
    }

    private static void requireVersion(int expected, int actual) throws Refused {
        if (expected != -1 && expected != actual) {
            throw new Refused(ErrorCode.BAD_VERSION);
        }
    }

    private static boolean isSession(long owner) {
        return owner != 0 && owner != CONTAINER && (owner & TTL) != TTL;
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static String internal(String path) {
        return path.equals("/") ? "" : path;
    }

    private static String shown(String path) {
        return path.isEmpty() ? "/" : path;
    }
}
