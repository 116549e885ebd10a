package baton.server.sim;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.server.request.ServerState;
import baton.server.session.SessionTable;
import baton.server.tree.NodeState;
import baton.server.tree.PathHash;
import baton.server.tree.TreeSnapshot;
import baton.server.tree.ZnodeTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a snapshot file holds, taken while writing goes on. */
public final class FuzzySnapshot {
    private record Node(String path, @Nullable Bytes content, long aclId, NodeState state) {}

    private final long zxid;
    private final Map<Long, Integer> sessions;
    private final Map<Long, List<Acl>> acls = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();

    private FuzzySnapshot(long zxid, Map<Long, Integer> sessions) {
        this.zxid = zxid;
        this.sessions = sessions;
    }

    /** Takes a snapshot, and lets something else happen between any two nodes. */
    public static FuzzySnapshot of(ServerState state, Runnable between) {
        TreeSnapshot walk = state.tree().snapshot();
        FuzzySnapshot snapshot = new FuzzySnapshot(walk.zxid(), state.sessions().timeoutsMillis());
        walk.acls().forEach(each -> snapshot.acls.put(each.id(), each.list()));
        walk.forEach((node, now) -> {
            String path = node.isRoot() ? "" : node.path();
            snapshot.nodes.add(new Node(path, now.content(), now.acl().id(), now));
            between.run();
        });
        return snapshot;
    }

    public long zxid() {
        return zxid;
    }

    /** Makes of it the state of a server that begins. */
    public ServerState restore(int tickMillis, PathHash hashes) {
        ZnodeTree tree = ZnodeTree.forRestore(hashes);
        acls.forEach(tree::restoreAcl);
        for (Node each : nodes) {
            NodeState state = each.state;
            tree.restoreNode(
                    Bytes.utf8(each.path),
                    each.content,
                    each.aclId,
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
        tree.restored(zxid);
        SessionTable table = new SessionTable(tickMillis);
        sessions.forEach(table::restore);
        return new ServerState(tree, table);
    }
}
