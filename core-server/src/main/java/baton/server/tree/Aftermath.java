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

    /**
     * A node was created.
     *
     * @param acl its list
     * @param parentAcl the list of its parent
     */
    default void created(String path, AclEntry acl, AclEntry parentAcl) {}

    /**
     * A node was deleted.
     *
     * @param acl the list it had
     * @param parentAcl the list of its parent
     */
    default void deleted(String path, AclEntry acl, AclEntry parentAcl) {}

    /** The data of a node with the list were replaced. */
    default void contentReplaced(String path, AclEntry acl) {}

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
