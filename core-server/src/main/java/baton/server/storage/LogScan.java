package baton.server.storage;

import baton.protocol.WireFormatException;
import baton.protocol.WireReader;
import baton.protocol.Zxid;
import baton.server.txn.TxnCodec;
import baton.server.txn.TxnEntry;
import baton.server.txn.TxnHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/**
 * Reads one log file from its beginning to its end, and finds out what kind of end that is.
 *
 * <p>The first bytes that are neither a whole record nor nothing but zeros are a <em>bad place</em>, and reading ends
 * there. If a valid record of a later transaction stands anywhere behind it, the file is damaged in its middle, or this
 * is a batch of which a power cut left only some sectors; which of the two, the file alone cannot tell. If none does, the
 * bad place is the rest of a batch that a crash cut short, or damage to the last record. See {@link #end()}.
 */
final class LogScan implements AutoCloseable {
    /** How a file ends. */
    enum End {
        /** With a whole record, followed by nothing or by zeros. */
        CLEAN,
        /** With a record whose last part is not there. */
        TORN,
        /** With a record that is all there but does not match its checksum. */
        DAMAGED,
        /** With a bad place that valid records follow, or with a header that is not one. */
        BROKEN
    }

    private static final int WINDOW_BYTES = 256 * 1024;
    private static final int ENTRY_BYTES_MIN = TxnHeader.BYTES;

    /** Where in an entry its transaction is named. */
    private static final int ZXID_OFFSET = 12;

    private final Path file;
    private final DiskFile source;
    private final long size;
    private final Adler32 scratch = new Adler32();
    private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
    private long windowOffset;
    private long position;
    private long recordOffset;
    private int entryBytes;
    private long firstZxid;
    private long lastZxid;
    private long writtenBytes;
    private @Nullable End end;
    private String problem = "";

    private LogScan(Path file, DiskFile source, long size) {
        this.file = file;
        this.source = source;
        this.size = size;
    }

    /**
     * Opens the file and checks its header.
     *
     * @throws IOException if it cannot be read
     */
    static LogScan open(Disk disk, Path file) throws IOException {
        DiskFile source = disk.open(file, Disk.Mode.READ);
        try {
            LogScan scan = new LogScan(file, source, source.size());
            scan.readHeader();
            return scan;
        } catch (IOException e) {
            source.close();
            throw e;
        }
    }

    Path file() {
        return file;
    }

    long sizeBytes() {
        return size;
    }

    /**
     * Reads the next entry.
     *
     * @return null at the end
     * @throws CorruptLogException if a whole record makes no sense
     */
    @Nullable
    TxnEntry next() throws IOException {
        return nextAfter(Long.MIN_VALUE);
    }

    /** Reads the next entry of a later transaction; those before it are checked, but not decoded. */
    @Nullable
    TxnEntry nextAfter(long zxid) throws IOException {
        while (end == null && advance()) {
            if (lastZxid > zxid) {
                return decode(recordOffset + LogFormat.PREFIX_BYTES, entryBytes);
            }
        }
        return null;
    }

    /** Goes behind the next whole record; if there is none, ends. */
    private boolean advance() throws IOException {
        recordOffset = position;
        long left = size - position;
        if (left < LogFormat.PREFIX_BYTES) {
            return end(left, "ends inside a record");
        }
        load(position, LogFormat.PREFIX_BYTES);
        long checksum = int64(position);
        int length = int32(position + 8);
        if (checksum == 0 && length == 0) {
            return end(left, "zeros where a record should be");
        }
        long whole = (long) LogFormat.PREFIX_BYTES + length + 1;
        if (length < ENTRY_BYTES_MIN || length > LogFormat.ENTRY_BYTES_MAX || whole > left) {
            return end(left, "record with a length of " + length);
        }
        // Not all of a long one: the length may be damaged, and take memory that is not there.
        load(position, (int) Math.min(whole, WINDOW_BYTES));
        if (byteAt(position + whole - 1) != LogFormat.RECORD_END) {
            return end(whole, "record without its end mark");
        }
        long entry = position + LogFormat.PREFIX_BYTES;
        if (sum(entry, length) != checksum) {
            return end(whole, "record that does not match its checksum");
        }
        load(entry, ENTRY_BYTES_MIN);
        lastZxid = int64(entry + ZXID_OFFSET);
        firstZxid = position == LogFormat.HEADER_BYTES ? lastZxid : firstZxid;
        entryBytes = length;
        position += whole;
        return true;
    }

