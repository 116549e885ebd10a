package baton.server.storage;

import baton.protocol.Zxid;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A log or a snapshot, read for itself: whatever its name says, wherever it lies, and whether or not a server writes to it.
 * Nothing is changed.
 */
public final class KeptFile {
    /** Takes what stands in a file, in its order. */
    public interface Reader extends SnapshotSink {
        /** Takes an entry of a log. */
        void entry(TxnEntry entry);
    }

    private KeptFile() {}

    /**
     * Reads the file to its end, or to where it cannot be read any more.
     *
     * @return what stands behind the last record of a log, or what a snapshot says of the moment it was finished; empty if
     *     that is nothing
     * @throws StorageException if it is damaged
     * @throws IOException if it cannot be read, or is neither a log nor a snapshot
     */
    public static String read(Path file, Reader reader) throws IOException, StorageException {
        Disk disk = Disk.ofSystem();
        byte[] beginning = new byte[SnapshotForm.BEGINNING_BYTES];
        try (DiskFile open = disk.open(file, Disk.Mode.READ)) {
            open.read(ByteBuffer.wrap(beginning), 0);
        }
        int magic = ByteBuffer.wrap(beginning).getInt();
        if (magic == LogFormat.MAGIC) {
            return readLog(disk, file, reader);
        }
        SnapshotForm form = SnapshotForm.ofBeginning(beginning);
        if (form == SnapshotForm.PLAIN && magic != SnapshotFormat.MAGIC) {
            throw new IOException(file + " is neither a log nor a snapshot: its first bytes are those of neither");
        }
        SnapshotEpilogue end = FileSnapshots.read(disk, file, form, reader);
        return end.lastZxid().isPresent()
                ? "finished at zxid " + Zxid.format(end.lastZxid().getAsLong())
                : "";
    }

    private static String readLog(Disk disk, Path file, Reader reader) throws IOException, StorageException {
        try (LogScan scan = LogScan.open(disk, file)) {
            for (TxnEntry entry = scan.next(); entry != null; entry = scan.next()) {
                reader.entry(entry);
            }
            return switch (scan.end()) {
                case CLEAN -> "";
                case TORN -> "a record that was never finished, at byte " + scan.dataEnd() + ": " + scan.problem();
                case DAMAGED, BROKEN -> throw new CorruptLogException(file, scan.recordOffset(), scan.problem());
            };
        }
    }
}
