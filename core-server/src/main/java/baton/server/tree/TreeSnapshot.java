package baton.server.tree;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A walk over the whole tree that neither stops the writer nor copies the tree.
 *
 * <p>It contains all effects of the transactions up to {@link #zxid} and perhaps some of later ones; each node is one of
 * the states it had meanwhile. Replaying everything after {@code zxid}, at least up to {@link #endPosition()} as it is
 * after the walk, leads to the exact tree.
 */
public final class TreeSnapshot {
    private final ZnodeTree tree;
    private final long zxid;
    private final List<AclEntry> acls;

    TreeSnapshot(ZnodeTree tree, long zxid, List<AclEntry> acls) {
        this.tree = tree;
        this.zxid = zxid;
        this.acls = acls;
    }

    /** The last transaction that is contained completely. */
    public long zxid() {
        return zxid;
    }

    /** The numbered access control lists, without {@link AclEntry#OPEN}, in the order of their numbers. */
    public List<AclEntry> acls() {
        return acls;
    }

    /** Visits every node once, parents before children, on the calling thread. The root's path is {@code "/"}. */
    public void forEach(BiConsumer<Znode, NodeState> visitor) {
        ArrayDeque<Znode> pending = new ArrayDeque<>();
        pending.push(tree.root());
        while (!pending.isEmpty()) {
            Znode node = pending.pop();
            visitor.accept(node, node.state());
            // After the state: a child too many is only created again, a child too few would need the newer state.
            node.children().forEach(pending::push);
        }
    }

    /** Returns how far the tree has come by now. */
    public TreePosition endPosition() {
        return tree.position();
    }
}
