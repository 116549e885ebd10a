package baton.core;

import java.util.List;
import java.util.Optional;

/** What became of a transaction that reached the store. */
public sealed interface TxnResult {

    /**
     * All of it happened.
     *
     * @param created for each operation of the transaction, in order: what it created, if it created something
     */
    record Committed(List<Optional<Created>> created) implements TxnResult {
        public Committed {
            created = List.copyOf(created);
        }
    }

    /**
     * None of it happened.
     *
     * @param index of the first operation that failed, counted from 0 in {@link Txn#ops}
     * @param error what the store found: {@link CoreError#NO_NODE}, {@link CoreError#NODE_EXISTS},
     *     {@link CoreError#STALE}, {@link CoreError#NOT_EMPTY} or {@link CoreError#DENIED}
     * @param path of that operation
     */
    record Refused(int index, CoreError error, NodePath path) implements TxnResult {}
}
