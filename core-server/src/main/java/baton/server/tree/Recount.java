package baton.server.tree;

import baton.protocol.Zxid;
import org.jspecify.annotations.Nullable;

/**
 * Counts the digest of the tree anew, a few nodes at a time while writing goes on, and compares: memory that does not hold
 * what was put there shows, and so does a change that was not counted. For the tree's writer.
 *
 * <p>A pass takes the nodes in the order of their hashes, in which the index has its slots, however it grows or shrinks
 * meanwhile, as it does again and again where much comes and goes. What a transaction changes of a node that was counted
 * already goes into the sum, too, so that at the end this must be the digest that the tree keeps.
 */
public final class Recount {
    /** A pass has no fewer steps, however small the tree. */
    private static final int STEPS_MIN = 16;

    /** A step looks at no more slots of the index; then it takes well below a millisecond. */
    private static final int SLOTS_MAX = 256;

    /** No step goes on when it has seen so much data. */
    private static final long BYTES_MAX = 1 << 20;

    private static final long END = 1L << Integer.SIZE;

    private final ZnodeTree tree;
    private final NodeIndex index;
    private final TreeDigest digests = new TreeDigest();

    /** Nodes whose hash, as a number without a sign, is below it are in the sum. */
    private long cursor;

    private long sum;
    private long stepBytes;
    private long completed;

    Recount(ZnodeTree tree, NodeIndex index) {
        this.tree = tree;
        this.index = index;
    }

    /** Returns how many passes there were, each with the right result. */
    public long completed() {
        return completed;
    }

    /**
     * Counts some nodes more, between two transactions.
     *
     * @return what part of a pass that was, up to 1
     * @throws TreeDamagedException if that was the end of a pass, and it came to something else
     */
    public double step() {
        long from = cursor;
        long slots = Math.min(SLOTS_MAX, index.capacity() / STEPS_MIN);
        stepBytes = 0;
        for (int i = 0; i < slots && cursor < END && stepBytes < BYTES_MAX; i++) {
            cursor = index.forEachFrom(cursor, this::count);
        }
        double part = (double) (cursor - from) / END;
        if (cursor == END) {
            end();
        }
        return part;
    }

    private void count(Znode node) {
        // Since it began with a slot that was smaller, the pass may be behind some of this one's nodes.
        if (!isCounted(node)) {
            NodeState state = node.state();
            stepBytes += state.contentSize();
            add(digests.of(node, state), tree.ephemerals().with(state));
        }
    }

    private void end() {
        TreePosition reached = tree.position();
        if (sum != reached.digest()) {
            throw new TreeDamagedException("the tree in memory is damaged, by the machine or by a bug: after zxid "
                    + Zxid.format(reached.zxid()) + " its nodes have the digest " + Long.toHexString(sum)
                    + ", but it must be " + Long.toHexString(reached.digest())
                    + "; start the server again, which reads its files and refuses what the damage has reached, and have"
                    + " the machine's memory checked");
        }
        completed++;
        cursor = 0;
        sum = 0;
    }

    /** Says that a node adds so much more to the digest than before; it is new or was there, and may go now. */
    void changed(Znode node, long change, @Nullable SessionNodes owned) {
        if (isCounted(node)) {
            add(change, owned);
        }
    }

    /** Says that none of the nodes is in the digest any more. */
    void disowned(SessionNodes owned) {
        sum -= owned.recounted(completed);
    }

    private boolean isCounted(Znode node) {
        return Integer.toUnsignedLong(node.pathHash()) < cursor;
    }

    private void add(long change, @Nullable SessionNodes owned) {
        sum += change;
        if (owned != null) {
            owned.recount(completed, change);
        }
    }
}
