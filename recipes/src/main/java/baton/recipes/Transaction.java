package baton.recipes;

import baton.core.CoordinationException;
import baton.core.CreateSpec;
import baton.core.Expect;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.recipes.run.Deadline;
import baton.recipes.run.Waiting;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Conditions and changes that happen together or not at all, guarded by what is held. Not thread-safe; commit once.
 *
 * <p>A guard is checked by the store in the same step as the changes: a holder that was replaced without knowing
 * changes nothing.
 */
public final class Transaction {
    private final RecipeRuntime runtime;
    private final Txn.Builder txn = Txn.builder();
    private final Map<Integer, Grant> guards = new HashMap<>();
    private int count;

    Transaction(RecipeRuntime runtime) {
        this.runtime = runtime;
    }

    /** The grant's ticket exists: it is still held. */
    public Transaction guard(Grant grant) {
        guards.put(count, grant);
        return require(grant.ticketPath());
    }

    public Transaction require(NodePath path) {
        txn.require(path);
        return counted();
    }

    public Transaction requireUnchanged(NodePath path, NodeStat seen) {
        txn.requireUnchanged(path, seen);
        return counted();
    }

    public Transaction requireAbsent(NodePath path) {
        txn.requireAbsent(path);
        return counted();
    }

    public Transaction create(CreateSpec spec) {
        txn.create(spec);
        return counted();
    }

    public Transaction write(NodePath path, Payload data, Expect expect) {
        txn.write(path, data, expect);
        return counted();
    }

    public Transaction delete(NodePath path, Expect expect) {
        txn.delete(path, expect);
        return counted();
    }

    public Transaction replace(CreateSpec spec, Expect expect) {
        txn.replace(spec, expect);
        return counted();
    }

    /**
     * Sends it. While the store is unreachable it is tried again until the client's operation timeout.
     *
     * @return what the store said; fails with {@link GrantLostException} if a grant is not valid any more, {@link
     *     GuardFailedException} if the store refused because of one, and a {@link CoordinationException} with IN_DOUBT if
     *     it may or may not have happened
     */
    public CompletionStage<TxnResult> commit() {
        Txn built = txn.build();
        for (Grant grant : guards.values()) {
            if (!grant.isValid()) {
                return CompletableFuture.failedFuture(new GrantLostException(grant));
            }
        }
        var strand = runtime.newStrand("transaction");
        Deadline deadline =
                Deadline.after(runtime.scheduler(), runtime.settings().opTimeout());
        CompletableFuture<TxnResult> outcome = runtime.calls(strand)
                .once(deadline, session -> session.commit(built))
                .thenCompose(this::guardsFirst);
        return runtime.handOver(outcome);
    }

    /** As {@link #commit}, and waits for the outcome for at most the client's operation timeout. */
    public TxnResult commitNow() throws InterruptedException {
        return Waiting.forever(commit());
    }

    private CompletionStage<TxnResult> guardsFirst(TxnResult result) {
        Grant guard = result instanceof TxnResult.Refused refused ? guards.get(refused.index()) : null;
        if (guard == null) {
            return CompletableFuture.completedFuture(result);
        }
        // The grant finds out for itself that its ticket is gone, and is lost with that.
        return guard.verify()
                .handle((held, failure) -> held)
                .thenCompose(held -> CompletableFuture.failedFuture(new GuardFailedException(guard)));
    }

    private Transaction counted() {
        count++;
        return this;
    }
}
