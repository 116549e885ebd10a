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

    /**
     * Visits every node older than the walk once, on the calling thread, and all below a node before anything that is not.
     * The root's path is {@code "/"}.
     */
    public void forEach(BiConsumer<Znode, NodeState> visitor) {
        Walk walk = new Walk(visitor);
        walk.pending.push(tree.root());
        while (!walk.pending.isEmpty()) {
            walk.visitWithChildren(walk.pending.pop());
        }
    }

    /**
     * Returns how far the tree has come by now. A transaction that is being applied is waited for: the walk may have seen
     * some of it already, and what is said of the tree without it would not be true of what was seen.
     */
    public TreePosition endPosition() {
        return tree.gate().read(tree::position);
    }

    /**
     * Takes nodes without children many at a time: each lies in memory of its own, and so do its name, its state and its
     * data, but what is looked at together is waited for together.
     */
    private final class Walk {
        private static final int TOGETHER_MAX = 32;

        private final BiConsumer<Znode, NodeState> visitor;
        private final Consumer<Znode> taken = this::take;

        /** Nodes that had children when they were seen. */
        private final ArrayDeque<Znode> pending = new ArrayDeque<>();

        /** What is looked at together, the first {@code count}. */
        private final Znode[] nodes = new Znode[TOGETHER_MAX];

        private final NodeState[] states = new NodeState[TOGETHER_MAX];
        private int count;

        // Read by nobody.
        private int touched;

        Walk(BiConsumer<Znode, NodeState> visitor) {
            this.visitor = visitor;
        }

        /** Visits the node and its children that have none, and leaves the others for later. */
        void visitWithChildren(Znode node) {
            NodeState state = node.state();
            if (state.czxid() > zxid) {
                // So is everything below it.
                return;
            }
            visit(node, state);
            // After the node's own state: a child too many is only created again, one too few would need the newer
            // state.
            node.children().forEach(taken);
            visitTogether();
        }

        private void take(Znode child) {
            nodes[count++] = child;
            if (count == TOGETHER_MAX) {
                visitTogether();
            }
        }

        private void visitTogether() {
            keepThoseWithoutChildren();
            for (int i = 0; i < count; i++) {
                states[i] = nodes[i].state();
            }
            for (int i = 0; i < count; i++) {
                touched += nodes[i].nameBytes() + states[i].contentSize();
            }
            for (int i = 0; i < count; i++) {
                visit(nodes[i], states[i]);
            }
            count = 0;
        }

        /** What is created below one that has none comes too late for the walk anyway. */
        private void keepThoseWithoutChildren() {
            int kept = 0;
            for (int i = 0; i < count; i++) {
                Znode child = nodes[i];
                if (child.children().size() == 0) {
                    nodes[kept++] = child;
                } else {
                    pending.push(child);
                }
            }
            count = kept;
        }

        private void visit(Znode node, NodeState state) {
            if (state.czxid() <= zxid) {
                visitor.accept(node, isListed(state.acl()) ? state : state.withAcl(locked, state.aversion()));
            }
        }

        private boolean isListed(AclEntry acl) {
            // Nearly all nodes have it: they need no lookup.
            return acl == AclEntry.OPEN || listed.contains(acl);
        }
    }
}
