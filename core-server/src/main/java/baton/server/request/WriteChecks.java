package baton.server.request;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.PathRules;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.SequenceSuffix;
import baton.server.auth.AccessControl;
import baton.server.auth.Identity;
import baton.server.tree.AclEntry;
import baton.server.tree.NodeOwner;
import baton.server.tree.NodeState;
import baton.server.tree.Quotas;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a request may happen, and what exactly will happen: the transaction.
 *
 * <p>The order of the checks is part of the protocol, for the error that a client gets is that of the first one that
 * fails. A transaction that passes them is entered into the outstanding changes at once, so the next request is checked
 * against it.
 */
final class WriteChecks {
    private static final int ANY_VERSION = -1;
    private static final long NO_TTL = -1;
    private static final char REPLACEMENT = '\ufffd';

    /** So many children of a node are worth a line to the operator. */
    private static final int CROWD = 10_000;

    private final ZnodeTree tree;
    private final OutstandingChanges changes;
    private final AccessControl access;
    private final SequencerSettings settings;
    private final QuotaChecks quotas;
    private final EphemeralChecks ephemerals;
    private final ProposedLists lists;
    private final RecordWeight weight;
    private final SessionTxns sessionTxns;
    private final Foresight foresight;

    // Who asks, and under which zxid and time it would happen.
    private long sessionId;
    private List<Identity> identities = List.of();
    private long zxid;
    private long timeMillis;

    private String lastParentPath = "";

    // What it comes to.
    private int moreNodes;
    private long moreBytes;
    private Effect.@Nullable Crowded crowded;

    WriteChecks(ZnodeTree tree, OutstandingChanges changes, AccessControl access, SequencerSettings settings) {
        this.tree = tree;
        this.changes = changes;
        this.access = access;
        this.settings = settings;
        this.quotas = new QuotaChecks(changes, settings.quotaEnforced());
        this.ephemerals = new EphemeralChecks(tree, settings.bounds());
        this.lists = new ProposedLists(tree);
        int recordBytesMax = settings.bounds().recordBytesMax();
        this.weight = new RecordWeight(recordBytesMax);
        this.sessionTxns = new SessionTxns(changes, quotas, ephemerals, weight, recordBytesMax);
        this.foresight = new Foresight(tree);
    }

    /** Returns what makes the transactions that open and end sessions, as this makes all others. */
    SessionTxns sessionTxns() {
        return sessionTxns;
    }

    /** Forgets what is in the tree by now. */
    void applied(long zxid) {
        changes.applied(zxid);
        quotas.applied(zxid);
        ephemerals.applied(zxid);
        lists.applied(zxid);
    }

    /**
     * Makes a transaction of the request; a refused one is a {@link Txn.Failed}, or a failed {@link Txn.Multi}.
     *
     * @param asker the session that asks, 0 for none
     * @param nextZxid under which it would happen
     * @param nowMillis when
     */
    Txn check(Request request, long asker, List<Identity> askers, long nextZxid, long nowMillis) {
        sessionId = asker;
        identities = askers;
        zxid = nextZxid;
        timeMillis = nowMillis;
        changes.begin(zxid);
        weight.begin();
        moreNodes = 0;
        moreBytes = 0;
        crowded = null;
        quotas.begin();
        ephemerals.begin();
        if (request instanceof Request.Multi multi) {
            return multi(multi);
        }
        try {
            return single(request);
        } catch (Refusal refusal) {
            undo(zxid);
            return new Txn.Failed(refusal.error());
        }
    }

    /** Returns what the last transaction's nodes have made too large to be listed, soon; null for nothing. */
    Effect.@Nullable Crowded crowded() {
        return crowded;
    }

    /** Returns the top of the subtree whose hard quota has refused the last request; null if none has. */
    @Nullable
    String exceededQuota() {
        return quotas.exceeded();
    }

    /**
     * Says whether the last request was refused since its record would be too large, or its session would own too many nodes
     * or names too long for the record of its end. Of that no log should tell.
     */
    boolean isBeyondBounds() {
        return weight.isTooLarge() || ephemerals.isExceeded();
    }

    /** Returns how many nodes the last transaction makes. */
    int moreNodes() {
        return moreNodes;
    }

    /**
     * Returns by how many bytes of paths, data and lists it lets the tree grow; of what it takes away only that counts in whose
     * place something comes.
     */
    long moreBytes() {
        return moreBytes;
    }

