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
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    record Outcome(int error, @Nullable Response response, List<Happening> events) {}

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
            long owner,
            long askedAt) {
        Node withContent(Bytes next) {
            return new Node(next, acl, czxid, mzxid, pzxid, ctime, mtime, version, creations, aversion, owner, askedAt);
        }

        Node withParentChange(int nextCreations, long zxid) {
            return new Node(
                    content, acl, czxid, mzxid, zxid, ctime, mtime, version, nextCreations, aversion, owner, askedAt);
        }
    }

    /** What an account says. */
    private record Used(long nodes, long bytes) {}

    private static final String QUOTA = "/zookeeper/quota";
    private static final String LIMITS = "/zookeeper_limits";
    private static final String ACCOUNT = "/zookeeper_stats";

    /** So many entries, at most, are checked before what goes before them is applied. */
    static final int OUTSTANDING_MAX = 40;

    private static final long ROUNDING_MILLIS = 2;

    /** What a node takes besides its path and its data. */
    private static final int NODE_BYTES = 200;

    /** What a list takes besides its entries, and one of these besides its texts. */
    private static final int LIST_BYTES = 200;

    private static final int ACL_BYTES = 108;

    /** A header of 16 bytes, and a stat. */
    private static final int ANSWER_BYTES = 16 + 68;

    private static final long CONTAINER = Long.MIN_VALUE;
    private static final long TTL = 0xff00000000000000L;
    private static final Node PLAIN = new Node(Bytes.EMPTY, Acl.OPEN, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private final TreeMap<String, Node> nodes = new TreeMap<>();
    private final TreeMap<Long, Integer> sessions = new TreeMap<>();
    private final TreeSet<Long> pastSessions = new TreeSet<>();
    private final ModelBounds bounds;

    private List<Happening> events = new ArrayList<>();

    // What is asked, by whom, and what became of it.
    private Caller caller = Caller.from("0.0.0.0");
    private long session;
    private long askedAt;
    private long zxid;
    private long timeMillis;

    // Which part of it a quota refused, or -1, and which one is done now; what is no multi has one part.
    private int refusedByQuota;
    private int part;
    private boolean wasOwnedTooMuch;

    ModelStore(ModelBounds bounds) {
        this.bounds = bounds;
        nodes.put("", PLAIN);
        nodes.put("/zookeeper", PLAIN);
        nodes.put("/zookeeper/quota", PLAIN);
        nodes.put("/zookeeper/config", new Node(Bytes.EMPTY, Acl.READ_ONLY, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0));
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
    List<Happening> close(long closed, List<String> order, long at) {
        events = new ArrayList<>();
        zxid = at;
        sessions.remove(closed);
        for (String each : order) {
            remove(each);
        }
        return events;
    }

    /** Ends all sessions, each at a zxid of its own behind the given one, and returns the last. */
    long endSessions(long before) {
        long last = before;
        for (long each : List.copyOf(sessions.keySet())) {
            last++;
            close(each, List.copyOf(ephemeralsOf(each)), last);
        }
        return last;
    }

    /** Returns how much memory the server counts for what it holds. */
    long memoryBytes() {
        long bytes = (long) NODE_BYTES * nodes.size();
        for (Map.Entry<String, Node> each : nodes.entrySet()) {
            Bytes content = each.getValue().content;
            bytes += each.getKey().length() + (content == null ? 0 : content.size());
        }
        return bytes + listBytes();
    }

    /** Nodes that have the same list share it, and all share the open one. */
    private long listBytes() {
        Set<List<Acl>> lists = new HashSet<>();
        nodes.values().forEach(each -> lists.add(each.acl));
        lists.remove(Acl.OPEN);
        long bytes = (long) LIST_BYTES * lists.size();
        for (List<Acl> list : lists) {
            for (Acl each : list) {
                bytes += ACL_BYTES
                        + each.scheme().getBytes(StandardCharsets.UTF_8).length
                        + each.id().getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return bytes;
    }

    TreeSet<String> ephemeralsOf(long owner) {
        TreeSet<String> paths = new TreeSet<>();
        nodes.forEach((path, node) -> {
            if (node.owner == owner) {
                paths.add(path);
            }
        });
        return paths;
    }

    /** Says whether the server may delete the node by itself, if it is old enough. */
    boolean mayVanish(String path) {
        Node node = nodes.get(path);
        return node != null
                && childCount(path) == 0
                && (isTimed(node) || node.owner == CONTAINER && node.creations > 0);
    }

    /** Says whether the node may have been left alone for as long as it has to live: since a client asked for it, by this model. */
    boolean isOldEnough(String path, long moment) {
        Node node = nodes.get(path);
        long ageMillis = (moment - node.askedAt) / 1_000_000 + ROUNDING_MILLIS;
        return !isTimed(node) || ageMillis > (node.owner & ~TTL) * (100 - bounds.clockPercentMax()) / 100;
    }

    private static boolean isTimed(Node node) {
        return node.owner != CONTAINER && (node.owner & TTL) == TTL;
    }

    List<Happening> vanish(String path, long at) {
        events = new ArrayList<>();
        zxid = at;
        remove(path);
        return events;
    }

    // Writes.

    /** Does what somebody asked for, at its place in the log. */
    Outcome write(Operation operation, TxnEntry entry) {
        zxid = entry.zxid();
        timeMillis = entry.header().timeMillis();
        refusedByQuota = refusedByQuota(entry.txn());
        return write(operation);
    }

    /** Says what becomes of a request that leaves no trace in the log, and leaves none here. No quota has refused it. */
    Outcome refuse(Operation operation, long at) {
        zxid = at;
        timeMillis = 0;
        refusedByQuota = -1;
        Map<String, Node> before = new TreeMap<>(nodes);
        Outcome outcome = write(operation);
        nodes.clear();
        nodes.putAll(before);
        return outcome;
    }

    /** Says whether the last request was refused since the session would have owned too many nodes. */
    boolean wasOwnedTooMuch() {
        return wasOwnedTooMuch;
    }

    private static int refusedByQuota(Txn txn) {
        List<? extends Txn> parts = txn instanceof Txn.Multi multi ? multi.parts() : List.of(txn);
        return parts.indexOf(new Txn.Failed(ErrorCode.QUOTA_EXCEEDED));
    }

    private Outcome write(Operation operation) {
        events = new ArrayList<>();
        wasOwnedTooMuch = false;
        caller = operation.caller();
        session = operation.session();
        askedAt = operation.called();
        part = 0;
        if (operation.request() instanceof Request.Multi multi) {
            return multi(multi);
        }
        try {
            Response response = single(operation.request());
            return new Outcome(0, response, events);
        } catch (Refused refused) {
            return new Outcome(refused.error.code(), null, List.of());
        }
    }

    private Outcome multi(Request.Multi multi) {
        Map<String, Node> before = new TreeMap<>(nodes);
        List<MultiResult> results = new ArrayList<>();
        for (; part < multi.ops().size(); part++) {
            Request.MultiOp op = multi.ops().get(part);
            try {
                results.add(MultiResult.Done.of(op.opCode(), single(op)));
            } catch (Refused refused) {
                nodes.clear();
                nodes.putAll(before);
                return new Outcome(0, failed(multi.ops().size(), part, refused.error), List.of());
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

    private Response single(Request request) throws Refused {
        if (request instanceof Request.Create create) {
            return create(create.opCode(), create.flags(), create.path(), create.content(), create.acl(), 0);
        }
        if (request instanceof Request.CreateTtl create) {
            return create(
                    OpCode.CREATE_TTL,
                    create.flags(),
                    create.path(),
                    create.content(),
                    create.acl(),
                    create.ttlMillis());
        }
        if (request instanceof Request.Delete delete) {
            return delete(delete);
        }
        if (request instanceof Request.SetData set) {
            return setData(set);
        }
        if (request instanceof Request.SetAcl set) {
            return setAcl(set);
        }
        if (request instanceof Request.Reconfig) {
            throw new Refused(ErrorCode.RECONFIG_DISABLED);
        }
        Request.Check check = (Request.Check) request;
        Node node = present(check.path());
        permit(node, Permission.READ);
        requireVersion(check.version(), node.version);
        return Response.Empty.INSTANCE;
    }

    private Response create(
            OpCode opCode, int flags, String asked, @Nullable Bytes content, List<Acl> sent, long ttlMillis)
            throws Refused {
        CreateMode mode = CreateMode.find(flags);
        if (mode == null) {
            throw new Refused(ErrorCode.BAD_ARGUMENTS);
        }
        List<Acl> acl = stored(sent);
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
        wasOwnedTooMuch = mode.isEphemeral() && ephemeralsOf(session).size() >= bounds.ephemeralsMax();
        if (wasOwnedTooMuch) {
            throw new Refused(ErrorCode.QUOTA_EXCEEDED);
        }
        requireQuota(path, 1, content == null ? 0 : content.size());
        long owner = mode.isEphemeral() ? session : mode.isContainer() ? CONTAINER : mode.isTtl() ? TTL | ttlMillis : 0;
        nodes.put(path, new Node(content, acl, zxid, zxid, zxid, timeMillis, timeMillis, 0, 0, 0, owner, askedAt));
        nodes.put(parentPath, parent.withParentChange(parent.creations + 1, zxid));
        if (isAccount(path)) {
            renew(path);
        }
        account(path, 1, sizeOf(content));
        tell(EventType.NODE_CREATED, path, acl);
        tell(EventType.NODE_CHILDREN_CHANGED, parentPath, parent.acl);
        return opCode == OpCode.CREATE ? new Response.Created(path) : new Response.CreatedWithStat(path, stat(path));
    }

    private Response delete(Request.Delete delete) throws Refused {
        permit(present(parent(delete.path())), Permission.DELETE);
        requireVersion(delete.version(), present(delete.path()).version);
        if (childCount(delete.path()) > 0) {
            throw new Refused(ErrorCode.NOT_EMPTY);
        }
        remove(delete.path());
        return Response.Empty.INSTANCE;
    }

    private Response setData(Request.SetData set) throws Refused {
        Node node = present(set.path());
        permit(node, Permission.WRITE);
        requireQuota(set.path(), 0, sizeOf(set.content()) - sizeOf(node.content));
        requireVersion(set.version(), node.version);
        if (isAccount(set.path())) {
            requireReadable(set.content());
        }
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
                        node.owner,
                        askedAt));
        account(set.path(), 0, sizeOf(set.content()) - sizeOf(node.content));
        tell(EventType.NODE_DATA_CHANGED, set.path(), node.acl);
        // Of an account too: what was sent, though something else is read.
        return new Response.StatOnly(stat(set.path(), set.content()));
    }

    private Response setAcl(Request.SetAcl set) throws Refused {
        List<Acl> acl = stored(set.acl());
        Node node = present(set.path());
        permit(node, Permission.ADMIN);
        requireVersion(set.version(), node.aversion);
        nodes.put(
                set.path(),
                new Node(
                        node.content,
                        acl,
                        node.czxid,
                        node.mzxid,
                        node.pzxid,
                        node.ctime,
                        node.mtime,
                        node.version,
                        node.creations,
                        node.aversion + 1,
                        node.owner,
                        node.askedAt));
        return new Response.StatOnly(stat(set.path()));
    }

    private void remove(String path) {
        Node removed = nodes.remove(path);
        Node parent = nodes.get(parent(path));
        if (removed == null || parent == null) {
            throw new Violation("HC-2", path + " is deleted at zxid " + zxid + " and is not there");
        }
        nodes.put(parent(path), parent.withParentChange(parent.creations, zxid));
        account(path, -1, -sizeOf(removed.content));
        tell(EventType.NODE_DELETED, path, removed.acl);
        tell(EventType.NODE_CHILDREN_CHANGED, parent(path), parent.acl);
    }

    private void tell(EventType type, String path, List<Acl> acl) {
        events.add(new Happening(new WatchEvent(type, shown(path)), acl));
    }

    // Quotas.

    /** The server has started again, and counts everything anew: what a quota inside another has is counted for both. */
    void restarted() {
        List<String> accounts = nodes.keySet().stream()
                .filter(each -> isAccount(each) && nodes.containsKey(QUOTA + limitedBy(each) + LIMITS))
                .toList();
        accounts.forEach(this::renew);
    }

    /** Says whether some quota is inside another. */
    boolean hasQuotaInsideAnother() {
        return nodes.keySet().stream()
                .filter(each -> each.startsWith(QUOTA + "/") && each.endsWith(LIMITS))
                .map(each -> each.substring(QUOTA.length(), each.length() - LIMITS.length()))
                .anyMatch(each -> !deepestQuota(parent(each)).isEmpty());
    }

    /** Puts a change to the account of the deepest quota, and of no other. */
    private void account(String path, int moreNodes, long moreBytes) {
        String account = QUOTA + deepestQuota(path) + ACCOUNT;
        if (nodes.containsKey(QUOTA + deepestQuota(path) + LIMITS) && nodes.containsKey(account)) {
            Used used = used(nodes.get(account));
            keep(account, used.nodes + moreNodes, used.bytes + moreBytes);
        }
    }

    /** Returns the top of the deepest quota to which the path belongs; empty if there is none. */
    private String deepestQuota(String path) {
        String top = path;
        while (!top.isEmpty() && !nodes.containsKey(QUOTA + top + LIMITS)) {
            top = parent(top);
        }
        return top;
    }

    private void renew(String account) {
        keep(account, countOf(limitedBy(account)), bytesOf(limitedBy(account)));
    }

    private void keep(String account, long count, long bytes) {
        nodes.put(account, nodes.get(account).withContent(Bytes.utf8("count=" + count + ",bytes=" + bytes)));
    }

    private static Used used(Node account) {
        String[] words = account.content.utf8().split("[=,]");
        return new Used(Long.parseLong(words[1]), Long.parseLong(words[3]));
    }

    private static boolean isAccount(String path) {
        return path.startsWith(QUOTA + "/") && path.endsWith(ACCOUNT);
    }

    private static String limitedBy(String account) {
        return account.substring(QUOTA.length(), account.length() - ACCOUNT.length());
    }

    private void requireQuota(String path, int moreNodes, long moreBytes) throws Refused {
        String top = deepestQuota(path);
        Node account = nodes.get(QUOTA + top + ACCOUNT);
        if (!bounds.quotasEnforced() || top.isEmpty() || account == null) {
            return;
        }
        Map<String, Long> limits = numbers(nodes.get(QUOTA + top + LIMITS).content);
        Used used = used(account);
        boolean isBeyond = isBeyond(moreNodes, used.nodes, limits.get("countHardLimit"))
                || isBeyond(moreBytes, used.bytes, limits.get("byteHardLimit"));
        // An account that is on its way to the disk does not count yet.
        boolean isOnItsWay = zxid - account.mzxid < OUTSTANDING_MAX;
        if (isBeyond && (!isOnItsWay || part == refusedByQuota)) {
            throw new Refused(ErrorCode.QUOTA_EXCEEDED);
        }
    }

    private static boolean isBeyond(long more, long used, @Nullable Long limit) {
        return more != 0 && limit != null && limit >= 0 && used + more > limit;
    }

    private static Map<String, Long> numbers(@Nullable Bytes text) throws Refused {
        Map<String, Long> numbers = new TreeMap<>();
        for (String each : text == null ? new String[1] : text.utf8().split("[,;]")) {
            if (each == null || each.indexOf('=') < 0) {
                throw new Refused(ErrorCode.MARSHALLING_ERROR);
            }
            String[] parts = each.split("=");
            numbers.put(parts[0], Long.parseLong(parts[1]));
        }
        return numbers;
    }

    private static void requireReadable(@Nullable Bytes account) throws Refused {
        try {
            numbers(account);
        } catch (Refused | NumberFormatException e) {
            throw new Refused(ErrorCode.BAD_ARGUMENTS);
        }
    }

    private long countOf(String top) {
        return nodes.containsKey(top) ? 1 + below(top).size() : 0;
    }

    private long bytesOf(String top) {
        long bytes = nodes.containsKey(top) ? sizeOf(nodes.get(top).content) : 0;
        for (Node each : below(top).values()) {
            bytes += sizeOf(each.content);
        }
        return bytes;
    }

    private static int sizeOf(@Nullable Bytes content) {
        return content == null ? 0 : content.size();
    }

    // Reads.

    Outcome read(Operation operation) {
        caller = operation.caller();
        session = operation.session();
        try {
            return new Outcome(0, answer(operation.request()), List.of());
        } catch (Refused refused) {
            return new Outcome(refused.error.code(), null, List.of());
        }
    }

    private Response answer(Request request) throws Refused {
        if (request instanceof Request.GetData get) {
            readable(get.path());
            return new Response.Content(present(get.path()).content, stat(get.path()));
        }
        if (request instanceof Request.Exists exists) {
            readable(exists.path());
            return new Response.StatOnly(stat(exists.path()));
        }
        if (request instanceof Request.GetAcl get) {
            Node node = present(get.path());
            permit(node, Permission.READ | Permission.ADMIN);
            return new Response.AclList(caller.shown(node.acl), stat(get.path()));
        }
        if (request instanceof Request.GetChildren2 get) {
            readable(get.path());
            return new Response.ChildrenWithStat(listed(get.path()), stat(get.path()));
        }
        if (request instanceof Request.GetChildren get) {
            readable(get.path());
            return new Response.Children(listed(get.path()));
        }
        if (request instanceof Request.GetAllChildrenNumber get) {
            readable(get.path());
            return new Response.DescendantCount(below(get.path()).size());
        }
        if (request instanceof Request.GetEphemerals get) {
            return new Response.Ephemerals(ephemeralsOf(session).stream()
                    .filter(each -> each.startsWith(get.prefix()))
                    .toList());
        }
        if (request instanceof Request.WhoAmI) {
            return new Response.Identities(caller.identities());
        }
        Request.MultiRead multi = (Request.MultiRead) request;
        List<MultiResult> results = new ArrayList<>();
        for (Request.MultiReadOp op : multi.ops()) {
            try {
                results.add(MultiResult.Done.of(op.opCode(), answer(op)));
            } catch (Refused refused) {
                results.add(new MultiResult.Failed(refused.error));
            }
        }
        return new Response.Multi(results);
    }

    private void readable(String path) throws Refused {
        permit(present(path), Permission.READ);
    }

    /** What a client that comes back has missed. */
    Missed missed(Request.SetWatches2 set, Caller by) {
        Missed missed = new Missed(new ArrayList<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        for (String path : set.data()) {
            Node node = nodes.get(internal(path));
            if (node == null || node.mzxid > set.relativeZxid()) {
                missed.data().add(path);
                miss(missed, by, EventType.NODE_DATA_CHANGED, path);
            }
        }
        for (String path : set.exist()) {
            if (nodes.containsKey(internal(path))) {
                missed.exist().add(path);
                miss(missed, by, EventType.NODE_CREATED, path);
            }
        }
        for (String path : set.child()) {
            Node node = nodes.get(internal(path));
            if (node == null || node.pzxid > set.relativeZxid()) {
                missed.children().add(path);
                miss(missed, by, EventType.NODE_CHILDREN_CHANGED, path);
            }
        }
        return missed;
    }

    private void miss(Missed missed, Caller by, EventType type, String path) {
        Node node = nodes.get(internal(path));
        if (node == null || by.may(node.acl, Permission.READ)) {
            missed.events().add(new WatchEvent(node == null ? EventType.NODE_DELETED : type, path));
        }
    }

    // What both sides must agree on.

    /** One line for each node and session, and for what all nodes take together. */
    List<String> dump() {
        List<String> lines = new ArrayList<>();
        nodes.forEach((path, node) -> lines.add(shown(path) + " " + stat(path) + " "
                + (node.content == null ? "null" : node.content.hex()) + " " + node.acl));
        sessions.forEach((session, timeout) -> lines.add("session " + Long.toHexString(session) + " " + timeout));
        lines.add("memory " + memoryBytes());
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
        return stat(path, nodes.get(internal(path)).content);
    }

    private Stat stat(String path, @Nullable Bytes content) {
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
                sizeOf(content),
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

    /** Returns the children unless the answer, with a header and a stat, would be too large. */
    private List<String> listed(String path) throws Refused {
        List<String> names = children(path);
        long bytes = ANSWER_BYTES
                + 4
                + names.stream().mapToLong(each -> 4 + each.length()).sum();
        if (bytes > bounds.listBytesMax()) {
            throw new Refused(ErrorCode.MARSHALLING_ERROR);
        }
        return names;
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

    private void permit(Node node, int permissions) throws Refused {
        if (!caller.may(node.acl, permissions)) {
            throw new Refused(ErrorCode.NO_AUTH);
        }
    }

    private List<Acl> stored(List<Acl> sent) throws Refused {
        List<Acl> stored = caller.stored(sent);
        if (stored == null) {
            throw new Refused(ErrorCode.INVALID_ACL);
        }
        return stored;
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
