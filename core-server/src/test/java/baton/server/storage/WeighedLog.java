package baton.server.storage;

import baton.server.txn.TxnCodec;
import baton.server.txn.TxnEntry;

/** A log that keeps nothing, but knows how many bytes that would be. */
final class WeighedLog implements TxnLog {
    private final UnkeptLog entries = new UnkeptLog();
    private long bytesSinceRoll;

    @Override
    public void append(TxnEntry entry) {
        entries.append(entry);
        bytesSinceRoll += TxnCodec.toBytes(entry).size();
    }

    @Override
    public long force() {
        return entries.force();
    }

    @Override
    public void roll() {
        entries.roll();
        bytesSinceRoll = 0;
    }

    @Override
    public long lastZxid() {
        return entries.lastZxid();
    }

    @Override
    public long entriesSinceRoll() {
        return entries.entriesSinceRoll();
    }

    @Override
    public long bytesSinceRoll() {
        return bytesSinceRoll;
    }

    @Override
    public void close() {
        entries.close();
    }
}
