package baton.server.sim.world;

import baton.server.sim.history.Chronicle;
import baton.server.storage.StorageException;
import baton.server.storage.TxnLog;
import baton.server.txn.LogSpace;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import baton.server.txn.TxnHeader;

/** The server's log, and the chronicle of what was given to it. */
final class RecordedLog implements TxnLog {
    private final TxnLog log;
    private final Chronicle chronicle;
    private final SessionWatch sessions;
    private final Runnable spaceTakenUp;
    private final Defect defect;

    /**
     * @param spaceTakenUp run when the server takes up how much space there is
     * @param defect what to do wrong: call every other batch durable before it is, or leave a node out of a session's
     */
    RecordedLog(TxnLog log, Chronicle chronicle, SessionWatch sessions, Runnable spaceTakenUp, Defect defect) {
        this.log = log;
        this.chronicle = chronicle;
        this.sessions = sessions;
        this.spaceTakenUp = spaceTakenUp;
        this.defect = defect;
    }

    @Override
    public void append(TxnEntry entry) throws StorageException {
        TxnEntry given = defect == Defect.CLOSE_MISSES_A_NODE ? withoutLastNode(entry) : entry;
        chronicle.appended(given);
        if (given.txn() instanceof Txn.CloseSession && given.header().cxid() == 0) {
            sessions.endsUnasked(given.header().sessionId());
        }
        log.append(given);
    }

    private static TxnEntry withoutLastNode(TxnEntry entry) {
        if (!(entry.txn() instanceof Txn.CloseSession close)
                || close.paths() == null
                || close.paths().isEmpty()) {
            return entry;
        }
        TxnHeader header = entry.header();
        return TxnEntry.of(
                header.sessionId(),
                header.cxid(),
                header.zxid(),
                header.timeMillis(),
                new Txn.CloseSession(close.paths().subList(0, close.paths().size() - 1)),
                entry.digest());
    }

    @Override
    public long force() throws StorageException {
        if (defect == Defect.ACKNOWLEDGED_BEFORE_SYNC && log.lastZxid() % 2 == 0) {
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
    public long growths() {
        return log.growths();
    }

    @Override
    public long asks() {
        return log.asks();
    }

    @Override
    public LogSpace space() {
        spaceTakenUp.run();
        return log.space();
    }

    @Override
    public void close() throws StorageException {
        log.close();
    }
}
