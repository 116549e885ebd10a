package baton.server.storage;

import baton.protocol.Acl;
import java.util.List;

/** Takes the contents of a snapshot, in the order of the file: sessions, lists, nodes. */
public interface SnapshotSink {
    void session(long sessionId, int timeoutMillis);

    void acl(long aclId, List<Acl> acl);

    /**
     * Takes a node. Its parent came before it.
     *
     * @return false if the parent did not come, which makes the snapshot corrupt
     */
    boolean node(SnapshotNode node);
}
