package baton.server.storage;

/**
 * How a {@link FileLog} treats its files.
 *
 * @param nextLogBytesMax how large the {@link NextLog} may be made; 0 for none
 * @param isForced whether a batch counts as durable only after a sync; if not, a power cut loses what was acknowledged
 * @param fileBytesMax size from which on the next batch begins a new file; 0 for none
 * @param entryBytesMax largest entry; whoever reads the log must be able to take it in
 * @param spaceReserveBytes how much should be left on the disk; with less the log says that space is low
 * @param reserveFileBytes size of the {@link ReserveFile}
 */
public record LogSettings(
        int nextLogBytesMax,
        boolean isForced,
        long fileBytesMax,
        int entryBytesMax,
        long spaceReserveBytes,
        int reserveFileBytes) {
    /** A batch is written once it has so much; the entry with which it became that long is in it. */
    public static final int BATCH_BYTES = 1 << 20;

    private static final int RESERVE_FILE_BYTES_MIN = 8 * 1024 * 1024;
    private static final int ENTRIES_IN_RESERVE = 2;

    public LogSettings {
        if (nextLogBytesMax < 0
                || fileBytesMax < 0
                || spaceReserveBytes < 0
                || reserveFileBytes <= LogFormat.HEADER_BYTES) {
            throw new IllegalArgumentException("nextLogBytesMax=" + nextLogBytesMax + ", fileBytesMax=" + fileBytesMax
                    + ", spaceReserveBytes=" + spaceReserveBytes + ", reserveFileBytes=" + reserveFileBytes
                    + ": none may be negative, and the last must hold a header");
        }
    }

    /** Makes the settings of a server. */
    public static LogSettings of(
            int nextLogBytesMax, boolean isForced, long fileBytesMax, int entryBytesMax, long spaceReserveBytes) {
        int reserveFileBytes = Math.max(RESERVE_FILE_BYTES_MIN, ENTRIES_IN_RESERVE * entryBytesMax);
        return new LogSettings(
                nextLogBytesMax, isForced, fileBytesMax, entryBytesMax, spaceReserveBytes, reserveFileBytes);
    }

    /** Makes settings that leave everything else as usual. */
    public static LogSettings withNextLog(int nextLogBytesMax) {
        return of(nextLogBytesMax, true, 0, LogFormat.ENTRY_BYTES_DEFAULT, 0);
    }

    /**
     * Returns how much may wait to become durable before no more is taken: a quarter of the reserve file. As the last entry
     * may take half of it, another quarter is left for what is taken when the file is all there is.
     */
    long inFlightBytesMax() {
        return reserveFileBytes / 4;
    }

    /**
     * Returns the most that stands behind the last byte known to be durable, if only one batch is not.
     *
     * @param directory whose last batch may be of a start that let in larger entries: its {@link ReserveFile} tells
     */
    long batchBytesMax(DataDirectory directory) {
        long present = ReserveFile.presentBytes(directory);
        long entry = present > reserveFileBytes ? present / ENTRIES_IN_RESERVE : entryBytesMax;
        return 2L * BATCH_BYTES + Math.max(entryBytesMax, entry);
    }
}