    /** Returns how many bytes the transaction made last takes in the log, at most. */
    long recordBytes() {
        return weight.recordBytes();
    }

    /** Takes back the transaction made last, as if it had never been asked for. */
    void undo(long zxid) {
        crowded = null;
        moreNodes = 0;
        moreBytes = 0;
        changes.undo();
        quotas.undo(zxid);
        ephemerals.undo(zxid);
        lists.undo(zxid);
    }

    private Txn single(Request request) throws Refusal {
        if (request instanceof Request.SetAcl set) {
            return setAcl(set);
        }
        if (request instanceof Request.Check) {
            throw new IllegalArgumentException("a check stands inside a multi only");
        }
        if (request instanceof Request.MultiOp op) {
            return part(op, false);
        }
        if (request instanceof Request.DeleteContainer delete) {
            return deleteVanished(delete.path());
        }
        if (request instanceof Request.Reconfig) {
            // There is no ensemble to change.
            throw new Refusal(settings.reconfigEnabled() ? ErrorCode.UNIMPLEMENTED : ErrorCode.RECONFIG_DISABLED);
        }
        throw new IllegalArgumentException(request.opCode() + " does not become a transaction here");
    }

    private Txn.Multi multi(Request.Multi multi) {
        List<Request.MultiOp> ops = multi.ops();
        List<Txn.Sub> parts = new ArrayList<>(ops.size());
        try {
            for (int i = 0; i < ops.size(); i++) {
                if (i % Foresight.NODES_MAX == 0) {
                    foresee(ops.subList(i, Math.min(i + Foresight.NODES_MAX, ops.size())));
                }
                parts.add(part(ops.get(i), true));
            }
        } catch (Refusal refusal) {
            undo(zxid);
            weight.addFailed(ops.size());
            parts.add(new Txn.Failed(refusal.error()));
            while (parts.size() < ops.size()) {
                parts.add(new Txn.Failed(ErrorCode.RUNTIME_INCONSISTENCY));
            }
        }
        return new Txn.Multi(parts);
    }

    private void foresee(List<Request.MultiOp> ops) {
        for (Request.MultiOp each : ops) {
            foresight.add(tree.hashes().of(each.path(), each.path().length()));
        }
        foresight.look();
    }

    private Txn.Sub part(Request.MultiOp op, boolean inMulti) throws Refusal {
        if (op instanceof Request.Create create) {
            return create(
                    create.opCode(), create.flags(), NO_TTL, inMulti, create.path(), create.content(), create.acl());
        }
        if (op instanceof Request.CreateTtl create) {
            return create(
                    OpCode.CREATE_TTL,
                    create.flags(),
                    create.ttlMillis(),
                    inMulti,
                    create.path(),
                    create.content(),
                    create.acl());
        }
        if (op instanceof Request.Delete delete) {
            return delete(delete);
        }
        if (op instanceof Request.SetData set) {
            return setData(set);
        }
        return check((Request.Check) op);
    }

    private Txn.Sub create(
            OpCode opCode,
            int flags,
            long ttlMillis,
            boolean inMulti,
            String path,
            @Nullable Bytes content,
            List<Acl> sentAcl)
            throws Refusal {
        CreateMode mode = mode(opCode, flags, ttlMillis, inMulti);
        int slash = path.lastIndexOf('/');
        require(slash >= 0 && path.indexOf('\0') < 0, ErrorCode.BAD_ARGUMENTS);
        List<Acl> acl = storable(sentAcl);
        String parentPath = parentPath(path, slash);
        NodeState parent = present(parentPath);
        permit(parent, Permission.CREATE);
        String finalPath = mode.isSequential() ? SequenceSuffix.append(path, parent.creations()) : path;
        weight.add(finalPath, content, acl);
        require(PathRules.isValid(finalPath), ErrorCode.BAD_ARGUMENTS);
        require(changes.find(finalPath) == null, ErrorCode.NODE_EXISTS);
        require(!NodeOwner.isSession(parent.owner()), ErrorCode.NO_CHILDREN_FOR_EPHEMERALS);
        require(!Quotas.isMisplaced(finalPath), ErrorCode.BAD_ARGUMENTS);
        if (mode.isEphemeral()) {
            ephemerals.create(sessionId, finalPath, zxid);
        }
        int contentBytes = content == null ? 0 : content.size();
        quotas.create(finalPath, contentBytes, zxid);
        moreNodes++;
        moreBytes += finalPath.length() + contentBytes + lists.add(zxid, acl);

        int parentCreates = parent.creations() + 1;
        int children = parent.childCount() + 1;
        if (isCrowd(children)) {
            crowded = new Effect.Crowded(parentPath.isEmpty() ? ZnodeTree.ROOT : parentPath, children);
        }
        changes.put(
                finalPath,
                NodeState.created(
                        content, AclEntry.proposed(acl), owner(mode, ttlMillis, sessionId), zxid, timeMillis));
        changes.put(parentPath, parent.withChildCreated(children, parentCreates, zxid));
        if (mode.isContainer()) {
            return new Txn.CreateContainer(finalPath, content, acl, parentCreates);
        }
        if (mode.isTtl()) {
            return new Txn.CreateTtl(finalPath, content, acl, parentCreates, ttlMillis);
        }
        OpCode type = opCode == OpCode.CREATE2 ? OpCode.CREATE2 : OpCode.CREATE;
        return new Txn.Create(type, finalPath, content, acl, mode.isEphemeral(), parentCreates);
    }

