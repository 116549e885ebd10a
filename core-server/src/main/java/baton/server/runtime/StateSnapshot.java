package baton.server.runtime;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.server.request.ServerState;
import baton.server.storage.SnapshotDigest;
import baton.server.storage.SnapshotNode;
import baton.server.storage.SnapshotSource;
import baton.server.tree.AclEntry;
import baton.server.tree.NodeState;
import baton.server.tree.TreePosition;
import baton.server.tree.TreeSnapshot;
import baton.server.tree.Znode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The state as a snapshot shows it while the server goes on: made on the sequencer's thread between two transactions,
 * read on another.
 */
final class StateSnapshot implements SnapshotSource {
    private final TreeSnapshot tree;
    private final Map<Long, Integer> sessions;
    private final boolean digested;

    StateSnapshot(ServerState state) {
        this(state, true);
    }

    /** @param digested whether to tell the tree's digest */
    StateSnapshot(ServerState state, boolean digested) {
        this.digested = digested;
        this.tree = state.tree().snapshot();
        this.sessions = state.sessions().timeoutsMillis();
    }

    /** The last transaction that is in it completely. */
    long zxid() {
        return tree.zxid();
    }

    @Override
    public Map<Long, Integer> sessions() {
        return sessions;
    }

    @Override
    public Map<Long, List<Acl>> acls() {
        Map<Long, List<Acl>> acls = new LinkedHashMap<>();
        for (AclEntry each : tree.acls()) {
            acls.put(each.id(), each.list());
        }
        return acls;
    }

    @Override
    public void forEachNode(Consumer<SnapshotNode> sink) {
        tree.forEach((node, state) -> sink.accept(shown(node, state)));
    }

    @Override
    public Optional<SnapshotDigest> digest() {
        if (!digested) {
            return Optional.empty();
        }
        TreePosition position = tree.endPosition();
        return Optional.of(new SnapshotDigest(position.zxid(), position.digest()));
    }

    private static SnapshotNode shown(Znode node, NodeState state) {
        return new SnapshotNode(
                node.isRoot() ? Bytes.EMPTY : Bytes.wrap(node.pathBytes()),
                state.content(),
                state.acl().id(),
                state.czxid(),
                state.mzxid(),
                state.ctime(),
                state.mtime(),
                state.version(),
                state.creations(),
                state.aversion(),
                state.owner(),
                state.pzxid());
    }
}
