package baton.server.storage;

import baton.server.txn.TxnEntry;
import java.util.OptionalLong;

/**
 * What recovery rebuilds: the tree and the sessions.
 *
 * <pre>
 * ( beginSnapshot (session | acl | node)* endSnapshot? )*  beginEmpty?  apply*
 * </pre>
 *
 * <p>A snapshot that turns out to be corrupt is simply followed by another beginning, which must forget everything that
 * came before it. After a snapshot, transactions come whose effects it may hold in part.
 */
public interface ReplayTarget extends SnapshotSink {
    /** Starts over with the nodes every new server has. */
    void beginEmpty();

    /** Starts over with nothing at all, not even a root. */
    void beginSnapshot();

    /** The snapshot was read to its end and its seals hold; everything up to the zxid is in it. */
    void endSnapshot(long zxid);

    /** Applies a transaction; each comes once, in the order of the history. */
    void apply(TxnEntry entry);

    /**
     * Returns how many nodes of the snapshot have an access control list that neither it nor what was applied since
     * contains.
     */
    int unresolvedAclCount();

    /** Returns the digest of the tree as it stands, or nothing if none is kept. */
    OptionalLong treeDigest();
}
