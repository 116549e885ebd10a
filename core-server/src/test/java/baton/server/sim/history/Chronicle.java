package baton.server.sim.history;

import static baton.server.sim.history.Violation.check;

import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The committed log, as a run knows it: what the server has appended, how far that is durable, and what a crash may take
 * away again. Judges at once whatever needs no model.
 */
public final class Chronicle {
    private final LongSupplier moments;
    private final long firstZxid;
    private final List<TxnEntry> entries = new ArrayList<>();
    private final List<Long> appendedAt = new ArrayList<>();
    private final Set<Long> ending = new HashSet<>();
    private final Map<Long, Long> restartedAt = new HashMap<>();
    private long durableZxid;
    private long seenZxid;

    /** @param firstZxid that of the first entry */
    Chronicle(LongSupplier moments, long firstZxid) {
        this.moments = moments;
        this.firstZxid = firstZxid;
        this.durableZxid = firstZxid - 1;
    }

    long firstZxid() {
        return firstZxid;
    }

    /** The server has given an entry to its log. */
    public void appended(TxnEntry entry) {
        check(entry.zxid() == lastZxid() + 1, "HC-1", "zxid %d was appended behind %d", entry.zxid(), lastZxid());
        entries.add(entry);
        appendedAt.add(moments.getAsLong());
        if (entry.txn() instanceof Txn.CloseSession) {
            ending.add(entry.header().sessionId());
        }
    }

    /** The server has decided that the session ends; a log that is stuck may not have the entry yet, and may never get it. */
    public void endDecided(long session) {
        ending.add(session);
    }

    /** The log says that everything up to the zxid is durable. */
    public void forced(long zxid) {
        durableZxid = Math.max(durableZxid, zxid);
    }

    /** A client was shown something of that zxid. */
    public void seen(long zxid) {
        check(zxid <= durableZxid, "G-12", "a client was shown zxid %d, durable is only %d", zxid, durableZxid);
        seenZxid = Math.max(seenZxid, zxid);
    }

    /** The server has started again, and what it knows ends there. */
    public void recovered(long lastZxid) {
        requireNothingLost("after a restart", lastZxid);
        int kept = place(lastZxid + 1);
        entries.subList(kept, entries.size()).clear();
        appendedAt.subList(kept, appendedAt.size()).clear();
        durableZxid = lastZxid;
        restartedAt.putIfAbsent(lastZxid, moments.getAsLong());
    }

    /** A server that started with what is durable now would know that much, and its tree would have that digest. */
    public void recoverable(long lastZxid, long digest) {
        requireNothingLost("if the power failed now", lastZxid);
        TxnEntry last = lastWithDigest(lastZxid);
        check(
                last == null || last.digest().treeDigest() == digest,
                "INV-20",
                "if the power failed now, after zxid %d the digest would be %x, the log says %s",
                lastZxid,
                digest,
                last);
    }

    private void requireNothingLost(String when, long lastZxid) {
        check(
                lastZxid >= durableZxid,
                "G-12",
                "zxid %d was durable and %d was shown to a client, but %s the history ends at %d",
                durableZxid,
                seenZxid,
                when,
                lastZxid);
        check(
                lastZxid <= lastZxid(),
                "INV-11",
                "the history ends at %d %s, but only %d was ever written",
                lastZxid,
                when,
                lastZxid());
    }

    /** Returns the moment at which the server first started from there; {@link Long#MAX_VALUE} if it never did. */
    long restartedAt(long zxid) {
        return restartedAt.getOrDefault(zxid, Long.MAX_VALUE);
    }

    /**
     * A snapshot is complete: rule INV-8.
     *
     * @param nameZxid the zxid up to which everything is in it
     * @param zxid the zxid to which its digest belongs
     */
    public void snapshotTaken(long nameZxid, long zxid, long digest) {
        check(
                nameZxid <= zxid && zxid <= durableZxid,
                "INV-8",
                "the digest of snapshot %x is said to be of zxid %d, durable is %d",
                nameZxid,
                zxid,
                durableZxid);
        TxnEntry last = lastWithDigest(zxid);
        check(
                last == null || last.digest().treeDigest() == digest,
                "INV-8",
                "snapshot %x says that after zxid %d the digest is %x, the log says %s",
                nameZxid,
                zxid,
                digest,
                last);
    }

    /** Returns the entry up to the zxid that tells the digest there; null if none does. */
    private @Nullable TxnEntry lastWithDigest(long zxid) {
        long last = zxid;
        while (last >= firstZxid && entry(last).digest() == null) {
            last--;
        }
        return last < firstZxid ? null : entry(last);
    }

    public long lastZxid() {
        return firstZxid + entries.size() - 1;
    }

    private int place(long zxid) {
        return (int) (zxid - firstZxid);
    }

    /** Says whether the end of the session was ever decided. */
    boolean wasEnding(long session) {
        return ending.contains(session);
    }

    /** Returns the entry of a zxid. */
    TxnEntry entry(long zxid) {
        return entries.get(place(zxid));
    }

    /** Says whether there are entries that are not durable. */
    public boolean isCommitting() {
        return lastZxid() > durableZxid;
    }

    boolean wasAppendedAfter(long session, int xid, long moment) {
        for (int i = entries.size() - 1; i >= 0 && appendedAt.get(i) > moment; i--) {
            if (entries.get(i).header().sessionId() == session
                    && entries.get(i).header().cxid() == xid) {
                return true;
            }
        }
        return false;
    }

    /** Returns the moment at which the entry of a zxid was appended. */
    long appendedAt(long zxid) {
        return appendedAt.get(place(zxid));
    }
}
