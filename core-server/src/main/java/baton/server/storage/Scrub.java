package baton.server.storage;

import baton.protocol.Zxid;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads every file that a recovery could need, long before one does: a disk that loses bytes says so only when asked.
 *
 * <p>Left out is the newest log, which is being written.
 */
final class Scrub {
    private final Disk disk;
    private final List<String> found = new ArrayList<>();

    private Scrub(Disk disk) {
        this.disk = disk;
    }

    /** Reads everything, and returns a line for each file that is damaged or cannot be read. */
    static List<String> run(DataDirectory directory, FileSnapshots snapshots) throws StorageException {
        Scrub scrub = new Scrub(directory.disk());
        try {
            for (ZxidFile each : ZxidFile.snapshots(directory.disk(), directory.snapshotDirectory())) {
                scrub.look(each, snapshots);
            }
            List<ZxidFile> logs = ZxidFile.logs(directory.disk(), directory.logDirectory());
            for (int i = 0; i + 1 < logs.size(); i++) {
                scrub.look(logs.get(i), logs.get(i + 1).zxid());
            }
        } catch (IOException e) {
            throw new DirectoryRefusedException(directory.logDirectory(), "cannot be read: " + e, e);
        }
        return scrub.found;
    }

    private void look(ZxidFile snapshot, FileSnapshots snapshots) throws StorageException {
        try {
            snapshots.readAgain(snapshot);
        } catch (CorruptSnapshotException e) {
            found.add(String.valueOf(e.getMessage()));
        }
    }

    // An unfinished end is none if the next log goes on where the records end: so a full disk leaves it.
    private void look(ZxidFile log, long nextZxid) {
        try (LogScan scan = LogScan.open(disk, log.path())) {
            long last = 0;
            for (TxnEntry entry = scan.next(); entry != null; entry = scan.next()) {
                last = entry.zxid();
            }
            if (scan.end() != LogScan.End.CLEAN && nextZxid != last + 1) {
                found.add("transaction log " + log.path() + " at byte " + scan.dataEnd() + ", behind zxid "
                        + Zxid.format(last) + ": " + scan.problem());
            }
        } catch (CorruptLogException e) {
            found.add(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            // A sector that cannot be read is as lost as one that is wrong, and must not hide the other files.
            found.add("transaction log " + log.path() + " cannot be read: " + e);
        }
    }
}
