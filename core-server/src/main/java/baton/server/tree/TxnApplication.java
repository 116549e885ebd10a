package baton.server.tree;

import static baton.server.tree.TreeChange.Kind.CONTENT_REPLACED;
import static baton.server.tree.TreeChange.Kind.CREATED;
import static baton.server.tree.TreeChange.Kind.DELETED;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.server.tree.Applied.Outcome;
import baton.server.txn.Txn;
import baton.server.txn.TxnHeader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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

    TxnApplication(ZnodeTree tree) {
        this.tree = tree;
    }

    Applied apply(TxnHeader header, Txn txn) {
        List<TreeChange> changes = new ArrayList<>(1);
        if (txn instanceof Txn.Multi multi) {
            List<Outcome> outcomes = multi(header, multi, changes);
            return new Applied(outcomes, changes, tree.quotas().takeExcesses());
        }
        List<Outcome> outcome = List.of(single(header, txn, changes));
        return new Applied(outcome, changes, tree.quotas().takeExcesses());
    }

    private List<Outcome> multi(TxnHeader header, Txn.Multi multi, List<TreeChange> changes) {
        boolean failed = multi.isFailed();
        List<Outcome> outcomes = new ArrayList<>(multi.parts().size());
        for (Txn.Sub each : multi.parts()) {
            outcomes.add(failed ? notDone(each) : single(header, each, changes));
        }
        return outcomes;
    }

    private static Outcome notDone(Txn.Sub part) {
        return new Outcome(part, part instanceof Txn.Failed failed ? failed.error() : 0, null);
    }

    private Outcome single(TxnHeader header, Txn txn, List<TreeChange> changes) {
        if (txn instanceof Txn.SetData set) {
            return replaceContent(header, set, set.path(), set.content(), set.version(), changes);
        }
        if (txn instanceof Txn.Create create) {
            long owner = create.ephemeral() ? header.sessionId() : NodeOwner.NOBODY;
            return create(
                    header,
                    create,
                    create.path(),
                    create.content(),
                    create.acl(),
                    owner,
                    create.parentCreates(),
                    changes);
        }
        if (txn instanceof Txn.Delete delete) {
            return delete(header, delete, delete.path(), changes);
        }
        if (txn instanceof Txn.CreateContainer create) {
            return create(
                    header,
                    create,
                    create.path(),
                    create.content(),
                    create.acl(),
                    NodeOwner.CONTAINER,
                    create.parentCreates(),
                    changes);
        }
        if (txn instanceof Txn.CreateTtl create) {
            long owner = NodeOwner.ttl(create.ttlMillis());
            return create(
                    header,
                    create,
                    create.path(),
                    create.content(),
                    create.acl(),
                    owner,
                    create.parentCreates(),
                    changes);
        }
        if (txn instanceof Txn.DeleteContainer delete) {
            return delete(header, delete, delete.path(), changes);
        }
        if (txn instanceof Txn.SetAcl set) {
            return replaceAcl(set);
        }
        if (txn instanceof Txn.CloseSession close) {
            return closeSession(header, close, changes);
        }
        if (txn instanceof Txn.Reconfig reconfig) {
            return reconfigure(header, reconfig, changes);
        }
        if (txn instanceof Txn.Failed failed) {
            return new Outcome(failed, failed.error(), null);
        }
        return Outcome.done(txn, null);
    }

    private Outcome create(
            TxnHeader header,
            Txn txn,
            String path,
            @Nullable Bytes content,
            List<Acl> acl,
            long owner,
            int parentCreates,
            List<TreeChange> changes) {
        Znode parent = tree.findParent(path);
        if (parent == null) {
            // It is deleted later in the log that is being replayed.
            return Outcome.failed(txn, ErrorCode.NO_NODE);
        }
        Znode present = tree.find(path);
        Outcome outcome;
        if (present == null) {
            NodeState created = NodeState.created(content, tree.useAcl(acl), owner, header.zxid(), header.timeMillis());
            Znode node = tree.insert(parent, path, created);
            tree.quotas().created(node, path);
            changes.add(
                    new TreeChange(CREATED, path, created.acl(), parent.state().acl()));
            outcome = Outcome.done(txn, created);
        } else {
            // The snapshot may have been given the node but not its list, which was new.
            tree.replaceAcl(present, acl, present.state().aversion());
            outcome = Outcome.failed(txn, ErrorCode.NODE_EXISTS);
        }
        NodeState before = parent.state();
        int creations = parentCreates == Txn.Create.UNKNOWN_CREATES ? before.creations() + 1 : parentCreates;
        tree.replace(parent, before.withChildCreated(parent.children().size(), creations, header.zxid()));
        return outcome;
    }

    private Outcome delete(TxnHeader header, Txn txn, String path, List<TreeChange> changes) {
        Znode parent = tree.findParent(path);
        if (parent == null) {
            return Outcome.failed(txn, ErrorCode.NO_NODE);
        }
        Znode node = tree.find(path);
        deleteBelow(parent, node == null ? List.of() : List.of(node), List.of(path), header.zxid(), changes);
        return node == null ? Outcome.failed(txn, ErrorCode.NO_NODE) : Outcome.done(txn, null);
    }

    /** Deletes children of a node, whose state changes once. */
    private void deleteBelow(Znode parent, List<Znode> nodes, List<String> paths, long zxid, List<TreeChange> changes) {
        if (!nodes.isEmpty()) {
            tree.remove(parent, nodes);
            for (int i = 0; i < nodes.size(); i++) {
                AclEntry acl = nodes.get(i).state().acl();
                changes.add(new TreeChange(
                        DELETED, paths.get(i), acl, parent.state().acl()));
            }
        }
        tree.replace(parent, parent.state().withChildDeleted(parent.children().size(), zxid));
    }

    private Outcome replaceContent(
            TxnHeader header, Txn txn, String path, @Nullable Bytes content, int version, List<TreeChange> changes) {
        Znode node = tree.find(path);
        if (node == null) {
            return Outcome.failed(txn, ErrorCode.NO_NODE);
        }
        int sizeBefore = node.state().contentSize();
        NodeState next = node.state().withContent(content, version, header.zxid(), header.timeMillis());
        tree.replace(node, next);
        tree.quotas().replaced(node, path, next.contentSize() - sizeBefore);
        changes.add(new TreeChange(CONTENT_REPLACED, path, next.acl(), next.acl()));
        return Outcome.done(txn, next);
    }

    private Outcome replaceAcl(Txn.SetAcl set) {
        Znode node = tree.find(set.path());
        if (node == null) {
            return Outcome.failed(set, ErrorCode.NO_NODE);
        }
        tree.replaceAcl(node, set.acl(), set.version());
        return Outcome.done(set, node.state());
    }

    private Outcome closeSession(TxnHeader header, Txn.CloseSession close, List<TreeChange> changes) {
        if (close.paths() != null) {
            deleteAll(close.paths(), header.zxid(), changes);
        }
        List<Znode> left = tree.ephemeralNodesOf(header.sessionId());
        deleteAll(left.stream().map(Znode::path).toList(), header.zxid(), changes);
        return Outcome.done(close, null);
    }

    /** Deletes what is there of the paths, those that follow each other and have one parent together. */
    private void deleteAll(List<String> paths, long zxid, List<TreeChange> changes) {
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
                deleteBelow(parent, List.copyOf(nodes), paths.subList(first, next), zxid, changes);
            }
            first = Math.max(next, first + 1);
        }
    }

    private Outcome reconfigure(TxnHeader header, Txn.Reconfig reconfig, List<TreeChange> changes) {
        return replaceContent(header, reconfig, reconfig.path(), reconfig.content(), reconfig.version(), changes);
    }
}
