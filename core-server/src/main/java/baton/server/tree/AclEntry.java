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

    private final long id;
    private final List<Acl> list;
    private final boolean resolved;

    // Written by the tree's writer.
    int users;

    AclEntry(long id, List<Acl> list, boolean resolved) {
        this.id = id;
        this.list = list;
        this.resolved = resolved;
    }

    /** Makes the entry of a list that no node uses yet: it has no number. */
    public static AclEntry proposed(List<Acl> list) {
        return list.equals(Acl.OPEN) ? OPEN : new AclEntry(0, list, true);
    }

    /** Number of the list in snapshots written by this process. */
    public long id() {
        return id;
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