    /** Says so at the first number that is many, and whenever it has doubled since. */
    private static boolean isCrowd(int children) {
        return children % CROWD == 0 && Integer.bitCount(children / CROWD) == 1;
    }

    /**
     * Decides what kind of node results from the operation and the flags.
     *
     * <p>The reference implementation makes a plain node of {@code create} with the flags of a container, an ephemeral
     * container of {@code createContainer} with those of an ephemeral, and stops for good at {@code createTTL} with the
     * flags of a node without one. Here the first makes a container; the others are refused, but the last inside a
     * multi, where the reference makes what the flags say.
     */
    private CreateMode mode(OpCode opCode, int flags, long ttlMillis, boolean inMulti) throws Refusal {
        CreateMode mode = CreateMode.find(flags);
        if (mode == null) {
            throw new Refusal(ErrorCode.BAD_ARGUMENTS);
        }
        if (mode.isTtl()) {
            require(settings.ttlEnabled(), ErrorCode.UNIMPLEMENTED);
            require(ttlMillis >= 1 && ttlMillis <= CreateMode.TTL_MILLIS_MAX, ErrorCode.BAD_ARGUMENTS);
        } else {
            require(opCode != OpCode.CREATE_TTL || inMulti, ErrorCode.BAD_ARGUMENTS);
        }
        if (opCode == OpCode.CREATE_CONTAINER) {
            require(mode.isContainer() || mode == CreateMode.PERSISTENT, ErrorCode.BAD_ARGUMENTS);
            return CreateMode.CONTAINER;
        }
        return mode;
    }

    private static long owner(CreateMode mode, long ttlMillis, long sessionId) {
        if (mode.isEphemeral()) {
            return sessionId;
        }
        if (mode.isContainer()) {
            return NodeOwner.CONTAINER;
        }
        return mode.isTtl() ? NodeOwner.ttl(ttlMillis) : NodeOwner.NOBODY;
    }

    private Txn.Sub delete(Request.Delete delete) throws Refusal {
        String path = delete.path();
        int slash = path.lastIndexOf('/');
        require(slash >= 0 && path.indexOf('\0') < 0 && !ZnodeTree.isReserved(path), ErrorCode.BAD_ARGUMENTS);
        String parentPath = parentPath(path, slash);
        NodeState parent = present(parentPath);
        permit(parent, Permission.DELETE);
        NodeState node = present(path);
        requireVersion(delete.version(), node.version());
        require(node.childCount() == 0, ErrorCode.NOT_EMPTY);
        require(!Quotas.isUndeletable(path), ErrorCode.BAD_ARGUMENTS);
        weight.add(path, null, List.of());
        removed(path, node, parentPath, parent);
        return new Txn.Delete(path);
    }

    private Txn.Sub deleteVanished(String path) throws Refusal {
        NodeState node = present(path);
        require(node.childCount() == 0, ErrorCode.NOT_EMPTY);
        require(node.owner() != NodeOwner.NOBODY && !NodeOwner.isSession(node.owner()), ErrorCode.BAD_VERSION);
        require(!Quotas.isUndeletable(path), ErrorCode.BAD_ARGUMENTS);
        weight.add(path, null, List.of());
        String parentPath = ZnodeTree.parentPath(path);
        removed(path, node, parentPath, present(parentPath));
        return new Txn.DeleteContainer(path);
    }

