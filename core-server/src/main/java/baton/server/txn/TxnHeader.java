package baton.server.txn;

import baton.protocol.OpCode;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;

/**
 * What every transaction begins with: 32 bytes.
 *
 * <pre>int64 clientId, int32 cxid, int64 zxid, int64 time, int32 type</pre>
 *
 * @param sessionId the session that asked for it; 0 if a server did
 * @param cxid the client's number of the request; 0 if a server asked, or if the session expired
 * @param zxid its place in the history
 * @param timeMillis when the leader prepared it, in milliseconds since 1970; becomes the times of nodes as it is
 * @param type what the transaction is
 */
public record TxnHeader(long sessionId, int cxid, long zxid, long timeMillis, OpCode type) {
    /** Size in the log. */
    public static final int BYTES = 32;

    public static TxnHeader read(WireReader in) {
        long sessionId = in.int64("txn.clientId");
        int cxid = in.int32("txn.cxid");
        long zxid = in.int64("txn.zxid");
        long timeMillis = in.int64("txn.time");
        return new TxnHeader(sessionId, cxid, zxid, timeMillis, Txn.readType(in));
    }

    public void write(WireWriter out) {
        out.int64(sessionId).int32(cxid).int64(zxid).int64(timeMillis).int32(type.code());
    }
}
