package baton.server.sim.files;

import static baton.server.sim.files.Unreadable.require;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.Adler32;

/**
 * The records of a log file, up to the first that is none: zeros stand behind the last one, or what a crash has left of
 * another.
 *
 * <pre>
 * "ZKLG", version:int32, dbid:int64
 * records, each Adler-32 of the entry:int64, length:int32, entry, 'B'
 * </pre>
 */
final class PlainLog {
    private static final int MAGIC = 0x5a4b4c47;
    private static final int HEADER_BYTES = 16;

    private PlainLog() {}

    static List<PlainEntry> read(byte[] bytes) throws Unreadable {
        Fields in = new Fields(bytes);
        List<PlainEntry> entries = new ArrayList<>();
        int magic = in.left() < HEADER_BYTES ? 0 : in.int32();
        if (magic == 0) {
            return entries;
        }
        require(magic == MAGIC && in.int32() == 2 && in.int64() == 0, "no log");
        while (in.left() > Long.BYTES + Integer.BYTES) {
            long sum = in.int64();
            int length = in.int32();
            if (length <= 0 || length >= in.left()) {
                break;
            }
            byte[] entry = in.raw(length);
            if (in.raw(1)[0] != 'B' || adler(entry) != sum) {
                break;
            }
            entries.add(PlainEntry.read(entry));
        }
        return entries;
    }

    private static long adler(byte[] bytes) {
        Adler32 sum = new Adler32();
        sum.update(bytes);
        return sum.getValue();
    }
}