    /** Returns the position of the first byte of the entry read last, or of the bad place. */
    long recordOffset() {
        return recordOffset;
    }

    /** Returns the position behind the last whole record: what may stay of a file that does not end cleanly. */
    long dataEnd() {
        return position;
    }

    /** Returns how the file ends; known once {@link #next()} has returned null. */
    End end() {
        if (end == null) {
            throw new IllegalStateException(file + " was not read to its end");
        }
        return end;
    }

    /** Says what is wrong with the bad place; empty if there is none. */
    String problem() {
        return problem;
    }

    /** Returns how many bytes were written from the bad place on, zeros at the end not counted. */
    long badBytes() {
        return writtenBytes - recordOffset;
    }

    /** Returns the latest transaction of which a valid record stands behind the bad place; 0 if none does. */
    long newestBehind() throws IOException {
        long newest = 0;
        for (long at = findValid(recordOffset + 1, writtenBytes); at >= 0; at = findValid(at + 1, writtenBytes)) {
            newest = Math.max(newest, zxidAt(at));
        }
        return newest;
    }

    /** Returns how many bytes were written behind the header, zeros at the end not counted; goes to the end for that. */
    long contentBytes() throws IOException {
        while (end == null) {
            advance();
        }
        return Math.max(position, writtenBytes) - LogFormat.HEADER_BYTES;
    }

    /** Once {@link #next()} has returned: says whether the first record, if there is any, is of the transaction. */
    boolean beginsWith(long zxid) {
        return isEmpty() || firstZxid == zxid;
    }

    /**
     * Once {@link #next()} has returned: under another name a file would hide the one that should be there, or be read at the
     * wrong time, or not at all.
     *
     * @throws CorruptLogException if the first record, if there is any, is of another transaction
     */
    void requireName(long zxid) throws CorruptLogException {
        if (!beginsWith(zxid)) {
            throw new CorruptLogException(
                    file,
                    LogFormat.HEADER_BYTES,
                    "begins with zxid " + Zxid.format(firstZxid)
                            + ", which is not that of its name: it was renamed, or copied over another log");
        }
    }

    /** Says whether the file holds no record at all. */
    boolean isEmpty() {
        return position <= LogFormat.HEADER_BYTES;
    }

