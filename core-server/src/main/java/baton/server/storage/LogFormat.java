package baton.server.storage;

import baton.protocol.WireWriter;
import baton.server.txn.TxnCodec;
import baton.server.txn.TxnEntry;
import java.util.zip.Adler32;

/**
 * The bytes of a transaction log.
 *
 * <pre>
 * file   := int32 'ZKLG', int32 2, int64 0, record..., zeros
 * record := int64 Adler-32 of the entry, int32 length of the entry, entry, byte 'B'
 * </pre>
 *
 * <p>The entry is the {@link TxnCodec}'s. Records follow each other in the order of their zxids, and within an epoch none
 * may be missing, not even that of a failed request: Apache ZooKeeper 3.9.4 and later refuse a log with a gap. The zeros
 * are room the writer took in advance. A crash can leave the last batch of records in any condition: cut off, or with
 * zeros where some of its pages did not reach the disk. Nobody was told that those are durable.
 */
final class LogFormat {
    static final int MAGIC = 0x5a4b4c47;
    static final int VERSION = 2;
    static final long DATABASE = 0;
    static final int HEADER_BYTES = 16;

    /** What stands before the entry: checksum and length. */
    static final int PREFIX_BYTES = 12;

    static final byte RECORD_END = 'B';

    /** Largest entry others read back with default settings: twice their limit of frames. */
    static final int ENTRY_BYTES_DEFAULT = 2_097_150;

    /** What one array holds, and so all that an administrator may have allowed once; a length beyond it is damage. */
    static final int ENTRY_BYTES_MAX = Integer.MAX_VALUE - 64;

    private LogFormat() {}

    static void writeHeader(WireWriter out) {
        out.int32(MAGIC).int32(VERSION).int64(DATABASE);
    }

    /**
     * Appends a record; the checksum is filled in once the entry stands behind it.
     *
     * @param entryBytesMax largest entry that others could read back. Requests are limited to less, so a larger entry is
     *     a bug of the caller, and is refused
     */
    static void writeRecord(WireWriter out, TxnEntry entry, int entryBytesMax, Adler32 scratch) {
        int start = out.size();
        out.int64(0).int32(0);
        TxnCodec.write(out, entry);
        int length = out.size() - start - PREFIX_BYTES;
        if (length > entryBytesMax) {
            out.truncate(start);
            throw new IllegalArgumentException("entry of " + length + " bytes: at most " + entryBytesMax);
        }
        scratch.reset();
        scratch.update(out.unsafeArray(), start + PREFIX_BYTES, length);
        out.patchInt32(start + 4, (int) scratch.getValue());
        out.patchInt32(start + 8, length);
        out.int8(RECORD_END);
    }
}
