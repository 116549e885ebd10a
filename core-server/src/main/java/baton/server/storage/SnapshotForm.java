package baton.server.storage;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** How the bytes of a snapshot are packed, told by the last part of its name. The bytes themselves are the same. */
public enum SnapshotForm {
    PLAIN(""),
    GZIP("gz"),
    SNAPPY("snappy");

    private static final int BUFFER_BYTES = 64 * 1024;

    /** So many bytes of the beginning tell the form. */
    static final int BEGINNING_BYTES = 8;

    private static final byte[] GZIP_BEGINNING = {0x1f, (byte) 0x8b};
    private static final byte[] SNAPPY_BEGINNING = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};

    private final String extension;

    SnapshotForm(String extension) {
        this.extension = extension;
    }

    static boolean isExtension(String text) {
        return text.equals(GZIP.extension) || text.equals(SNAPPY.extension);
    }

    static SnapshotForm ofName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith("." + GZIP.extension)) {
            return GZIP;
        }
        return lower.endsWith("." + SNAPPY.extension) ? SNAPPY : PLAIN;
    }

    /** Tells the form of a snapshot that has no name by its first bytes. */
    static SnapshotForm ofBeginning(byte[] first) {
        if (beginsWith(first, GZIP_BEGINNING)) {
            return GZIP;
        }
        return beginsWith(first, SNAPPY_BEGINNING) ? SNAPPY : PLAIN;
    }

    private static boolean beginsWith(byte[] bytes, byte[] beginning) {
        return bytes.length >= beginning.length
                && Arrays.equals(bytes, 0, beginning.length, beginning, 0, beginning.length);
    }

    /** Returns the name of a snapshot in this form. */
    String nameOf(long zxid) {
        String plain = ZxidFile.name(ZxidFile.SNAPSHOT, zxid);
        return this == PLAIN ? plain : plain + "." + extension;
    }

    /** Opens the file and unpacks it on the way. */
    InputStream open(Disk disk, Path file) throws IOException {
        return open(disk, file, ReadProgress.UNSEEN);
    }

    /** As {@link #open(Disk, Path)}, and tells how much of the file was read. */
    InputStream open(Disk disk, Path file, ReadProgress progress) throws IOException {
        InputStream raw = new DiskInput(disk.open(file, Disk.Mode.READ), progress);
        try {
            return switch (this) {
                case PLAIN -> raw;
                case GZIP -> new GZIPInputStream(raw, BUFFER_BYTES);
                case SNAPPY -> new SnappyInputStream(new BufferedInputStream(raw, BUFFER_BYTES));
            };
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** Packs on the way to the target. Closing the result finishes the form, and closes the target. */
    OutputStream pack(OutputStream target) throws IOException {
        return switch (this) {
            case PLAIN -> target;
            case GZIP -> new GZIPOutputStream(target, BUFFER_BYTES);
            case SNAPPY -> new SnappyOutput(target);
        };
    }
}
