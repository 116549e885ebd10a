package baton.server.storage;

import baton.protocol.Zxid;
import baton.server.txn.TxnEntry;

/** The log of a server that shall leave nothing behind: it holds everybody to the order of the history, and keeps nothing. */
public final class UnkeptLog implements TxnLog {
    // All written by the log's thread.
    private long lastZxid;
    private long entriesSinceRoll;
    private boolean closed;

    @Override
    public void append(TxnEntry entry) {
        requireOpen();
        if (!ZxidOrder.follows(lastZxid, entry.zxid())) {
            throw new IllegalStateException(
                    "zxid " + Zxid.format(entry.zxid()) + " appended behind " + Zxid.format(lastZxid));
        }
        entriesSinceRoll++;
        lastZxid = entry.zxid();
    }

    @Override
    public long force() {
        requireOpen();
        return lastZxid;
    }

    @Override
    public void roll() {
        requireOpen();
        entriesSinceRoll = 0;
    }

    @Override
    public long lastZxid() {
        return lastZxid;
    }

    @Override
    public long entriesSinceRoll() {
        return entriesSinceRoll;
    }

    @Override
    public long bytesSinceRoll() {
        return 0;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the log is closed");
        }
    }
}
