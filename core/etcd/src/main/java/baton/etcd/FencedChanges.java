package baton.etcd;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreInfo;
import baton.core.Lifetime;
import baton.core.Payload;
import baton.core.Txn;
import baton.etcd.Operations.Operation;
import baton.etcd.Refusals.Asked;
import baton.etcd.state.Fence;
import baton.etcd.state.Keys;
import baton.etcd.state.LeaseId;
import baton.etcd.state.TxnPlan;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrpc;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The changes a session makes, each of them behind its fence, and what is in doubt of them. Lives on the loop, but for
 * {@link #beyondLimits}.
 */
final class FencedChanges {
    private final EtcdCore core;
    private final Link link;
    private final Keys keys;
    private final CoreInfo.Limits limits;
    private final LeaseId lease;
    private final RenewalStream renewals;
    private final BooleanSupplier isOver;
    private final Runnable gone;
    private final Fence fence = new Fence();

    /**
     * Prepares changes.
     *
     * @param isOver whether the session has ended
     * @param gone what to do when the store says that the lease does not exist
     */
    FencedChanges(
            EtcdCore core, Link link, LeaseId lease, RenewalStream renewals, BooleanSupplier isOver, Runnable gone) {
        this.core = core;
        this.link = link;
        this.keys = core.keys();
        this.limits = core.info().limits();
        this.lease = lease;
        this.renewals = renewals;
        this.isOver = isOver;
        this.gone = gone;
    }

    /** Why a transaction cannot be sent; null if it can. */
    @Nullable
    CoordinationException beyondLimits(Txn txn) {
        if (txn.ops().size() > limits.maxTxnOps()) {
            return new CoordinationException(
                    CoreError.TOO_LARGE,
                    null,
                    txn.ops().size() + " operations in one transaction: at most " + limits.maxTxnOps()
                            + " are possible");
        }
        for (Txn.Op op : txn.ops()) {
            int length = dataOf(op).length();
            if (length > limits.maxDataBytes()) {
                return new CoordinationException(
                        CoreError.TOO_LARGE,
                        op.path(),
                        op.path() + ": " + length + " bytes of data: at most " + limits.maxDataBytes()
                                + " are possible");
            }
        }
        return null;
    }

    private static Payload dataOf(Txn.Op op) {
        if (op instanceof Txn.Create create) {
            return create.spec().data();
        }
        if (op instanceof Txn.Replace replace) {
            return replace.spec().data();
        }
        return op instanceof Txn.Write write ? write.data() : Payload.EMPTY;
    }

    /** Does a transaction; what is told is either Done or Refused. */
    void transact(Txn txn, Operation<?> operation, Consumer<TxnPlan.Verdict> then) {
        grant(TxnPlan.timesToLive(txn), new ArrayList<>(), operation, nodeLeases -> {
            TxnPlan plan = new TxnPlan(txn, keys, lease, nodeLeases);
            send(plan, nodeLeases, operation, verdict -> {
                if (!(verdict instanceof TxnPlan.Done)) {
                    nodeLeases.forEach(core::revoke);
                }
                then.accept(verdict);
            });
        });
    }

    private void send(TxnPlan plan, List<LeaseId> nodeLeases, Operation<?> operation, Consumer<TxnPlan.Verdict> then) {
        long version = fence.version();
        link.call(KVGrpc.getTxnMethod(), plan.request(version), reply -> {
            if (isOver.getAsBoolean()) {
                return;
            }
            if (!reply.isOk()) {
                if (Refusals.isLeaseGone(reply.status())) {
                    leaseGone(reply.status(), nodeLeases, operation);
                    return;
                }
                CoordinationException failure = Refusals.exception(reply.status(), Asked.CHANGE, operation.path());
                if (failure.code() == CoreError.IN_DOUBT) {
                    fence.inDoubt();
                }
                operation.fail(failure);
                return;
            }
            TxnPlan.Verdict verdict = plan.verdict(reply.value(), version);
            if (verdict instanceof TxnPlan.LeaseGone) {
                gone.run();
            } else if (verdict instanceof TxnPlan.Fenced fenced) {
                fence.seen(fenced.version());
                send(plan, nodeLeases, operation, then);
            } else {
                if (verdict instanceof TxnPlan.Done done) {
                    done.written().forEach(renewals::renew);
                }
                then.accept(verdict);
            }
        });
    }

    /** The store knows a lease no more that was to be put on a node, and so did nothing: the session's or a node's own. */
    private void leaseGone(Status status, List<LeaseId> nodeLeases, Operation<?> operation) {
        if (nodeLeases.isEmpty()) {
            gone.run();
            return;
        }
        // Does not come back if the fence is gone too. Seen or not seen: nothing of the operation has happened.
        look(seen -> {
            nodeLeases.forEach(core::revoke);
            operation.fail(Refusals.exception(status, Asked.CHANGE, operation.path()));
        });
    }

    /** Grants leases for nodes with a time to live, one after the other. */
    private void grant(
            List<Lifetime.Ttl> wanted, List<LeaseId> granted, Operation<?> operation, Consumer<List<LeaseId>> then) {
        if (granted.size() == wanted.size()) {
            then.accept(granted);
            return;
        }
        LeaseId next = LeaseId.ofNode(EtcdCore.randomBits());
        Duration ttl = wanted.get(granted.size()).unwritten();
        link.call(LeaseGrpc.getLeaseGrantMethod(), EtcdCore.grant(next, ttl), reply -> {
            if (reply.isOk()) {
                granted.add(next);
                grant(wanted, granted, operation, then);
            } else {
                granted.forEach(core::revoke);
                core.revoke(next);
                // Nothing of the operation itself has happened.
                operation.fail(Refusals.exception(reply.status(), Asked.READ, operation.path()));
            }
        });
    }

    /**
     * Makes sure that whatever is not visible will never be, as far as one request can.
     *
     * @param then told whether it is settled; if not, it has to be tried again
     */
    void settle(Consumer<Boolean> then) {
        if (!fence.isInDoubt()) {
            // Nothing is to be fenced off. What the store has to confirm is that the session can still see it.
            look(reply -> then.accept(reply.isOk()));
            return;
        }
        long version = fence.version();
        link.call(KVGrpc.getTxnMethod(), TxnPlan.raise(keys.fence(lease), version, lease), reply -> {
            if (isOver.getAsBoolean()) {
                return;
            }
            if (reply.isOk()) {
                TxnPlan.fenceVersion(reply.value(), version).ifPresentOrElse(fence::seen, gone);
            }
            // Raised, by this request or by one before it.
            then.accept(reply.isOk() && !fence.isInDoubt());
        });
    }

    /** Asks the leader whether the fence is there; the session ends if not. */
    void look(Consumer<Reply<Long>> then) {
        link.call(KVGrpc.getTxnMethod(), TxnPlan.look(keys.fence(lease)), reply -> {
            if (isOver.getAsBoolean()) {
                return;
            }
            if (!reply.isOk()) {
                then.accept(Reply.failed(reply.status()));
                return;
            }
            Optional<Long> version = TxnPlan.fenceVersion(reply.value(), 0);
            if (version.isPresent()) {
                then.accept(Reply.of(version.get()));
            } else {
                gone.run();
            }
        });
    }
}
