package baton.etcd;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CreateSpec;
import baton.core.Created;
import baton.core.Expect;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.etcd.Operations.Operation;
import baton.etcd.state.IssueOrder.Access;
import baton.etcd.state.TxnPlan;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** What a session changes: each call is one transaction behind its fence. From any thread, in the order of issue. */
final class Writes {
    private final FencedChanges changes;
    private final Operations operations;

    Writes(FencedChanges changes, Operations operations) {
        this.changes = changes;
        this.operations = operations;
    }

    CompletionStage<Created> create(CreateSpec spec) {
        Txn txn = Txn.builder().create(spec).build();
        return change(
                txn,
                (operation, done) ->
                        operation.complete(done.result().created().get(0).orElseThrow()));
    }

    CompletionStage<NodeStat> write(NodePath path, Payload data, Expect expect) {
        Txn txn = Txn.builder().write(path, data, expect).build();
        return change(
                txn, (operation, done) -> operation.complete(done.stats().get(0).orElseThrow()));
    }

    CompletionStage<Boolean> delete(NodePath path, Expect expect) {
        Txn txn = Txn.builder().delete(path, expect).build();
        return transact(txn, (operation, verdict) -> {
            if (verdict instanceof TxnPlan.Done) {
                operation.complete(true);
            } else if (((TxnPlan.Refused) verdict).result().error() == CoreError.NO_NODE) {
                operation.complete(false);
            } else {
                operation.fail(refusal((TxnPlan.Refused) verdict));
            }
        });
    }

    CompletionStage<TxnResult> commit(Txn txn) {
        return transact(
                txn,
                (operation, verdict) -> operation.complete(
                        verdict instanceof TxnPlan.Done done ? done.result() : ((TxnPlan.Refused) verdict).result()));
    }

    /** What a verdict means for an operation. */
    private interface Outcome<T, V> {
        void apply(Operation<T> operation, V verdict);
    }

    private <T> CompletionStage<T> change(Txn txn, Outcome<T, TxnPlan.Done> whenDone) {
        return transact(txn, (operation, verdict) -> {
            if (verdict instanceof TxnPlan.Done done) {
                whenDone.apply(operation, done);
            } else {
                operation.fail(refusal((TxnPlan.Refused) verdict));
            }
        });
    }

    private static CoordinationException refusal(TxnPlan.Refused refused) {
        NodePath path = refused.result().path();
        CoreError error = refused.result().error();
        return new CoordinationException(error, path, path + ": " + error);
    }

    /** Does a transaction; the outcome gets either Done or Refused. */
    private <T> CompletionStage<T> transact(Txn txn, Outcome<T, TxnPlan.Verdict> outcome) {
        CoordinationException beyond = changes.beyondLimits(txn);
        if (beyond != null) {
            return CompletableFuture.failedFuture(beyond);
        }
        Set<NodePath> paths = txn.ops().stream().map(Txn.Op::path).collect(Collectors.toSet());
        return operations.issue(
                Access.CHANGE,
                paths,
                operation -> changes.transact(txn, operation, verdict -> outcome.apply(operation, verdict)));
    }
}