    /** Says whether the file does not even have its header; known once {@link #next()} has returned null. */
    boolean isHeadless() {
        return isEmpty() && recordOffset == 0;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    private void readHeader() throws IOException {
        int present = (int) Math.min(size, LogFormat.HEADER_BYTES);
        load(0, present);
        boolean whole = present == LogFormat.HEADER_BYTES && int32(0) == LogFormat.MAGIC;
        position = present;
        if (whole) {
            return;
        }
        // A crash right after the file was created: the header was never forced, so no record behind it was either.
        long written = writtenEnd(0);
        boolean partly = isPartOfHeader(present, written);
        end = partly ? End.TORN : End.BROKEN;
        problem = partly ? "ends inside its header" : "does not begin with the header of a log";
        recordOffset = 0;
        writtenBytes = written;
    }

    private boolean isPartOfHeader(int present, long written) {
        ByteBuffer header = ByteBuffer.allocate(LogFormat.HEADER_BYTES);
        header.putInt(LogFormat.MAGIC).putInt(LogFormat.VERSION).putLong(LogFormat.DATABASE);
        for (int i = 0; i < Math.min(present, written); i++) {
            if (int8(i) != header.get(i)) {
                return false;
            }
        }
        return written <= LogFormat.HEADER_BYTES;
    }

    /** Ends the file here, unless valid records follow: then it is damaged in its middle. */
    private boolean end(long recordBytes, String what) throws IOException {
        long written = writtenEnd(position);
        if (written == position) {
            end = End.CLEAN;
            return false;
        }
        long valid = findValid(position + 1, written);
        writtenBytes = written;
        if (valid >= 0) {
            end = End.BROKEN;
            problem = what + ", and a valid record of zxid 0x" + Long.toHexString(zxidAt(valid)) + " behind it at byte "
                    + valid;
            return false;
        }
        end = position + recordBytes > written || recordBytes >= size - position ? End.TORN : End.DAMAGED;
        problem = what;
        return false;
    }

    /** Looks for a whole record of a later transaction at any byte; returns its position, or -1. */
    private long findValid(long from, long written) throws IOException {
        for (long at = from; at + LogFormat.PREFIX_BYTES + ENTRY_BYTES_MIN < written; at++) {
            load(at, LogFormat.PREFIX_BYTES);
            int length = int32(at + 8);
            boolean possible = length >= ENTRY_BYTES_MIN
                    && length <= LogFormat.ENTRY_BYTES_MAX
                    && int32(at) == 0
                    && at + LogFormat.PREFIX_BYTES + length < size;
            if (possible && isValid(at, length)) {
                return at;
            }
        }
        return -1;
    }

    private boolean isValid(long at, int length) throws IOException {
        load(at, LogFormat.PREFIX_BYTES + ENTRY_BYTES_MIN);
        long checksum = int64(at);
        long entry = at + LogFormat.PREFIX_BYTES;
        return int64(entry + ZXID_OFFSET) > lastZxid
                && byteAt(entry + length) == LogFormat.RECORD_END
                && sum(entry, length) == checksum;
    }

    private long zxidAt(long recordOffset) throws IOException {
        load(recordOffset, LogFormat.PREFIX_BYTES + ENTRY_BYTES_MIN);
        return int64(recordOffset + LogFormat.PREFIX_BYTES + ZXID_OFFSET);
    }

    /** Returns the position behind the last byte from there on that is not zero, reading as a system reads ahead. */
    private long writtenEnd(long from) throws IOException {
        byte[] zeros = new byte[WINDOW_BYTES];
        ByteBuffer piece = ByteBuffer.allocate(WINDOW_BYTES);
        long written = from;
        for (long at = from; at < size; at += piece.limit()) {
            piece.clear().limit((int) Math.min(WINDOW_BYTES, size - at));
            readFully(piece, at);
            int last = piece.limit();
            if (!Arrays.equals(piece.array(), 0, last, zeros, 0, last)) {
                while (piece.get(last - 1) == 0) {
                    last--;
                }
                written = at + last;
            }
        }
        return written;
    }

    private TxnEntry decode(long at, int length) throws IOException {
        load(at, length);
        ByteBuffer entry = window.slice((int) (at - windowOffset), length);
        try {
            return TxnCodec.read(new WireReader(entry, Integer.MAX_VALUE));
        } catch (WireFormatException e) {
            throw new CorruptLogException(
                    file, recordOffset, "a whole record that makes no sense: " + e.getMessage(), e);
        }
    }

    /** Makes the bytes available to the accessors below. */
    private void load(long from, int count) throws IOException {
        if (holds(from, count)) {
            return;
        }
        if (count > window.capacity()) {
            window = ByteBuffer.allocate(Math.max(count, 2 * window.capacity()));
        }
        window.clear().limit((int) Math.min(window.capacity(), size - from));
        readFully(window, from);
        window.rewind();
        windowOffset = from;
    }

    private boolean holds(long from, int count) {
        return from >= windowOffset && from + count <= windowOffset + window.limit();
    }

    private void readFully(ByteBuffer target, long from) throws IOException {
        try {
            DiskSteps.readFully(source, target, from, file);
        } catch (IOException e) {
            // A sector that cannot be read is as lost as one that is wrong.
            throw new CorruptLogException(file, recordOffset, "cannot be read: " + e, e);
        }
    }

    /** Sums up the bytes a window at a time. */
    private long sum(long from, int count) throws IOException {
        scratch.reset();
        int piece;
        for (int summed = 0; summed < count; summed += piece) {
            piece = Math.min(WINDOW_BYTES, count - summed);
            load(from + summed, piece);
            scratch.update(window.array(), (int) (from + summed - windowOffset), piece);
        }
        return scratch.getValue();
    }

    /** Reads a byte that may be far away, and leaves the window where it is. */
    private byte byteAt(long at) throws IOException {
        if (holds(at, 1)) {
            return int8(at);
        }
        ByteBuffer single = ByteBuffer.allocate(1);
        readFully(single, at);
        return single.get(0);
    }

    private byte int8(long at) {
        return window.get((int) (at - windowOffset));
    }

    private int int32(long at) {
        return window.getInt((int) (at - windowOffset));
    }

    private long int64(long at) {
        return window.getLong((int) (at - windowOffset));
    }
}
