package baton.server.txn;

import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.WireFormatException;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import java.util.List;

/**
 * The bytes of an entry of the history.
 *
 * <pre>
 * entry := TxnHeader (32 bytes), body of the type, TxnDigest (12 bytes)?
 * </pre>
 *
 * <p>Nothing says whether a digest follows: what is left behind the body must be a digest or nothing. An entry must be
 * read to its last byte. Its length and checksum stand around it, in the log or in the packet.
 *
 * <p>Writing what was read gives the same bytes, except that transactions of release 3.3, which lack the parent's
 * version, are written with it. Forward the bytes that were received where they must stay the same.
 */
public final class TxnCodec {
    private TxnCodec() {}

    /**
     * Reads an entry that takes up everything that remains.
     *
     * @throws WireFormatException if the bytes are no entry, or of a type no release has written
     */
    public static TxnEntry read(WireReader in) {
        TxnHeader header = TxnHeader.read(in);
        if (header.type() == OpCode.CLOSE_SESSION) {
            return readCloseSession(header, in);
        }
        return ending(header, Txn.read(header.type(), in), in);
    }

    /** Reads an entry that takes up all of the bytes. */
    public static TxnEntry read(Bytes entry) {
        return read(WireReader.of(entry));
    }

    public static void write(WireWriter out, TxnEntry entry) {
        entry.header().write(out);
        entry.txn().write(out);
        TxnDigest digest = entry.digest();
        if (digest != null) {
            digest.write(out);
        }
    }

    public static Bytes toBytes(TxnEntry entry) {
        WireWriter out = new WireWriter();
        write(out, entry);
        return out.toBytes();
    }

    private static TxnEntry ending(TxnHeader header, Txn txn, WireReader in) {
        if (!in.hasRemaining()) {
            return new TxnEntry(header, txn, null);
        }
        if (in.remaining() != TxnDigest.BYTES) {
            throw in.failure(
                    "digest",
                    0,
                    in.remaining() + " bytes behind the " + header.type() + ", neither 0 nor a digest's 12");
        }
        return new TxnEntry(header, txn, TxnDigest.read(in));
    }

    // Releases before 3.6 wrote no list of paths, and a digest can look like the beginning of one. So the reading that
    // uses up the entry wins, and the one with a list before the one without.
    private static TxnEntry readCloseSession(TxnHeader header, WireReader in) {
        WireReader again = in.duplicate();
        try {
            return ending(header, readPaths(in), in);
        } catch (WireFormatException notPaths) {
            if (again.hasRemaining() && again.remaining() != TxnDigest.BYTES) {
                throw notPaths;
            }
            return ending(header, Txn.CloseSession.WITHOUT_PATHS, again);
        }
    }

    private static Txn.CloseSession readPaths(WireReader in) {
        List<String> paths = in.strings("paths2Delete");
        for (String each : paths) {
            if (!each.startsWith("/")) {
                throw in.failure("paths2Delete", in.offset(), "'" + each + "' is not a path");
            }
        }
        return new Txn.CloseSession(paths);
    }
}
