package baton.server.tree;

import baton.protocol.Acl;
import java.util.List;

/**
 * An access control list that any number of nodes share.
 *
 * <p>A reader finds id and list; who uses it is counted by the tree's writer alone.
 */
public final class AclEntry {
    /** Everybody may do everything: the list of nearly all nodes, which snapshots do not spell out. */
    public static final AclEntry OPEN = new AclEntry(-1, Acl.OPEN, true);

    /** What the table takes for a list beside its entries: objects, their headers, and places in two maps. */
    private static final int LIST_BYTES = 200;

    /** What an entry takes beside its texts: three objects with their headers, and a reference. */
    private static final int ENTRY_BYTES = 100;

    private final long id;
    private final List<Acl> list;
    private final boolean resolved;

    /** What the list lets anybody do, in one look: most that are not open to everything are open to readers. */
    private final int ofAnybody;

    // Written by the tree's writer.
    int users;

    AclEntry(long id, List<Acl> list, boolean resolved) {
        this.id = id;
        this.list = list;
        this.resolved = resolved;
        int permissions = 0;
        for (Acl each : list) {
            permissions |= each.isOfAnybody() ? each.permissions() : 0;
        }
        this.ofAnybody = permissions;
    }

    /** Says whether anybody, whoever it is, may do one of these {@link baton.protocol.Permission}s. */
    public boolean lets(int permissions) {
        return (ofAnybody & permissions) != 0;
    }

    /** Makes the entry of a list that no node uses yet: it has no number. */
    public static AclEntry proposed(List<Acl> list) {
        return list.equals(Acl.OPEN) ? OPEN : new AclEntry(0, list, true);
    }

    /** Returns about how many bytes of memory a list takes, however many nodes have it; none if it is everybody's. */
    public static long memoryBytes(List<Acl> list) {
        if (list.equals(Acl.OPEN)) {
            return 0;
        }
        long bytes = LIST_BYTES;
        for (Acl each : list) {
            bytes += ENTRY_BYTES + ZnodeTree.recordBytes(each.scheme()) + ZnodeTree.recordBytes(each.id());
        }
        return bytes;
    }

    /** Number of the list in snapshots written by this process. */
    public long id() {
        return id;
    }

    /** Says whether one node has the list and no other, so that it is forgotten when that gets another. For the writer. */
    public boolean isOfOneNode() {
        return users == 1;
    }

    public List<Acl> list() {
        return list;
    }

    /**
     * Says whether the list is known. A snapshot can hold a node that was created after its lists were written; the node
     * is then locked to everybody until its creation is replayed.
     */
    public boolean isResolved() {
        return resolved;
    }

    @Override
    public String toString() {
        return id + "=" + (resolved ? list : "unresolved");
    }
}
