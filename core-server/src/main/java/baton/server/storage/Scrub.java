package baton.server.storage;

import baton.protocol.Zxid;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads every file that a recovery could need, long before one does: a disk that loses bytes says so only when asked.
 *
 * <p>Left out is the newest log, which is being written. A scrub may take hours: after every few records its thread does
 * what else it has to do, which may delete files that were to be read.
 */
final class Scrub {
    /** So many records are read at a stretch. */
    static final int STRETCH = 64;

    private final Disk disk;
    private final Runnable between;
    private final List<String> found = new ArrayList<>();

    private Scrub(Disk disk, Runnable between) {
        this.disk = disk;
        this.between = between;
    }

    /**
     * Reads everything, and returns a line for each file that is damaged or cannot be read.
     *
     * @param between run before every file and after every {@link #STRETCH} records or nodes; a {@link
     *     java.util.concurrent.CancellationException} of it ends the scrub and is passed on
     */
    static List<String> run(DataDirectory directory, FileSnapshots snapshots, Runnable between)
            throws StorageException {
        Scrub scrub = new Scrub(directory.disk(), between);
        try {
            for (ZxidFile each : ZxidFile.snapshots(directory.disk(), directory.snapshotDirectory())) {
                between.run();
                scrub.look(each, snapshots);
            }
            List<ZxidFile> logs = ZxidFile.logs(directory.disk(), directory.logDirectory());
            for (int i = 0; i + 1 < logs.size(); i++) {
                between.run();
                scrub.look(logs.get(i), logs.get(i + 1).zxid());
            }
        } catch (IOException e) {
            throw new DirectoryRefusedException(directory.logDirectory(), "cannot be read: " + e, e);
        }
        return scrub.found;
    }

    private void look(ZxidFile snapshot, FileSnapshots snapshots) throws StorageException {
        if (!disk.exists(snapshot.path())) {
            return;
        }
        try {
            snapshots.readAgain(snapshot, between);
        } catch (CorruptSnapshotException | DirectoryRefusedException e) {
            found.add(String.valueOf(e.getMessage()));
        }
    }

    // An unfinished end is none if the next log goes on where the records end: so a full disk leaves it.
    private void look(ZxidFile log, long nextZxid) {
        if (!disk.exists(log.path())) {
            return;
        }
        int count = 0;
        try (LogScan scan = LogScan.open(disk, log.path())) {
            long last = 0;
            TxnEntry entry = scan.next();
            scan.requireName(log.zxid());
            for (; entry != null; entry = scan.next()) {
                last = entry.zxid();
                if (++count % STRETCH == 0) {
                    between.run();
                }
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
