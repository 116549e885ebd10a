package baton.server.tree;

import baton.protocol.Stat;
import baton.server.txn.Txn;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps all it is told. */
final class RecordedAftermath implements Aftermath {
    /** What was done to a node. */
    record Change(String what, String path, AclEntry acl, AclEntry parentAcl) {}

    /** How a transaction ended, or a part of it. */
    record End(int error, @Nullable Stat stat) {}

    private final List<Change> changes = new ArrayList<>();
    private final List<End> ends = new ArrayList<>();

    List<Change> changes() {
        return changes;
    }

    List<End> ends() {
        return ends;
    }

    @Override
    public void created(String path, Znode node) {
        add("created", path, node);
    }

    @Override
    public void deleted(String path, Znode node) {
        add("deleted", path, node);
    }

    @Override
    public void contentReplaced(String path, Znode node) {
        add("content replaced", path, node);
    }

    private void add(String what, String path, Znode node) {
        Znode parent = Objects.requireNonNull(node.parent());
        changes.add(new Change(what, path, node.state().acl(), parent.state().acl()));
    }

    @Override
    public void ended(Txn txn, int error, @Nullable NodeState node) {
        ends.add(new End(error, node == null ? null : node.stat()));
    }
}
