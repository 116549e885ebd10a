package baton.server.runtime;

import baton.protocol.Acl;
import baton.protocol.WireWriter;
import baton.server.request.ServerState;
import baton.server.storage.NodeOutput;
import baton.server.storage.SnapshotDigest;
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
import java.util.function.BiConsumer;

/**
 * The state as a snapshot shows it while the server goes on: made on the sequencer's thread between two transactions,
 * read on another.
 */
final class StateSnapshot implements SnapshotSource {
    private final TreeSnapshot tree;
    private final Map<Long, Integer> sessions;
    private final boolean digested;

    /** @param digested whether to tell the tree's digest */
    StateSnapshot(ServerState state, boolean digested) {
        this.digested = digested;
        this.tree = state.tree().snapshot();
        this.sessions = state.sessions().timeoutsMillis();
    }

    /** Makes one of another state that tells as much as this one. */
    StateSnapshot of(ServerState other) {
        return new StateSnapshot(other, digested);
    }

    /** The last transaction that is in it completely. */
    long zxid() {
        return tree.zxid();
    }

    /** Returns how far the state has come by now. What is written meanwhile may hold some of what came since. */
    TreePosition endPosition() {
        return tree.endPosition();
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
    public void writeNodes(NodeOutput out) {
        tree.forEach(new Encoding(out));
    }

    @Override
    public Optional<SnapshotDigest> digest() {
        if (!digested) {
            return Optional.empty();
        }
        TreePosition position = tree.endPosition();
        return Optional.of(new SnapshotDigest(position.zxid(), position.digest()));
    }

    /** Writes each node from where it is; nothing is made for it. */
    private static final class Encoding implements BiConsumer<Znode, NodeState> {
        private static final int PATH_BYTES = 256;

        private final NodeOutput out;
        private byte[] path = new byte[PATH_BYTES];

        Encoding(NodeOutput out) {
            this.out = out;
        }

        @Override
        public void accept(Znode node, NodeState state) {
            WireWriter wire = out.next();
            writePath(node, wire);
            state.writeContent(wire);
            wire.int64(state.acl().id());
            wire.int64(state.czxid()).int64(state.mzxid()).int64(state.ctime()).int64(state.mtime());
            wire.int32(state.version()).int32(state.creations()).int32(state.aversion());
            wire.int64(state.owner()).int64(state.pzxid());
        }

        private void writePath(Znode node, WireWriter wire) {
            if (node.isRoot()) {
                wire.int32(0);
                return;
            }
            int length = node.pathLength();
            if (length > path.length) {
                path = new byte[length];
            }
            node.copyPath(path);
            wire.int32(length).raw(path, 0, length);
        }
    }
}
