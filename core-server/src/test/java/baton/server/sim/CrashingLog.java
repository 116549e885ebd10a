package baton.server.sim;

import baton.protocol.Bytes;
import baton.server.txn.TxnCodec;
import baton.server.txn.TxnEntry;
import java.util.ArrayList;
import java.util.List;

/** A log in memory, as bytes. What was not forced may be lost in a crash, from some entry on. */
final class CrashingLog {
    private final List<Bytes> entries = new ArrayList<>();
    private final List<Long> zxids = new ArrayList<>();
    private int durable;

    void append(TxnEntry entry) {
        entries.add(TxnCodec.toBytes(entry));
        zxids.add(entry.zxid());
    }

    int pending() {
        return entries.size() - durable;
    }

    /** Forces the next so many entries, and returns the zxid up to which all are durable; 0 if none is. */
    long force(int count) {
        durable = Math.min(entries.size(), durable + count);
        return durable == 0 ? 0 : zxids.get(durable - 1);
    }

    /** Loses all entries but those that are durable and so many more. */
    void crash(int survivors) {
        int kept = Math.min(entries.size(), durable + survivors);
        entries.subList(kept, entries.size()).clear();
        zxids.subList(kept, zxids.size()).clear();
        durable = kept;
    }

    /** Reads the entries behind the zxid. */
    List<TxnEntry> after(long zxid) {
        List<TxnEntry> tail = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (zxids.get(i) > zxid) {
                tail.add(TxnCodec.read(entries.get(i)));
            }
        }
        return tail;
    }
}
