package baton.server.tree;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.server.txn.Txn;
import baton.server.txn.TxnHeader;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies transactions to a tree, fresh ones and replayed ones alike.
 *
 * <p>A snapshot is taken while writing goes on, so it holds some effects of transactions that are replayed over it. What
 * makes that harmless: values in transactions are absolute; a node that is there already is kept, a node that is gone
 * already stays gone; and what the parent keeps, the number of creations and the zxid of the last one, never goes back.
 */
final class TxnApplication {
    private final ZnodeTree tree;

    // The transaction at hand.
    private long sessionId;
    private long zxid;
    private long timeMillis;
    private Aftermath aftermath = Aftermath.UNHEEDED;

    TxnApplication(ZnodeTree tree) {
        this.tree = tree;
    }

    void apply(TxnHeader header, Txn txn, Aftermath told) {
        sessionId = header.sessionId();
        zxid = header.zxid();
        timeMillis = header.timeMillis();
        aftermath = told;
        if (txn instanceof Txn.Multi multi) {
            multi(multi);
        } else {
            single(txn);
        }
        tree.quotas().tellExcesses(told);
    }

    private void multi(Txn.Multi multi) {
        boolean failed = multi.isFailed();
        for (Txn.Sub each : multi.parts()) {
            if (failed) {
                aftermath.ended(each, each instanceof Txn.Failed part ? part.error() : 0, null);
            } else {
                single(each);
            }
        }
    }

    private void single(Txn txn) {
        if (txn instanceof Txn.SetData set) {
            replaceContent(set, set.path(), set.content(), set.version());
        } else if (txn instanceof Txn.Create create) {
            long owner = create.ephemeral() ? sessionId : NodeOwner.NOBODY;
            create(create, create.path(), create.content(), create.acl(), owner, create.parentCreates());
        } else if (txn instanceof Txn.Delete delete) {
            delete(delete, delete.path());
        } else if (txn instanceof Txn.CreateContainer create) {
            create(create, create.path(), create.content(), create.acl(), NodeOwner.CONTAINER, create.parentCreates());
        } else if (txn instanceof Txn.CreateTtl create) {
            long owner = NodeOwner.ttl(create.ttlMillis());
            create(create, create.path(), create.content(), create.acl(), owner, create.parentCreates());
        } else if (txn instanceof Txn.DeleteContainer delete) {
            delete(delete, delete.path());
        } else if (txn instanceof Txn.SetAcl set) {
            replaceAcl(set);
        } else if (txn instanceof Txn.CloseSession close) {
            closeSession(close);
        } else if (txn instanceof Txn.Reconfig reconfig) {
            replaceContent(reconfig, reconfig.path(), reconfig.content(), reconfig.version());
        } else if (txn instanceof Txn.Failed failed) {
            aftermath.ended(failed, failed.error(), null);
        } else {
            done(txn, null);
        }
    }

    private void done(Txn txn, @Nullable NodeState node) {
        aftermath.ended(txn, 0, node);
    }

    private void failed(Txn txn, ErrorCode error) {
        aftermath.ended(txn, error.code(), null);
    }

    private void create(Txn txn, String path, @Nullable Bytes content, List<Acl> acl, long owner, int parentCreates) {
        Znode parent = tree.findParent(path);
        if (parent == null) {
            // It is deleted later in the log that is being replayed.
            failed(txn, ErrorCode.NO_NODE);
            return;
        }
        Znode present = tree.find(path);
        NodeState created = null;
        if (present == null) {
            created = NodeState.created(content, tree.useAcl(acl), owner, zxid, timeMillis);
            Znode node = tree.insert(parent, path, created);
            tree.quotas().created(node, path);
            aftermath.created(path, node);
        } else {
            // The snapshot may have been given the node but not its list, which was new.
            tree.replaceAcl(present, acl, present.state().aversion());
        }
        NodeState before = parent.state();
        int creations = parentCreates == Txn.Create.UNKNOWN_CREATES ? before.creations() + 1 : parentCreates;
        tree.replace(parent, before.withChildCreated(parent.children().size(), creations, zxid));
        if (created == null) {
            failed(txn, ErrorCode.NODE_EXISTS);
        } else {
            done(txn, created);
        }
    }

