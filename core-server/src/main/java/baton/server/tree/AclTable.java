package baton.server.tree;

import baton.protocol.Acl;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every access control list in use, once. Belongs to the tree's writer. */
final class AclTable {
    /** What a node with a list that is not known here allows: nothing to anybody. */
    private static final List<Acl> LOCKED = List.of(new Acl(0, "world", "anyone"));

    /** In an order, not by hash: clients choose the lists, and might choose many of one hash code. */
    private final Map<List<Acl>, AclEntry> byList = new TreeMap<>(Acl::compare);

    private final TreeMap<Long, AclEntry> byId = new TreeMap<>();
    private int unresolved;
    private long memoryBytes;

    /** Returns about how many bytes of memory all lists take. */
    long memoryBytes() {
        return memoryBytes;
    }

    /** Says whether some node has the list. */
    boolean contains(List<Acl> list) {
        return list.equals(Acl.OPEN) || byList.containsKey(list);
    }

    /** Finds or adds the list and counts one more user. */
    AclEntry use(List<Acl> list) {
        if (list.equals(Acl.OPEN)) {
            return AclEntry.OPEN;
        }
        AclEntry entry = byList.get(list);
        if (entry == null) {
            entry = add(new AclEntry(nextId(), List.copyOf(list), true));
        }
        entry.users++;
        return entry;
    }

    /** Counts one more user of a list that a snapshot names by its number. */
    AclEntry useRestored(long id) {
        if (id == AclEntry.OPEN.id()) {
            return AclEntry.OPEN;
        }
        AclEntry entry = byId.get(id);
        if (entry == null) {
            unresolved++;
            entry = new AclEntry(id, LOCKED, false);
            put(entry);
        }
        entry.users++;
        return entry;
    }

    void restore(long id, List<Acl> list) {
        add(new AclEntry(id, List.copyOf(list), true));
    }

    void release(AclEntry entry) {
        if (entry != AclEntry.OPEN && --entry.users == 0) {
            byId.remove(entry.id());
            memoryBytes -= AclEntry.memoryBytes(entry.list());
            if (entry.isResolved()) {
                byList.remove(entry.list(), entry);
            } else {
                unresolved--;
            }
        }
    }

    /** Drops restored lists that no node turned out to use. */
    void dropUnused() {
        byList.values().removeIf(each -> each.users == 0);
        for (Iterator<AclEntry> all = byId.values().iterator(); all.hasNext(); ) {
            AclEntry each = all.next();
            if (each.users == 0) {
                all.remove();
                memoryBytes -= AclEntry.memoryBytes(each.list());
            }
        }
    }

    int unresolvedCount() {
        return unresolved;
    }

    List<AclEntry> resolvedEntries() {
        List<AclEntry> entries = new ArrayList<>(byId.values());
        entries.removeIf(entry -> !entry.isResolved());
        return entries;
    }

    /** Makes an entry, not of the table, that allows nothing; its number is that of no other by now. */
    AclEntry locked() {
        return new AclEntry(nextId(), LOCKED, true);
    }

    private long nextId() {
        return byId.isEmpty() ? 1 : byId.lastKey() + 1;
    }

    private AclEntry add(AclEntry entry) {
        put(entry);
        byList.put(entry.list(), entry);
        return entry;
    }

    private void put(AclEntry entry) {
        AclEntry before = byId.put(entry.id(), entry);
        memoryBytes += AclEntry.memoryBytes(entry.list()) - (before == null ? 0 : AclEntry.memoryBytes(before.list()));
    }
}
