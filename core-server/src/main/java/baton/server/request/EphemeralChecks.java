package baton.server.request;

import baton.protocol.ErrorCode;
import baton.server.request.OutstandingSums.Sum;
import baton.server.tree.ZnodeTree;

/**
 * Keeps a session from owning more nodes than the end of it can name: all of them stand in one transaction, which every
 * server that reads the log must be able to take in.
 *
 * <p>Rule LIM-8: who goes on asking at the bound costs neither a zxid nor a record.
 */
final class EphemeralChecks {
    private final ZnodeTree tree;
    private final int countMax;
    private final int bytesMax;
    private final OutstandingSums<Long> outstanding = new OutstandingSums<>();
    private boolean exceeded;

    EphemeralChecks(ZnodeTree tree, SequencerBounds bounds) {
        this.tree = tree;
        this.countMax = bounds.ephemeralsMax();
        this.bytesMax = bounds.recordBytesMax();
    }

    /** Begins with another transaction. */
    void begin() {
        exceeded = false;
    }

    /** Says whether a node of the transaction was one too many. */
    boolean isExceeded() {
        return exceeded;
    }

    /** Refuses a node too many, or counts it. */
    void create(long sessionId, String path, long zxid) throws Refusal {
        Sum sum = outstanding.of(sessionId);
        int bytes = ZnodeTree.recordBytes(path);
        if (tree.ephemerals().countOf(sessionId) + sum.count() >= countMax || bytesOf(sessionId) + bytes > bytesMax) {
            exceeded = true;
            throw new Refusal(ErrorCode.QUOTA_EXCEEDED);
        }
        outstanding.add(zxid, sessionId, 1, bytes);
    }

    /** Counts nodes that are deleted, whose paths take so many bytes in a record. */
    void delete(long sessionId, int count, long bytes, long zxid) {
        outstanding.add(zxid, sessionId, -count, -bytes);
    }

    /** Returns how many bytes the paths of all nodes that the session will own take in a record. */
    long bytesOf(long sessionId) {
        return tree.ephemerals().recordBytesOf(sessionId)
                + outstanding.of(sessionId).bytes();
    }

    void undo(long zxid) {
        outstanding.undo(zxid);
    }

    void applied(long zxid) {
        outstanding.applied(zxid);
    }
}
