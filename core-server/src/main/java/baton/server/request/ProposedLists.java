package baton.server.request;

import baton.protocol.Acl;
import baton.server.tree.AclEntry;
import baton.server.tree.ZnodeTree;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Access control lists that transactions on their way to the disk will bring into the tree, each of which takes memory once,
 * however many nodes are to have it. Entries come in the order of their zxids, as those of {@link OutstandingSums} do.
 */
final class ProposedLists {
    private record Entry(long zxid, List<Acl> list) {}

    private final ZnodeTree tree;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    /** How many entries each list has; by order, since clients choose the lists. */
    private final Map<List<Acl>, Integer> counts = new TreeMap<>(Acl::compare);

    ProposedLists(ZnodeTree tree) {
        this.tree = tree;
    }

    /** Enters the list of a node, and returns by how many bytes that lets the tree grow. */
    long add(long zxid, List<Acl> list) {
        if (tree.hasAcl(list)) {
            return 0;
        }
        entries.addLast(new Entry(zxid, list));
        return counts.merge(list, 1, Integer::sum) == 1 ? AclEntry.memoryBytes(list) : 0;
    }

    /** Takes back what the last transaction, which is this one, entered; it need not have entered anything. */
    void undo(long zxid) {
        while (!entries.isEmpty() && entries.getLast().zxid == zxid) {
            forget(entries.removeLast());
        }
    }

    /** Forgets what is in the tree by now. */
    void applied(long zxid) {
        while (!entries.isEmpty() && entries.getFirst().zxid <= zxid) {
            forget(entries.removeFirst());
        }
    }

    private void forget(Entry entry) {
        counts.computeIfPresent(entry.list, (list, count) -> count == 1 ? null : count - 1);
    }
}
