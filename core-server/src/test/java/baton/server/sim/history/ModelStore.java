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
import baton.protocol.WatchEvent;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The plainest store that does what {@code client-protocol.md} says: sorted maps, everything copied, everything recomputed
 * when asked. It decides about requests by itself and shares no code with the server.
 *
 * <p>Here are its sessions and its writes; what it holds is a {@link ModelTree}, its {@link ModelQuotas} are in that, and what
 * it answers to those who read comes from {@link ModelReads}.
 */
final class ModelStore {
    private static final long ROUNDING_MILLIS = 2;

    private final ModelTree tree = new ModelTree();
    private final TreeMap<Long, Integer> sessions = new TreeMap<>();
    private final TreeSet<Long> pastSessions = new TreeSet<>();
    private final ModelBounds bounds;
    private final ModelQuotas quotas;

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
        this.quotas = new ModelQuotas(tree, bounds.quotasEnforced());
    }

    // What there is.

    ModelTree tree() {
        return tree;
    }

    ModelQuotas quotas() {
        return quotas;
    }

    Map<Long, Integer> sessions() {
        return sessions;
    }

    /** One line for each node and session, and for what all nodes take together: what both sides must agree on. */
    List<String> dump() {
        List<String> lines = tree.dump();
        sessions.forEach((session, timeout) -> lines.add("session " + Long.toHexString(session) + " " + timeout));
        lines.add("memory " + tree.memoryBytes());
        return lines;
    }

    // Sessions.

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
            close(each, List.copyOf(tree.ephemeralsOf(each)), last);
        }
        return last;
    }

    // Nodes that vanish.

    /** Says whether the server may delete the node by itself, if it is old enough. */
    boolean mayVanish(String path) {
        ModelNode node = tree.find(path);
        return node != null
                && tree.childCount(path) == 0
                && (node.isTimed() || node.isContainer() && node.creations() > 0);
    }

    /** Says whether the node may have been left alone for as long as it has to live: since a client asked for it, by this model. */
    boolean isOldEnough(String path, long moment) {
        ModelNode node = tree.find(path);
        long ageMillis = (moment - node.askedAt()) / 1_000_000 + ROUNDING_MILLIS;
        return !node.isTimed() || ageMillis > node.ttlMillis() * (100 - bounds.clockPercentMax()) / 100;
    }

    List<Happening> vanish(String path, long at) {
        events = new ArrayList<>();
        zxid = at;
        remove(path);
        return events;
    }

    // Reads.

    Outcome read(Operation operation) {
        try {
            Response response = readsOf(operation.caller(), operation.session()).answer(operation.request());
            return new Outcome(0, response, List.of());
        } catch (Refused refused) {
            return new Outcome(refused.error().code(), null, List.of());
        }
    }

    /** What a client that comes back has missed. */
    Missed missed(Request.SetWatches2 set, Operation asked) {
        return readsOf(asked.caller(), asked.session()).missed(set);
    }

    private ModelReads readsOf(Caller reader, long of) {
        return new ModelReads(tree, reader, of, bounds.listBytesMax());
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
        Map<String, ModelNode> before = tree.copy();
        Outcome outcome = write(operation);
        tree.restore(before);
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
            return new Outcome(refused.error().code(), null, List.of());
        }
    }

    private Outcome multi(Request.Multi multi) {
        Map<String, ModelNode> before = tree.copy();
        List<MultiResult> results = new ArrayList<>();
        for (; part < multi.ops().size(); part++) {
            Request.MultiOp op = multi.ops().get(part);
            try {
                results.add(MultiResult.Done.of(op.opCode(), single(op)));
            } catch (Refused refused) {
                tree.restore(before);
                return new Outcome(0, failed(multi.ops().size(), part, refused.error()), List.of());
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
        ModelNode node = tree.present(check.path());
        permit(node, Permission.READ);
        requireVersion(check.version(), node.version());
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
        String parentPath = ModelTree.parent(asked);
        ModelNode parent = tree.present(parentPath);
        permit(parent, Permission.CREATE);
        String path = mode.isSequential() ? asked + String.format("%010d", parent.creations()) : asked;
        if (tree.has(path)) {
            throw new Refused(ErrorCode.NODE_EXISTS);
        }
        if (parent.isEphemeral()) {
            throw new Refused(ErrorCode.NO_CHILDREN_FOR_EPHEMERALS);
        }
        wasOwnedTooMuch = mode.isEphemeral() && tree.ephemeralsOf(session).size() >= bounds.ephemeralsMax();
        if (wasOwnedTooMuch) {
            throw new Refused(ErrorCode.QUOTA_EXCEEDED);
        }
        requireQuota(path, 1, ModelNode.sizeOf(content));
        long owner = mode.isEphemeral()
                ? session
                : mode.isContainer() ? ModelNode.container() : mode.isTtl() ? ModelNode.timed(ttlMillis) : 0;
        tree.put(path, new ModelNode(content, acl, zxid, zxid, zxid, timeMillis, timeMillis, 0, 0, 0, owner, askedAt));
        tree.put(parentPath, parent.withParentChange(parent.creations() + 1, zxid));
        quotas.created(path, content);
        tell(EventType.NODE_CREATED, path, acl);
        tell(EventType.NODE_CHILDREN_CHANGED, parentPath, parent.acl());
        return opCode == OpCode.CREATE
                ? new Response.Created(path)
                : new Response.CreatedWithStat(path, tree.stat(path));
    }

    private Response delete(Request.Delete delete) throws Refused {
        permit(tree.present(ModelTree.parent(delete.path())), Permission.DELETE);
        requireVersion(delete.version(), tree.present(delete.path()).version());
        if (tree.childCount(delete.path()) > 0) {
            throw new Refused(ErrorCode.NOT_EMPTY);
        }
        remove(delete.path());
        return Response.Empty.INSTANCE;
    }

    private Response setData(Request.SetData set) throws Refused {
        ModelNode node = tree.present(set.path());
        long moreBytes = ModelNode.sizeOf(set.content()) - node.size();
        permit(node, Permission.WRITE);
        requireQuota(set.path(), 0, moreBytes);
        requireVersion(set.version(), node.version());
        ModelQuotas.requireReadable(set.path(), set.content());
        tree.put(set.path(), node.set(set.content(), zxid, timeMillis, askedAt));
        quotas.account(set.path(), 0, moreBytes);
        tell(EventType.NODE_DATA_CHANGED, set.path(), node.acl());
        // Of an account too: what was sent, though something else is read.
        return new Response.StatOnly(tree.stat(set.path(), set.content()));
    }

    private Response setAcl(Request.SetAcl set) throws Refused {
        List<Acl> acl = stored(set.acl());
        ModelNode node = tree.present(set.path());
        permit(node, Permission.ADMIN);
        requireVersion(set.version(), node.aversion());
        tree.put(set.path(), node.withAcl(acl));
        return new Response.StatOnly(tree.stat(set.path()));
    }

    private void remove(String path) {
        ModelNode removed = tree.remove(path);
        String parentPath = ModelTree.parent(path);
        ModelNode parent = tree.find(parentPath);
        if (removed == null || parent == null) {
            throw new Violation("HC-2", path + " is deleted at zxid " + zxid + " and is not there");
        }
        tree.put(parentPath, parent.withParentChange(parent.creations(), zxid));
        quotas.account(path, -1, -removed.size());
        tell(EventType.NODE_DELETED, path, removed.acl());
        tell(EventType.NODE_CHILDREN_CHANGED, parentPath, parent.acl());
    }

    private void tell(EventType type, String path, List<Acl> acl) {
        events.add(new Happening(new WatchEvent(type, ModelTree.shown(path)), acl));
    }

    private void permit(ModelNode node, int permissions) throws Refused {
        if (!caller.may(node.acl(), permissions)) {
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

    private void requireQuota(String path, int moreNodes, long moreBytes) throws Refused {
        quotas.require(path, moreNodes, moreBytes, zxid, part == refusedByQuota);
    }
}
