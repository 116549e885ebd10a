package baton.server.tree;

import baton.protocol.ErrorCode;
import baton.protocol.Stat;
import baton.server.txn.Txn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a transaction.
 *
 * @param outcomes one, or those of the parts of a multi
 * @param changes in the order in which they were made
 * @param excesses soft quotas that it was the first to go beyond
 */
public record Applied(List<Outcome> outcomes, List<TreeChange> changes, List<QuotaExcess> excesses) {
    /**
     * What became of a transaction or of a part of it.
     *
     * @param error number of an {@link ErrorCode}: 0 if it was done; otherwise what the transaction says, or why a
     *     replayed one had nothing to do
     * @param node the node right after it, if it created or changed one
     */
    public record Outcome(Txn txn, int error, @Nullable NodeState node) {
        static Outcome done(Txn txn, @Nullable NodeState node) {
            return new Outcome(txn, 0, node);
        }

        /** Returns what a client sees of the node. */
        public @Nullable Stat stat() {
            return node == null ? null : node.stat();
        }

        static Outcome failed(Txn txn, ErrorCode error) {
            return new Outcome(txn, error.code(), null);
        }
    }
}
