package baton.server.storage;

import baton.protocol.Bytes;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.protocol.Zxid;
import baton.server.txn.TxnCodec;
import baton.server.txn.TxnEntry;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * A log in memory, for servers that shall leave nothing behind, and for simulated ones.
 *
 * <p>It keeps the last entries as bytes, so what is read back has been through the codec as with a real log. Durable here
 * means: {@link #crash} keeps it.
 */
public final class MemoryLog implements TxnLog {
    private final int keptCount;
    private final ArrayDeque<Bytes> entries = new ArrayDeque<>();
    private final WireWriter scratch = new WireWriter();

    // All written by the log's thread.
    private int unforcedCount;
    private long durableZxid;
    private long lastZxid;
    private long entriesSinceRoll;
    private long bytesSinceRoll;
    private boolean closed;

    private MemoryLog(long lastZxid, int keptCount) {
        this.lastZxid = lastZxid;
        this.durableZxid = lastZxid;
        this.keptCount = keptCount;
    }

    /** Opens a log that keeps everything. */
    public static MemoryLog keepingAll(long lastZxid) {
        return new MemoryLog(lastZxid, Integer.MAX_VALUE);
    }

    /** Opens a log that keeps the last entries only, so that it never grows; 0 keeps none. */
    public static MemoryLog keepingLast(int count, long lastZxid) {
        if (count < 0) {
            throw new IllegalArgumentException("count=" + count + ": must not be negative");
        }
        return new MemoryLog(lastZxid, count);
    }

    @Override
    public void append(TxnEntry entry) {
        requireOpen();
        if (!ZxidOrder.follows(lastZxid, entry.zxid())) {
            throw new IllegalStateException(
                    "zxid " + Zxid.format(entry.zxid()) + " appended behind " + Zxid.format(lastZxid));
        }
        if (keptCount > 0) {
            scratch.reset();
            TxnCodec.write(scratch, entry);
            entries.addLast(scratch.toBytes());
            bytesSinceRoll += scratch.size();
        }
        unforcedCount++;
        entriesSinceRoll++;
        lastZxid = entry.zxid();
    }

    @Override
    public long force() {
        requireOpen();
        unforcedCount = 0;
        durableZxid = lastZxid;
        while (entries.size() > keptCount) {
            entries.removeFirst();
        }
        return durableZxid;
    }

    @Override
    public void roll() {
        force();
        entriesSinceRoll = 0;
        bytesSinceRoll = 0;
    }

    @Override
    public long lastZxid() {
        return lastZxid;
    }

    @Override
    public long entriesSinceRoll() {
        return entriesSinceRoll;
    }

    @Override
    public long bytesSinceRoll() {
        return bytesSinceRoll;
    }

    @Override
    public void close() {
        if (!closed) {
            force();
            closed = true;
        }
    }

    /**
     * Loses everything that was not forced, as a power cut does. This log is closed.
     *
     * @return the log as a restarted server finds it
     */
    public MemoryLog crash() {
        return crash(0);
    }

    /**
     * Loses what was not forced, except that the disk happened to write some of it.
     *
     * @param luckyCount how many of the entries not forced survive, the oldest ones; more than there are means all
     */
    public MemoryLog crash(int luckyCount) {
        requireOpen();
        int lost = Math.min(entries.size(), Math.max(0, unforcedCount - luckyCount));
        for (int i = 0; i < lost; i++) {
            entries.removeLast();
        }
        closed = true;
        long last = entries.isEmpty() ? durableZxid : decode(entries.getLast()).zxid();
        MemoryLog found = new MemoryLog(last, keptCount);
        found.entries.addAll(entries);
        return found;
    }

    /** Hands over the entries it keeps that come after the zxid, the oldest first. */
    public void forEachAfter(long zxid, Consumer<TxnEntry> sink) {
        for (Bytes each : entries) {
            TxnEntry entry = decode(each);
            if (entry.zxid() > zxid) {
                sink.accept(entry);
            }
        }
    }

    /** Forgets entries up to the zxid: a snapshot holds them. */
    public void discardThrough(long zxid) {
        while (!entries.isEmpty() && decode(entries.getFirst()).zxid() <= Math.min(zxid, durableZxid)) {
            entries.removeFirst();
        }
    }

    private static TxnEntry decode(Bytes entry) {
        return TxnCodec.read(new WireReader(entry.asByteBuffer(), Integer.MAX_VALUE));
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the log is closed");
        }
    }
}
