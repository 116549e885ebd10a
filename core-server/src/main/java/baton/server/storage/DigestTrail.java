package baton.server.storage;

import baton.protocol.Zxid;
import baton.server.txn.TxnDigest;
import baton.server.txn.TxnEntry;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Compares the tree with the digests of snapshot and log while the history is replayed.
 *
 * <p>A snapshot holds effects of transactions up to the one its digest belongs to; before that is reached the digests of
 * the log mean nothing. If the snapshot does not say where that is, the first digest that is equal says it.
 *
 * <p>Apache ZooKeeper notes the digest of a transaction only after it has changed the tree. So a snapshot of its may hold
 * effects of one transaction more than its digest says: then the tree is as it must be right after that one, and the
 * snapshot is whole; if it is not, or there is no such transaction, the snapshot is not what was in memory.
 *
 * <p>It also notes digests of trees that it decided on and did not make, and goes on with those of the trees that it has. A
 * digest is a sum over all nodes, and a transaction that is missing or another changes all that follow: so one that is equal
 * {@linkplain #confirms confirms} the tree, whatever was said before.
 */
final class DigestTrail {
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final Optional<SnapshotDigest> snapshot;

    /** Zxid from which on digests count; {@link #UNKNOWN} until one was equal. Written by recovery. */
    private long countsFrom;

    /** How the tree differs from the snapshot's digest, until the next transaction explains it. Written by recovery. */
    private @Nullable String unexplained;

    // All written by recovery: of the entries compared so far.
    private long lastZxid;
    private boolean confirmed;
    private boolean gapless = true;
    private int wrongCount;
    private @Nullable Wrong firstWrong;
    private @Nullable Wrong unconfirmed;

    private DigestTrail(Optional<SnapshotDigest> snapshot, long countsFrom, long lastZxid) {
        this.snapshot = snapshot;
        this.countsFrom = countsFrom;
        this.lastZxid = lastZxid;
    }

    /** A record whose digest is not that of the tree, and the transaction before it. */
    record Wrong(Path file, long offset, long zxidBefore, String problem) {}

    /** Follows a history from its very beginning. */
    static DigestTrail fromTheBeginning() {
        return new DigestTrail(Optional.empty(), 0, 0);
    }

    /** Follows a history from a snapshot on. A leader's first snapshot can have an older digest: it says nothing. */
    static DigestTrail after(long snapshotZxid, Optional<SnapshotDigest> digest) {
        boolean usable = digest.isPresent()
                && digest.get().zxid() >= snapshotZxid
                && digest.get().value() != 0;
        return usable
                ? new DigestTrail(digest, digest.get().zxid(), snapshotZxid)
                : new DigestTrail(Optional.empty(), UNKNOWN, snapshotZxid);
    }

    /** Returns the zxid the history must reach for the snapshot to be whole, if it says one. */
    OptionalLong needed() {
        return snapshot.isPresent() ? OptionalLong.of(snapshot.get().zxid()) : OptionalLong.empty();
    }

    /**
     * Compares the tree right after the entry was applied with the snapshot's digest, if that is of then or just before;
     * returns what is wrong with the snapshot, or null. Before {@link #mismatchAfter}.
     */
    @Nullable
    String snapshotMismatchAfter(TxnEntry entry, OptionalLong tree) {
        String before = unexplained;
        unexplained = null;
        compareWithSnapshot(entry.zxid(), tree);
        return before == null || confirms(entry, tree) ? null : before;
    }

    /**
     * Compares the tree right after the entry was applied with the entry's digest; returns how it differs, or null. Once for
     * each entry.
     */
    @Nullable
    String mismatchAfter(TxnEntry entry, OptionalLong tree) {
        gapless &= entry.zxid() == lastZxid + 1;
        lastZxid = entry.zxid();
        if (confirms(entry, tree)) {
            confirm();
        }
        OptionalLong claimed = digestOf(entry);
        if (tree.isEmpty() || claimed.isEmpty()) {
            return null;
        }
        if (countsFrom == UNKNOWN && confirms(entry, tree)) {
            countsFrom = entry.zxid();
        }
        // Where the snapshot has a digest it was the judge.
        return entry.zxid() <= countsFrom ? null : describe(entry.zxid(), claimed.getAsLong(), tree.getAsLong());
    }

    /** What was doubted is forgiven, unless an epoch has begun since all was sure: something could be missing there. */
    private void confirm() {
        confirmed = true;
        unconfirmed = gapless ? null : unconfirmed;
        // If nothing is doubted all is sure from here on, and where an epoch has begun before says nothing about what
        // comes.
        gapless |= unconfirmed == null;
    }

    /** Doubts the entry that was compared last, until a later digest is right. */
    void doubt(Wrong wrong) {
        wrongCount++;
        firstWrong = firstWrong == null ? wrong : firstWrong;
        unconfirmed = unconfirmed == null ? wrong : unconfirmed;
    }

    /** Says whether any digest was that of the tree. */
    boolean isConfirmed() {
        return confirmed;
    }

    /** Returns what was doubted first and is not forgiven, or null. */
    @Nullable
    Wrong unconfirmed() {
        return unconfirmed;
    }

    /** Returns what was doubted first, forgiven or not, or null. */
    @Nullable
    Wrong firstWrong() {
        return firstWrong;
    }

    /** Returns how often something was doubted. */
    int wrongCount() {
        return wrongCount;
    }

    /** Says whether the entry has the digest of the tree right after it was applied. */
    boolean confirms(TxnEntry entry, OptionalLong tree) {
        return tree.isPresent() && digestOf(entry).equals(tree);
    }

    private static OptionalLong digestOf(TxnEntry entry) {
        TxnDigest digest = entry.digest();
        return digest == null || digest.version() != TxnDigest.VERSION
                ? OptionalLong.empty()
                : OptionalLong.of(digest.treeDigest());
    }

    /** Returns what is wrong with the snapshot if the history ends here, or null. */
    @Nullable
    String mismatchAtEnd() {
        return unexplained;
    }

    /** Compares the tree right after the transaction, if the snapshot's digest is of then. */
    void compareWithSnapshot(long zxid, OptionalLong tree) {
        if (snapshot.isPresent() && tree.isPresent() && snapshot.get().zxid() == zxid) {
            unexplained = describe(zxid, snapshot.get().value(), tree.getAsLong());
        }
    }

    private static @Nullable String describe(long zxid, long expected, long actual) {
        return expected == actual
                ? null
                : "after zxid " + Zxid.format(zxid) + " the tree has the digest " + Long.toHexString(actual)
                        + ", but it must be " + Long.toHexString(expected);
    }
}
