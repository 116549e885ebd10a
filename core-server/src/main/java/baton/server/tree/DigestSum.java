package baton.server.tree;

import org.jspecify.annotations.Nullable;

/**
 * The digest of a tree as it grows and changes: the sum of what its nodes add. For the tree's writer.
 *
 * <p>A transaction may replace the state of one node again and again, as that of the parent of many new ones. It is taken into
 * the sum once, when another node is replaced or the transaction {@linkplain #settle ends}.
 */
final class DigestSum {
    private final TreeDigest digests = new TreeDigest();
    private final Ephemerals ephemerals;
    private final Recount recount;
    private long sum;

    /** The node replaced last, if its state is not in the sum yet; only in the midst of a transaction. */
    private @Nullable Znode uncounted;

    DigestSum(Ephemerals ephemerals, Recount recount) {
        this.ephemerals = ephemerals;
        this.recount = recount;
    }

    /** Takes in what was replaced last, and returns the sum. */
    long settle() {
        Znode node = uncounted;
        if (node != null) {
            uncounted = null;
            added(node, digests.of(node, node.state()), ephemerals.with(node.state()));
        }
        return sum;
    }

    void addedRoot(Znode root) {
        added(root, digests.of(root, root.state()), null);
    }

    /**
     * Takes in a new node.
     *
     * @param utf8 its path
     * @param owned all nodes of its session, if it belongs to one
     */
    void added(Znode node, byte[] utf8, @Nullable SessionNodes owned) {
        added(node, digests.of(utf8, utf8.length, node.state()), owned);
    }

    private void added(Znode node, long digest, @Nullable SessionNodes owned) {
        node.state().keepDigest(digest);
        count(node, digest, owned);
    }

    /** The state of the node is about to be replaced. */
    void changing(Znode node) {
        if (node != uncounted) {
            settle();
            count(node, -of(node), ephemerals.with(node.state()));
            uncounted = node;
        }
    }

    /** The node is about to go. */
    void removed(Znode node, @Nullable SessionNodes owned) {
        count(node, -of(node), owned);
    }

    /** The nodes are about to go, together with their session. Once it is {@linkplain #settle settled}. */
    void removed(SessionNodes owned) {
        sum -= owned.digest();
        recount.disowned(owned);
    }

    /** Returns what the node adds. */
    long of(Znode node) {
        if (node == uncounted) {
            settle();
        }
        return node.state().digest(digests, node);
    }

    private void count(Znode node, long change, @Nullable SessionNodes owned) {
        sum += change;
        if (owned != null) {
            owned.count(change);
        }
        recount.changed(node, change, owned);
    }
}
