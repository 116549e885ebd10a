package baton.server.tree;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.server.txn.Txn;
import baton.server.txn.TxnHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All znodes of a server.
 *
 * <p>A {@linkplain #fresh fresh} tree holds the root and the reserved nodes below {@code /zookeeper}; one that is made
 * {@linkplain #forRestore for restoring} gets what a snapshot file holds by the {@code restore} methods, ending with
 * {@link #restored}. After that it is changed by {@link #apply} only. When the log is {@linkplain #replayed replayed},
 * there may be readers.
 *
 * <p>One thread writes, and closes the {@link #gate} around it as soon as there are readers. Any thread may
 * {@link #find} nodes; methods that say so are for the writer, or for readers inside {@link ReadGate#readAlone}.
 */
public final class ZnodeTree {
    public static final String ROOT = "/";
    public static final String RESERVED = "/zookeeper";
    public static final String QUOTA = "/zookeeper/quota";
    public static final String CONFIG = "/zookeeper/config";

    /** What a node takes beside the bytes of its path and its data: objects, their headers, and its place in tables. */
    private static final int NODE_BYTES = 200;

    private static final byte[] RESERVED_UTF8 = RESERVED.getBytes(StandardCharsets.UTF_8);

    private final ReadGate gate = new ReadGate();
    private final AclTable acls = new AclTable();
    private final Znode root;
    private final NodeIndex index;
    private final Recount recount;
    private final DigestSum digest;
    private final Ephemerals ephemerals = new Ephemerals();
    private final Vanishing vanishing = new Vanishing();
    private final Quotas quotas = new Quotas(this);
    private final TxnApplication application = new TxnApplication(this);
    private final Restoring restoring;

    // All below are written by the tree's writer.
    private volatile TreePosition position;
    private long sizeBytes;
    private boolean configRestored;

    private ZnodeTree(PathHash hashes, AclEntry configAcl) {
        NodeState empty = NodeState.builtIn(Bytes.EMPTY, AclEntry.OPEN, 0);
        root = new Znode(new byte[0], hashes.of(new byte[] {'/'}), null, empty);
        index = new NodeIndex(hashes);
        index.add(root);
        recount = new Recount(this, index);
        digest = new DigestSum(ephemerals, recount);
        restoring = new Restoring(index, this::completeChildren);
        digest.addedRoot(root);
        insertBuiltIn(root, RESERVED, empty);
        Znode reserved = present(RESERVED);
        insertBuiltIn(reserved, QUOTA, empty);
        insertBuiltIn(reserved, CONFIG, NodeState.builtIn(Bytes.EMPTY, configAcl, -1));
        position = new TreePosition(0, digest.settle());
    }

    /**
     * Makes the tree of a new server.
     *
     * @param hashes whose keys no client knows
     */
    public static ZnodeTree fresh(PathHash hashes) {
        ZnodeTree tree = forRestore(hashes);
        tree.restored(0);
        return tree;
    }

    /**
     * Makes a tree that is to be filled with a snapshot.
     *
     * @param hashes whose keys no client knows
     */
    public static ZnodeTree forRestore(PathHash hashes) {
        return new ZnodeTree(hashes, AclEntry.OPEN);
    }

    private void insertBuiltIn(Znode parent, String path, NodeState state) {
        insert(parent, path, state);
        replaceChildCount(parent, 0, 0);
    }

    /** Returns the path of the parent; the root's children are of {@code "/"}, and so is the root. */
    public static String parentPath(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? ROOT : path.substring(0, slash);
    }

    /** Says whether the node belongs to the server and can never be deleted. */
    public static boolean isReserved(String path) {
        return path.equals(ROOT) || path.equals(RESERVED) || path.equals(QUOTA) || path.equals(CONFIG);
    }

    /** Returns the gate that keeps readers and the writer apart. */
    public ReadGate gate() {
        return gate;
    }

    public Znode root() {
        return root;
    }

    /** Finds a node; the empty path is another name of the root. */
    public @Nullable Znode find(String path) {
        return path.isEmpty() ? root : index.find(path, path.length());
    }

    /** Finds a node by the UTF-8 bytes of its path. */
    public @Nullable Znode find(byte[] utf8, int offset, int length) {
        return length == 0 ? root : index.find(utf8, offset, length);
    }

    /** Returns what {@link Znode#pathHash} is made by. */
    public PathHash hashes() {
        return index.hashes();
    }

    /**
     * Has the memory in which nodes lie, and their data, brought to the processor, that of all at once.
     *
     * @param hashes of their paths, the first {@code count}; there need not be such nodes
     * @return what is to be kept somewhere, else nothing would be done
     */
    public int foresee(int[] hashes, int count) {
        return index.foresee(hashes, count);
    }

    /** Finds the parent of a path, which need not exist itself; null if the path has no slash or no such parent. */
    public @Nullable Znode findParent(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            return null;
        }
        return slash == 0 ? root : index.find(path, slash);
    }

    /** Returns how far the tree has come; callable from any thread. */
    public TreePosition position() {
        return position;
    }

    /** Number of nodes, the root among them. For the writer or alone. */
    public int nodeCount() {
        return index.size();
    }

    /** Number of bytes in all paths and data. For the writer or alone. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /**
     * About how many bytes of memory the tree takes: its nodes, and each access control list once. For the writer or alone. It
     * depends on what is in the tree only, not on how that came about.
     */
    public long memoryBytes() {
        return sizeBytes + (long) NODE_BYTES * index.size() + acls.memoryBytes();
    }

    /** Says whether a node has the list, so that another that gets it takes nothing more. For the writer. */
    public boolean hasAcl(List<Acl> list) {
        return acls.contains(list);
    }

    /** Returns the nodes that belong to sessions. */
    public Ephemerals ephemerals() {
        return ephemerals;
    }

    /** Returns how many bytes a path takes in a record. */
    public static int recordBytes(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) >= 0x80) {
                return Integer.BYTES + path.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return Integer.BYTES + path.length();
    }

    /**
     * Finds nodes that are to vanish: containers that have lost their last child, and nodes whose time to live is over.
     * For the writer.
     *
     * @param ageMillis tells of a zxid how long ago that was
     * @param neverUsedMillis also containers that never had a child for longer than this; 0 keeps them
     * @param max how many at most
     */
    public List<String> vanishing(LongUnaryOperator ageMillis, long neverUsedMillis, int max) {
        return vanishing.due(ageMillis, neverUsedMillis, max);
    }

    /**
     * Applies a transaction, which was checked before it was written to the log. Applying it again, as a replay over a
     * snapshot does, leads to the same tree as applying it once. For the writer.
     *
     * @param aftermath told what becomes of it; the tree is not to be looked at meanwhile
     */
    public void apply(TxnHeader header, Txn txn, Aftermath aftermath) {
        application.apply(header, txn, aftermath);
        reached(header.zxid());
    }

    private void reached(long zxid) {
        position = new TreePosition(zxid, digest.settle());
    }

    /** Returns what counts all nodes anew at leisure. For the writer. */
    public Recount recount() {
        return recount;
    }

    /** Begins a snapshot: {@linkplain TreeSnapshot#forEach walk it} on any thread while writing goes on. For the writer. */
    public TreeSnapshot snapshot() {
        return new TreeSnapshot(this, position.zxid(), acls.resolvedEntries(), acls.locked());
    }

    /** Adds a list of a snapshot under its number, before any node that has it. */
    public void restoreAcl(long id, List<Acl> list) {
        acls.restore(id, list);
    }

    /**
     * Adds a node of a snapshot, parents before children. The names of the parameters are those of the file.
     *
     * @param path in UTF-8; the root's is empty
     * @param cversion number of children ever created
     * @return false if its parent is missing; nothing is added then
     * @throws IllegalArgumentException if a node was restored twice, of which this need not be the one
     */
    public boolean restoreNode(
            Bytes path,
            @Nullable Bytes content,
            long aclId,
            long czxid,
            long mzxid,
            long ctime,
            long mtime,
            int version,
            int cversion,
            int aversion,
            long ephemeralOwner,
            long pzxid) {
        byte[] utf8 = path.unsafeArray();
        // Only these are there already: looking for each would cost more than all else.
        Znode present = mayBeReserved(utf8) ? find(utf8, 0, utf8.length) : null;
        Znode parent = present == null ? restoring.parentOf(utf8) : null;
        if (present != null && !isReserved(present.path())) {
            throw new IllegalArgumentException("node '" + path.utf8() + "' is in the snapshot twice");
        }
        if (present == null && parent == null) {
            return false;
        }
        NodeState state = NodeState.of(
                content,
                acls.useRestored(aclId),
                czxid,
                mzxid,
                pzxid,
                ctime,
                mtime,
                version,
                cversion,
                aversion,
                ephemeralOwner,
                present == null ? 0 : present.children().size());
        if (present != null) {
            acls.release(present.state().acl());
            replace(present, state);
            configRestored |= present.path().equals(CONFIG);
        } else if (parent != null) {
            restoring.add(made(parent, utf8, state));
            if (Quotas.concerns(utf8)) {
                quotas.inserted(path.utf8());
            }
        }
        return true;
    }

    private static boolean mayBeReserved(byte[] utf8) {
        return utf8.length <= 1
                || utf8.length >= RESERVED_UTF8.length
                        && Arrays.equals(utf8, 0, RESERVED_UTF8.length, RESERVED_UTF8, 0, RESERVED_UTF8.length);
    }

    private void completeChildren(Znode parent, List<Znode> added) {
        parent.replaceChildren(parent.children().withAll(added));
        parent.countBelow(added.size());
        replaceChildCount(parent, parent.state().creations(), parent.state().pzxid());
    }

    /**
     * Says that the snapshot of the transaction is complete.
     *
     * @throws IllegalArgumentException if a node was restored twice
     */
    public void restored(long zxid) {
        restoring.end();
        acls.dropUnused();
        if (!configRestored) {
            Znode config = present(CONFIG);
            replaceAcl(config, Acl.READ_ONLY, config.state().aversion());
        }
        reached(zxid);
    }

    /**
     * Number of access control lists that nodes of the snapshot name but that neither it nor the transactions replayed
     * so far contain. It must be 0 once the log is replayed.
     */
    public int unresolvedAclCount() {
        return acls.unresolvedCount();
    }

    /**
     * Says that the log is replayed, before the first reader comes, also one that writes it down. Doing so again does no harm.
     * For the writer.
     *
     * <p>Accounts of quotas are made anew only now: what they say does not depend on the snapshot from which the server
     * began.
     */
    public void replayed() {
        quotas.renewAll();
        ephemerals.sort();
    }

    // What follows is for the application of transactions.

    AclEntry useAcl(List<Acl> list) {
        return acls.use(list);
    }

    /** Adds a node; the parent's state is left to the caller. */
    Znode insert(Znode parent, String path, NodeState state) {
        Znode node = made(parent, path.getBytes(StandardCharsets.UTF_8), state);
        index.add(node);
        parent.replaceChildren(parent.children().with(node));
        parent.countBelow(1);
        quotas.inserted(path);
        return node;
    }

    /** Makes a node that counts in everything but its parent and the index, which are left to the caller. */
    private Znode made(Znode parent, byte[] utf8, NodeState state) {
        byte[] name = Arrays.copyOfRange(utf8, parent.isRoot() ? 1 : parent.pathLength() + 1, utf8.length);
        Znode node = new Znode(name, hashes().of(utf8), parent, state);
        sizeBytes += utf8.length + state.contentSize();
        digest.added(node, utf8, trackOwner(node, state.owner()));
        return node;
    }

    /**
     * Removes children of a node; the parent's state is left to the caller.
     *
     * <p>A node with children is never deleted but in a replay, when the snapshot already has the children of a later
     * node of that name. They go too: their creation is still to come.
     */
    void remove(Znode parent, List<Znode> nodes) {
        parent.replaceChildren(parent.children().withoutAll(nodes));
        int goneCount = nodes.size();
        for (Znode each : nodes) {
            goneCount += each.children().size() == 0 ? 0 : forgetBelow(each);
            forget(each);
        }
        parent.countBelow(-goneCount);
    }

    /** Returns how many there were. */
    private int forgetBelow(Znode top) {
        int goneCount = 0;
        ArrayDeque<Znode> pending = new ArrayDeque<>();
        top.children().forEach(pending::push);
        while (!pending.isEmpty()) {
            Znode each = pending.pop();
            each.children().forEach(pending::push);
            forget(each);
            goneCount++;
        }
        return goneCount;
    }

    private void forget(Znode node) {
        NodeState state = node.state();
        SessionNodes owned = ephemerals.with(state);
        digest.removed(node, owned);
        forgetOwner(node, state.owner(), owned);
        drop(node);
    }

    private void drop(Znode node) {
        NodeState state = node.state();
        index.remove(node);
        acls.release(state.acl());
        sizeBytes -= node.pathLength() + state.contentSize();
        quotas.removed(node, state.contentSize());
    }

    /**
     * Lets a session own nothing any more: what it has owned no longer counts in the digest, and is to be removed by {@link
     * #removeDisowned}.
     */
    void disown(long sessionId) {
        digest.settle();
        SessionNodes owned = ephemerals.disown(sessionId);
        if (owned != null) {
            digest.removed(owned);
        }
    }

    /** Removes children of a node, which have none themselves; the parent's state is left to the caller. */
    void removeDisowned(Znode parent, List<Znode> nodes) {
        parent.replaceChildren(parent.children().withoutAll(nodes));
        nodes.forEach(this::drop);
        parent.countBelow(-nodes.size());
    }

    /** Returns what each quota allows, and what is used of it. Callable while the writer is held off. */
    public List<QuotaUse> quotaUses() {
        return quotas.all();
    }

    /**
     * Returns the top of the deepest subtree with a quota in which the path lies, be it there or not, and whose path is shorter
     * than that; null if there is none. For the writer.
     */
    public @Nullable String deepestQuota(String path, int shorterThan) {
        return quotas.deepest(path, shorterThan);
    }

    Quotas quotas() {
        return quotas;
    }

    /** Replaces the access control list of a node. */
    void replaceAcl(Znode node, List<Acl> list, int aversion) {
        AclEntry before = node.state().acl();
        replace(node, node.state().withAcl(acls.use(list), aversion));
        acls.release(before);
    }

    /** Replaces the state of a node by one with the same list and owner. */
    void replace(Znode node, NodeState next) {
        sizeBytes += next.contentSize() - node.state().contentSize();
        digest.changing(node);
        node.replaceState(next);
    }

    /** Replaces what of a node's state does not count in the digest. */
    private void replaceChildCount(Znode node, int creations, long pzxid) {
        NodeState next = node.state().withChildren(node.children().size(), creations, pzxid);
        next.keepDigest(digest.of(node));
        node.replaceState(next);
    }

    /** Returns what the node adds to the digest of the tree. For the writer. */
    public long digestOf(Znode node) {
        return digest.of(node);
    }

    /** Returns all nodes of the session, if the owner is one. */
    private @Nullable SessionNodes trackOwner(Znode node, long owner) {
        if (NodeOwner.isSession(owner)) {
            return ephemerals.add(node, owner);
        }
        if (owner != NodeOwner.NOBODY) {
            vanishing.add(node);
        }
        return null;
    }

    private void forgetOwner(Znode node, long owner, @Nullable SessionNodes owned) {
        if (owned != null) {
            ephemerals.remove(node, owner, owned);
        } else if (owner != NodeOwner.NOBODY && !NodeOwner.isSession(owner)) {
            vanishing.remove(node);
        }
    }

    private Znode present(String path) {
        Znode node = find(path);
        if (node == null) {
            throw new IllegalStateException("no node " + path);
        }
        return node;
    }
}
