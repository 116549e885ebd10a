package baton.server.tree;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A walk over the whole tree that neither stops the writer nor copies the tree.
 *
 * <p>It contains all effects of the transactions up to {@link #zxid} and perhaps some of later ones; each node is one of
 * the states it had meanwhile. Replaying everything after {@code zxid}, at least up to {@link #endPosition()} as it is
 * after the walk, leads to the exact tree.
 *
 * <p>Every node names a list of {@link #acls()}, or {@link AclEntry#OPEN}, although the lists come first and writing goes
 * on. Apache ZooKeeper counts the users of a list as it replays: were a node to name a number that is not among them, it
 * would release whatever list got that number meanwhile, and lose the permissions of other nodes. So nodes created since
 * are left to the replay, and a node whose list was replaced since allows nothing until the replay gives it the new one.
 */
public final class TreeSnapshot {
    private final ZnodeTree tree;
    private final long zxid;
    private final List<AclEntry> acls;
    private final AclEntry locked;
    private final Set<AclEntry> listed = Collections.newSetFromMap(new IdentityHashMap<>());

    /**
     * Begins one.
     *
     * @param acls those in use
     * @param locked the list of nodes whose own is not among them
     */
    TreeSnapshot(ZnodeTree tree, long zxid, Collection<AclEntry> acls, AclEntry locked) {
        this.tree = tree;
        this.zxid = zxid;
        this.locked = locked;
        listed.addAll(acls);
        this.acls = Stream.concat(acls.stream(), Stream.of(locked)).toList();
    }

    /** The last transaction that is contained completely. */
    public long zxid() {
        return zxid;
    }

    /** The numbered access control lists, without {@link AclEntry#OPEN}, in the order of their numbers; some may have no node. */
    public List<AclEntry> acls() {
        return acls;
    }

    /** Visits every node older than the walk once, parents before children, on the calling thread. The root's path is {@code "/"}. */
    public void forEach(BiConsumer<Znode, NodeState> visitor) {
        ArrayDeque<Znode> pending = new ArrayDeque<>();
        Consumer<Znode> push = pending::push;
        pending.push(tree.root());
        while (!pending.isEmpty()) {
            Znode node = pending.pop();
            NodeState state = node.state();
            if (state.czxid() > zxid) {
                // So is everything below it.
                continue;
            }
            visitor.accept(node, isListed(state.acl()) ? state : state.withAcl(locked, state.aversion()));
            // After the state: a child too many is only created again, a child too few would need the newer state.
            node.children().forEach(push);
        }
    }

    private boolean isListed(AclEntry acl) {
        // Nearly all nodes have it: they need no lookup.
        return acl == AclEntry.OPEN || listed.contains(acl);
    }

    /** Returns how far the tree has come by now. */
    public TreePosition endPosition() {
        return tree.position();
    }
}
