package baton.server.request;

import baton.protocol.EventType;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.WatchEvent;
import baton.server.auth.AccessControl;
import baton.server.session.ClientConnection;
import baton.server.tree.AclEntry;
import baton.server.tree.Aftermath;
import baton.server.tree.NodeState;
import baton.server.tree.QuotaExcess;
import baton.server.tree.Znode;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import baton.server.watch.WatchTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an applied transaction means to others than the tree: events for those who watch, and an answer to who asked. */
final class Consequences implements Aftermath {
    private final WatchTable<ClientConnection> watches;
    private final AccessControl access;
    private final List<Effect> effects;

    // Of the transaction at hand, and what became of it; of a multi, what became of its last part.
    private long zxid;
    private @Nullable PartResults results;
    private @Nullable Txn ended;
    private int error;
    private @Nullable NodeState node;

    /** @param effects takes what the world must do */
    Consequences(WatchTable<ClientConnection> watches, AccessControl access, List<Effect> effects) {
        this.watches = watches;
        this.access = access;
        this.effects = effects;
    }

    /** Has the tree apply the entry. */
    void apply(ZnodeTree tree, TxnEntry entry) {
        zxid = entry.zxid();
        results = entry.txn() instanceof Txn.Multi multi ? new PartResults(multi) : null;
        tree.apply(entry.header(), entry.txn(), this);
    }

    /** Makes the answer to who has asked for what was applied. */
    Effect.Answer answer(ClientConnection to, int xid, OpCode operation) {
        if (results != null) {
            return new Effect.Answer(to, xid, zxid, 0, results, null);
        }
        if (ended == null || error != 0) {
            return new Effect.Answer(to, xid, zxid, error, null, null);
        }
        String created = ended.createdPath();
        if (created == null) {
            return new Effect.Answer(to, xid, zxid, 0, null, node);
        }
        NodeState shown = operation == OpCode.CREATE ? null : node;
        return new Effect.Answer(to, xid, zxid, 0, new Effect.NodePath(created), shown);
    }

    @Override
    public void ended(Txn txn, int newError, @Nullable NodeState changed) {
        ended = txn;
        error = newError;
        node = changed;
        if (results != null) {
            results.add(changed);
        }
    }

    @Override
    public void created(String path, Znode created) {
        fire(EventType.NODE_CREATED, path, created);
        fireOnParent(path, created);
    }

    @Override
    public void deleted(String path, Znode deleted) {
        fire(EventType.NODE_DELETED, path, deleted);
        fireOnParent(path, deleted);
    }

    @Override
    public void contentReplaced(String path, Znode changed) {
        fire(EventType.NODE_DATA_CHANGED, path, changed);
    }

    @Override
    public void outgrew(QuotaExcess excess) {
        effects.add(new Effect.Warn(excess));
    }

    private void fireOnParent(String path, Znode child) {
        Znode parent = child.parent();
        if (parent != null && !watches.isUnwatched(parent)) {
            fire(EventType.NODE_CHILDREN_CHANGED, ZnodeTree.parentPath(path), parent);
        }
    }

    // A watch that must not be told is used up all the same: its owner had no right to know.
    private void fire(EventType type, String path, Znode at) {
        if (watches.isUnwatched(at)) {
            return;
        }
        List<ClientConnection> concerned = watches.fire(type, at);
        if (concerned.isEmpty()) {
            return;
        }
        AclEntry acl = at.state().acl();
        if (!acl.lets(Permission.READ)) {
            concerned.removeIf(each -> !access.allows(acl.list(), Permission.READ, each.identities()));
        }
        if (!concerned.isEmpty()) {
            effects.add(new Effect.Deliver(new WatchEvent(type, path), zxid, concerned));
        }
    }
}
