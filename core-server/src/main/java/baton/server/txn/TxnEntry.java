package baton.server.txn;

import org.jspecify.annotations.Nullable;

/**
 * One entry of the history: what the log stores, and what a leader proposes.
 *
 * @param digest null where the leader had none: failed requests, servers before 3.6, digests switched off
 */
public record TxnEntry(TxnHeader header, Txn txn, @Nullable TxnDigest digest) {
    public TxnEntry {
        if (header.type() != txn.type()) {
            throw new IllegalArgumentException("header says " + header.type() + ", transaction is " + txn.type());
        }
    }

    /** Makes an entry whose header takes its type from the transaction. */
    public static TxnEntry of(
            long sessionId, int cxid, long zxid, long timeMillis, Txn txn, @Nullable TxnDigest digest) {
        return new TxnEntry(new TxnHeader(sessionId, cxid, zxid, timeMillis, txn.type()), txn, digest);
    }

    public long zxid() {
        return header.zxid();
    }
}