    private void delete(Txn txn, String path) {
        Znode node = tree.find(path);
        Znode parent = node == null ? tree.findParent(path) : node.parent();
        if (parent == null) {
            failed(txn, ErrorCode.NO_NODE);
            return;
        }
        if (node != null) {
            tree.remove(parent, List.of(node));
            aftermath.deleted(path, node);
        }
        tree.replace(parent, parent.state().withChildDeleted(parent.children().size(), zxid));
        if (node == null) {
            failed(txn, ErrorCode.NO_NODE);
        } else {
            done(txn, null);
        }
    }

    /** Deletes children of a node, whose state changes once. */
    private void deleteBelow(Znode parent, List<Znode> nodes, List<String> paths) {
        if (!nodes.isEmpty()) {
            tree.remove(parent, nodes);
        }
        deleted(parent, nodes, paths);
    }

    private void deleted(Znode parent, List<Znode> nodes, List<String> paths) {
        for (int i = 0; i < nodes.size(); i++) {
            aftermath.deleted(paths.get(i), nodes.get(i));
        }
        tree.replace(parent, parent.state().withChildDeleted(parent.children().size(), zxid));
    }

    private void replaceContent(Txn txn, String path, @Nullable Bytes content, int version) {
        Znode node = tree.find(path);
        if (node == null) {
            failed(txn, ErrorCode.NO_NODE);
            return;
        }
        int sizeBefore = node.state().contentSize();
        NodeState next = node.state().withContent(content, version, zxid, timeMillis);
        tree.replace(node, next);
        tree.quotas().replaced(node, path, next.contentSize() - sizeBefore);
        aftermath.contentReplaced(path, node);
        done(txn, next);
    }

    private void replaceAcl(Txn.SetAcl set) {
        Znode node = tree.find(set.path());
        if (node == null) {
            failed(set, ErrorCode.NO_NODE);
            return;
        }
        tree.replaceAcl(node, set.acl(), set.version());
        done(set, node.state());
    }

    private void closeSession(Txn.CloseSession close) {
        List<Znode> owned = tree.ephemerals().nodesOf(sessionId);
        List<String> paths = close.paths();
        if (paths != null && areAllOf(paths, owned)) {
            deleteOwned(owned, paths);
        } else {
            if (paths != null) {
                deleteAll(paths);
            }
            List<Znode> left = tree.ephemerals().nodesOf(sessionId);
            deleteAll(left.stream().map(Znode::path).toList());
        }
        done(close, null);
    }

    /** Says whether the paths are those of the nodes, as always but in a replay: then nothing need be looked for. */
    private static boolean areAllOf(List<String> paths, List<Znode> nodes) {
        boolean same = paths.size() == nodes.size();
        for (int i = 0; same && i < nodes.size(); i++) {
            String path = paths.get(i);
            same = nodes.get(i).isAt(path, path.length())
                    && nodes.get(i).children().size() == 0;
        }
        return same;
    }

    private void deleteOwned(List<Znode> owned, List<String> paths) {
        tree.disown(sessionId);
        int next = 0;
        while (next < owned.size()) {
            int first = next;
            Znode parent = Objects.requireNonNull(owned.get(first).parent(), "the root is nobody's");
            while (next < owned.size() && owned.get(next).parent() == parent) {
                next++;
            }
            List<Znode> nodes = owned.subList(first, next);
            tree.removeDisowned(parent, nodes);
            deleted(parent, nodes, paths.subList(first, next));
        }
    }

    /** Deletes what is there of the paths, those that follow each other and have one parent together. */
    private void deleteAll(List<String> paths) {
        // A set, since a log may say anything: what is named twice is gone the second time.
        Set<Znode> nodes = new LinkedHashSet<>();
        int first = 0;
        while (first < paths.size()) {
            Znode node = tree.find(paths.get(first));
            Znode parent = node == null ? tree.findParent(paths.get(first)) : node.parent();
            nodes.clear();
            int next = first;
            while (node != null && node.parent() == parent && nodes.add(node)) {
                next++;
                node = next < paths.size() ? tree.find(paths.get(next)) : null;
            }
            if (parent != null) {
                deleteBelow(parent, List.copyOf(nodes), paths.subList(first, next));
            }
            first = Math.max(next, first + 1);
        }
    }
}
