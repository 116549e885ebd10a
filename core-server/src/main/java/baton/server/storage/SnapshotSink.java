package baton.server.storage;

import baton.protocol.Acl;
import java.util.List;

/**
 * Takes the contents of a snapshot, in the order of the file: sessions, lists, nodes.
 *
 * <p>The checksums stand behind the contents. What comes here may therefore be damaged, and any runtime exception thrown
 * at it makes the snapshot corrupt, save a {@link java.util.concurrent.CancellationException}, which is passed on.
 */
public interface SnapshotSink extends ReadProgress {
    /** A field of so many bytes comes, which is much, and memory for it is taken next. */
    default void beforeLong(int bytes) {}

    /** A piece of the file was read to see whether it is whole, before more comes. */
    default void readAhead() {}

    void session(long sessionId, int timeoutMillis);

    void acl(long aclId, List<Acl> acl);

    /**
     * Takes a node. Its parent came before it.
     *
     * @return false if the parent did not come, which makes the snapshot corrupt
     */
    boolean node(SnapshotNode node);
}
