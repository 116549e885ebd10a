package baton.server.storage;

import baton.protocol.Zxid;
import baton.server.txn.TxnDigest;
import baton.server.txn.TxnEntry;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Compares the tree with the digests of snapshot and log while the history is replayed.
 *
 * <p>A snapshot holds effects of transactions up to the one its digest belongs to; before that is reached the digests of
 * the log mean nothing. If the snapshot does not say where that is, the first digest that is equal says it.
 */
final class DigestTrail {
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final Optional<SnapshotDigest> snapshot;

    /** Zxid from which on digests count; {@link #UNKNOWN} until one was equal. Written by recovery. */
    private long countsFrom;

    private DigestTrail(Optional<SnapshotDigest> snapshot, long countsFrom) {
        this.snapshot = snapshot;
        this.countsFrom = countsFrom;
    }

    /** Follows a history from its very beginning. */
    static DigestTrail fromTheBeginning() {
        return new DigestTrail(Optional.empty(), 0);
    }

    /** Follows a history from a snapshot on. A leader's first snapshot can have an older digest: it says nothing. */
    static DigestTrail after(long snapshotZxid, Optional<SnapshotDigest> digest) {
        boolean usable = digest.filter(each -> each.zxid() >= snapshotZxid && each.value() != 0)
                .isPresent();
        return usable
                ? new DigestTrail(digest, digest.orElseThrow().zxid())
                : new DigestTrail(Optional.empty(), UNKNOWN);
    }

    /** Returns the zxid the history must reach for the snapshot to be whole, if it says one. */
    OptionalLong needed() {
        return snapshot.isPresent() ? OptionalLong.of(snapshot.get().zxid()) : OptionalLong.empty();
    }

    /** Compares the tree of the snapshot alone, before anything is replayed. */
    @Nullable
    String mismatchAt(long zxid, OptionalLong tree) {
        if (snapshot.isEmpty() || tree.isEmpty() || snapshot.get().zxid() != zxid) {
            return null;
        }
        return describe(zxid, snapshot.get().value(), tree.getAsLong());
    }

    /** Compares the tree right after the entry was applied; returns what is wrong, or null. */
    @Nullable
    String mismatchAfter(TxnEntry entry, OptionalLong tree) {
        String early = mismatchAt(entry.zxid(), tree);
        TxnDigest digest = entry.digest();
        if (early != null || tree.isEmpty() || digest == null || digest.version() != TxnDigest.VERSION) {
            return early;
        }
        if (countsFrom == UNKNOWN && digest.treeDigest() == tree.getAsLong()) {
            countsFrom = entry.zxid();
        }
        return entry.zxid() < countsFrom ? null : describe(entry.zxid(), digest.treeDigest(), tree.getAsLong());
    }

    private static @Nullable String describe(long zxid, long expected, long actual) {
        return expected == actual
                ? null
                : "after zxid " + Zxid.format(zxid) + " the tree has the digest " + Long.toHexString(actual)
                        + ", but it must be " + Long.toHexString(expected);
    }
}
