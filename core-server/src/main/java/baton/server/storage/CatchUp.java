package baton.server.storage;

import baton.protocol.Acl;
import baton.protocol.Zxid;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.util.List;

/**
 * Reads a snapshot, which may have been written while its tree changed, and then the log behind it, up to one transaction:
 * what comes of it is the state right after that. The log may be written meanwhile.
 */
final class CatchUp {
    private static final int STRETCH = 1024;

    private final ReplayTarget target;
    private final Runnable between;
    private long lastZxid;
    private int steps;

    private CatchUp(ReplayTarget target, Runnable between) {
        this.target = target;
        this.between = between;
    }

    /**
     * Reads it all.
     *
     * @param zxid a transaction that is durable, at or behind that of the snapshot
     * @param between run every thousand nodes or transactions
     * @throws StorageException if something is damaged, or missing, or cannot be read
     */
    static void run(DataDirectory directory, WrittenSnapshot from, long zxid, ReplayTarget target, Runnable between)
            throws StorageException {
        CatchUp run = new CatchUp(target, between);
        ZxidFile snapshot = new ZxidFile(from.file(), from.zxid());
        target.beginSnapshot();
        FileSnapshots.read(directory.disk(), snapshot.path(), snapshot.form(), run.new Paced());
        target.endSnapshot(snapshot.zxid());
        run.lastZxid = snapshot.zxid();
        try {
            List<ZxidFile> logs = ZxidFile.logs(directory.disk(), directory.logDirectory());
            for (int i = 0; i < logs.size() && run.lastZxid < zxid; i++) {
                boolean isNeeded = i + 1 == logs.size() || logs.get(i + 1).zxid() > run.lastZxid + 1;
                if (isNeeded) {
                    run.replay(directory.disk(), logs.get(i), zxid);
                }
            }
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new DirectoryRefusedException(directory.logDirectory(), "cannot be read: " + e, e);
        }
        if (run.lastZxid < zxid) {
            throw new DirectoryRefusedException(
                    directory.logDirectory(),
                    "has no log from zxid " + Zxid.format(run.lastZxid) + " to " + Zxid.format(zxid));
        }
    }

    private void replay(Disk disk, ZxidFile log, long zxid) throws IOException {
        try (LogScan scan = LogScan.open(disk, log.path())) {
            while (lastZxid < zxid) {
                TxnEntry entry = scan.nextAfter(lastZxid);
                if (entry == null) {
                    return;
                }
                target.apply(entry);
                lastZxid = entry.zxid();
                step();
            }
        }
    }

    private void step() {
        if (++steps % STRETCH == 0) {
            between.run();
        }
    }

    /** Passes everything on. */
    private final class Paced implements SnapshotSink {
        @Override
        public void readAhead() {
            between.run();
        }

        @Override
        public void session(long sessionId, int timeoutMillis) {
            target.session(sessionId, timeoutMillis);
        }

        @Override
        public void acl(long aclId, List<Acl> acl) {
            target.acl(aclId, acl);
        }

        @Override
        public boolean node(SnapshotNode node) {
            step();
            return target.node(node);
        }
    }
}
