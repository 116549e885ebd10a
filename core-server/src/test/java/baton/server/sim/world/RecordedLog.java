package baton.server.sim.world;

import baton.server.sim.history.Chronicle;
import baton.server.storage.StorageException;
import baton.server.storage.TxnLog;
import baton.server.txn.TxnEntry;

/** The server's log, and the chronicle of what was given to it. */
final class RecordedLog implements TxnLog {
    private final TxnLog log;
    private final Chronicle chronicle;
    private final boolean acknowledgesEarly;

    /** @param acknowledgesEarly whether every other batch is called durable before it is, which is a {@link Defect} */
    RecordedLog(TxnLog log, Chronicle chronicle, boolean acknowledgesEarly) {
        this.log = log;
        this.chronicle = chronicle;
        this.acknowledgesEarly = acknowledgesEarly;
    }

    @Override
    public void append(TxnEntry entry) throws StorageException {
        chronicle.appended(entry);
        log.append(entry);
    }

    @Override
    public long force() throws StorageException {
        if (acknowledgesEarly && log.lastZxid() % 2 == 0) {
            return log.lastZxid();
        }
        long zxid = log.force();
        chronicle.forced(zxid);
        return zxid;
    }

    @Override
    public void roll() throws StorageException {
        log.roll();
        chronicle.forced(log.lastZxid());
    }

    @Override
    public long lastZxid() {
        return log.lastZxid();
    }

    @Override
    public long entriesSinceRoll() {
        return log.entriesSinceRoll();
    }

    @Override
    public long bytesSinceRoll() {
        return log.bytesSinceRoll();
    }

    @Override
    public long upkeep(long nowNanos) {
        return log.upkeep(nowNanos);
    }

    @Override
    public boolean isSpaceLow() {
        return log.isSpaceLow();
    }

    @Override
    public void close() throws StorageException {
        log.close();
    }
}
