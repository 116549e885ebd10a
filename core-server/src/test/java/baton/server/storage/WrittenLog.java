package baton.server.storage;

import baton.server.config.StorageSettings;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a server that has ended left in its logs. */
public final class WrittenLog {
    private WrittenLog() {}

    /** Reads every entry of a data directory, as they were written. */
    public static List<TxnEntry> entries(Path dataDir) throws IOException {
        List<TxnEntry> entries = new ArrayList<>();
        for (ZxidFile each : ZxidFile.logs(Disk.ofSystem(), dataDir.resolve(StorageSettings.Files.VERSION))) {
            try (LogScan scan = LogScan.open(Disk.ofSystem(), each.path())) {
                for (TxnEntry entry = scan.next(); entry != null; entry = scan.next()) {
                    entries.add(entry);
                }
            }
        }
        return entries;
    }
}
