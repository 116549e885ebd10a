package baton.server.runtime;

import baton.protocol.Acl;
import baton.server.request.ServerState;
import baton.server.session.SessionTable;
import baton.server.storage.ReadProgress;
import baton.server.storage.ReplayTarget;
import baton.server.storage.SnapshotNode;
import baton.server.tree.PathHash;
import baton.server.tree.ZnodeTree;
import baton.server.txn.TxnEntry;
import java.util.List;
import java.util.OptionalLong;

/** Fills the state of a server that starts from what its storage reads back. */
final class StateReplay implements ReplayTarget {
    private final int tickMillis;
    private final PathHash hashes;
    private final Runnable between;
    private final ReadProgress progress;
    private ServerState state;
    private long snapshotBeganNanos;
    private long snapshotNanos;

    /** @param hashes whose keys no client knows */
    StateReplay(int tickMillis, PathHash hashes) {
        this(tickMillis, hashes, () -> {});
    }

    /**
     * @param hashes whose keys no client knows
     * @param between run for every node and every transaction, of which there are many
     */
    StateReplay(int tickMillis, PathHash hashes, Runnable between) {
        this(tickMillis, hashes, between, ReadProgress.UNSEEN);
    }

    /** Is told of every node and every transaction, and of how many bytes were read for them. */
    StateReplay(int tickMillis, PathHash hashes, LoadProgress progress) {
        this(tickMillis, hashes, progress, progress);
    }

    private StateReplay(int tickMillis, PathHash hashes, Runnable between, ReadProgress progress) {
        this.tickMillis = tickMillis;
        this.hashes = hashes;
        this.between = between;
        this.progress = progress;
        this.state = new ServerState(ZnodeTree.fresh(hashes), new SessionTable(tickMillis));
    }

    /** Returns the state as far as it has come. */
    ServerState state() {
        return state;
    }

    /** Returns how long the snapshot took to read; 0 if there was none. */
    long snapshotNanos() {
        return snapshotNanos;
    }

    @Override
    public void toRead(long bytes) {
        progress.toRead(bytes);
    }

    @Override
    public void hasRead(long bytes) {
        progress.hasRead(bytes);
    }

    @Override
    public void beginEmpty() {
        snapshotNanos = 0;
        state = new ServerState(ZnodeTree.fresh(hashes), new SessionTable(tickMillis));
    }

    @Override
    public void beginSnapshot() {
        snapshotBeganNanos = System.nanoTime();
        state = new ServerState(ZnodeTree.forRestore(hashes), new SessionTable(tickMillis));
    }

    @Override
    public void session(long sessionId, int timeoutMillis) {
        state.sessions().restore(sessionId, timeoutMillis);
    }

    @Override
    public void acl(long aclId, List<Acl> acl) {
        state.tree().restoreAcl(aclId, acl);
    }

    @Override
    public boolean node(SnapshotNode node) {
        between.run();
        return state.tree()
                .restoreNode(
                        node.path(),
                        node.content(),
                        node.aclId(),
                        node.czxid(),
                        node.mzxid(),
                        node.ctime(),
                        node.mtime(),
                        node.version(),
                        node.creations(),
                        node.aversion(),
                        node.owner(),
                        node.pzxid());
    }

    @Override
    public void endSnapshot(long zxid) {
        state.tree().restored(zxid);
        snapshotNanos = System.nanoTime() - snapshotBeganNanos;
    }

    @Override
    public void apply(TxnEntry entry) {
        between.run();
        state.replay(entry);
    }

    @Override
    public int unresolvedAclCount() {
        return state.tree().unresolvedAclCount();
    }

    @Override
    public OptionalLong treeDigest() {
        return OptionalLong.of(state.tree().position().digest());
    }
}
