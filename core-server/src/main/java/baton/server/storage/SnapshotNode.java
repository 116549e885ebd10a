package baton.server.storage;

import baton.protocol.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A node as a snapshot holds it.
 *
 * <pre>string path, buffer data, int64 aclId, then 60 bytes of status:
 * int64 czxid, mzxid, ctime, mtime, int32 version, creations, aversion, int64 owner, pzxid</pre>
 *
 * @param path in UTF-8; empty for the root, which is never written as {@code /}
 * @param content null if the node was created without data
 * @param aclId {@link #OPEN_ACL} or a number from the snapshot's own table of lists
 * @param creations number of children ever created
 * @param owner session, mark of a container, or time to live, as the file has it
 */
public record SnapshotNode(
        Bytes path,
        @Nullable Bytes content,
        long aclId,
        long czxid,
        long mzxid,
        long ctime,
        long mtime,
        int version,
        int creations,
        int aversion,
        long owner,
        long pzxid) {
    /** The list that lets everybody do everything; it is not in the table. */
    public static final long OPEN_ACL = -1;
}
