package baton.server.tree;

import baton.protocol.ErrorCode;
import baton.server.txn.Txn;
import org.jspecify.annotations.Nullable;

/**
 * Told what becomes of a transaction while the tree applies it, in the order in which it happens: the watches to fire
 * follow from it, and the answer.
 */
public interface Aftermath {
    /** Nobody watches and nobody waits for an answer: a log is replayed. */
    Aftermath UNHEEDED = new Aftermath() {};

    /** The node, at the path, was created. */
    default void created(String path, Znode node) {}

    /** The node, which was at the path, was deleted: it has the state that it had, and its parent. */
    default void deleted(String path, Znode node) {}

    /** The data of the node, at the path, were replaced. */
    default void contentReplaced(String path, Znode node) {}

    /**
     * The transaction, or a part of it, has come to its end.
     *
     * @param error number of an {@link ErrorCode}: 0 if it was done; otherwise what the transaction says, or why a replayed
     *     one had nothing to do
     * @param node the node right after it, if it created or changed one
     */
    default void ended(Txn txn, int error, @Nullable NodeState node) {}

    /** The transaction, which has ended, was the first to go beyond a soft quota. */
    default void outgrew(QuotaExcess excess) {}
}