    private void removed(String path, NodeState node, String parentPath, NodeState parent) {
        quotas.delete(path, node.contentSize(), zxid);
        if (NodeOwner.isSession(node.owner())) {
            ephemerals.delete(node.owner(), 1, ZnodeTree.recordBytes(path), zxid);
        }
        changes.delete(path);
        changes.put(parentPath, parent.withChildDeleted(parent.childCount() - 1, zxid));
    }

    /** Returns the first characters of the path, for siblings that follow each other in the same text. */
    private String parentPath(String path, int length) {
        if (length != lastParentPath.length() || !path.startsWith(lastParentPath)) {
            lastParentPath = path.substring(0, length);
        }
        return lastParentPath;
    }

    private Txn.Sub setData(Request.SetData set) throws Refusal {
        require(PathRules.isValid(set.path()), ErrorCode.BAD_ARGUMENTS);
        NodeState node = present(set.path());
        permit(node, Permission.WRITE);
        int bytes = set.content() == null ? 0 : set.content().size();
        quotas.replace(set.path(), bytes - node.contentSize(), zxid);
        moreBytes += Math.max(0, bytes - node.contentSize());
        requireVersion(set.version(), node.version());
        require(!Quotas.isUnreadableAccount(set.path(), set.content()), ErrorCode.BAD_ARGUMENTS);
        weight.add(set.path(), set.content(), List.of());
        int version = node.version() + 1;
        changes.put(set.path(), node.withContent(set.content(), version, zxid, timeMillis));
        return new Txn.SetData(set.path(), set.content(), version);
    }

    private Txn setAcl(Request.SetAcl set) throws Refusal {
        require(PathRules.isValid(set.path()), ErrorCode.BAD_ARGUMENTS);
        List<Acl> acl = storable(set.acl());
        NodeState node = present(set.path());
        permit(node, Permission.ADMIN);
        requireVersion(set.version(), node.aversion());
        weight.add(set.path(), null, acl);
        moreBytes += Math.max(0, lists.add(zxid, acl) - bytesOfOwn(node.acl()));
        int aversion = node.aversion() + 1;
        changes.put(set.path(), node.withAcl(AclEntry.proposed(acl), aversion));
        return new Txn.SetAcl(set.path(), acl, aversion);
    }

    /** Of a node that a change on its way has given another list, nothing: who else will have that by then is not known. */
    private static long bytesOfOwn(AclEntry acl) {
        return acl.isOfOneNode() ? AclEntry.memoryBytes(acl.list()) : 0;
    }

    /** What was no text has been read as replacement characters, and whoever stores these names somebody else. */
    private List<Acl> storable(List<Acl> sent) throws Refusal {
        for (Acl each : sent) {
            require(each.id().indexOf(REPLACEMENT) < 0, ErrorCode.BAD_ARGUMENTS);
        }
        return access.storable(sent, identities).orElseThrow(() -> new Refusal(ErrorCode.INVALID_ACL));
    }

    private Txn.Sub check(Request.Check check) throws Refusal {
        require(PathRules.isValid(check.path()), ErrorCode.BAD_ARGUMENTS);
        NodeState node = present(check.path());
        permit(node, Permission.READ);
        requireVersion(check.version(), node.version());
        weight.add(check.path(), null, List.of());
        return new Txn.Check(check.path(), check.version());
    }

    private NodeState present(String path) throws Refusal {
        NodeState node = changes.find(path);
        if (node == null) {
            throw new Refusal(ErrorCode.NO_NODE);
        }
        return node;
    }

    private void permit(NodeState node, int permission) throws Refusal {
        AclEntry acl = node.acl();
        require(acl.lets(permission) || access.allows(acl.list(), permission, identities), ErrorCode.NO_AUTH);
    }

    private static void requireVersion(int expected, int actual) throws Refusal {
        require(expected == ANY_VERSION || expected == actual, ErrorCode.BAD_VERSION);
    }

    private static void require(boolean condition, ErrorCode otherwise) throws Refusal {
        if (!condition) {
            throw new Refusal(otherwise);
        }
    }
}
