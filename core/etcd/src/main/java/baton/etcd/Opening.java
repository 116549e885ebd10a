package baton.etcd;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import baton.core.SessionOptions.LeaseConfirmation;
import baton.etcd.Refusals.Asked;
import baton.etcd.state.LeaseId;
import baton.etcd.state.LeaseMachine;
import baton.etcd.state.TxnPlan;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session on its way: a lease, then its fence key. Whatever fails begins anew with another lease, except a refusal for
 * good. Lives on the loop.
 */
final class Opening {
    private static final Logger log = LoggerFactory.getLogger(Opening.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

    private final EtcdCore core;
    private final CoreThreads threads;
    private final Link link;
    private final SessionOptions options;
    private final SessionObserver observer;
    private final CompletableFuture<CoreSession> future = new CompletableFuture<>();
    private int attempt;
    private boolean warned;

    Opening(EtcdCore core, CoreThreads threads, Link link, SessionOptions options, SessionObserver observer) {
        this.core = core;
        this.threads = threads;
        this.link = link;
        this.options = options;
        this.observer = observer;
    }

    CompletableFuture<CoreSession> future() {
        return future;
    }

    /** Begins, once more if need be; the link is up. */
    void begin() {
        int mine = ++attempt;
        LeaseId lease = LeaseId.ofSession(EtcdCore.randomBits());
        long sentNanos = System.nanoTime();
        link.call(LeaseGrpc.getLeaseGrantMethod(), EtcdCore.grant(lease, options.timeout()), reply -> {
            if (mine != attempt) {
                core.revoke(lease);
            } else if (reply.isOk()) {
                granted(mine, lease, reply.value(), sentNanos);
            } else {
                failed(lease, reply.status());
            }
        });
    }

    private void granted(int mine, LeaseId lease, LeaseGrantResponse granted, long sentNanos) {
        // A fence that is there has version 0 in nobody's book: raising it from none creates it.
        link.call(KVGrpc.getTxnMethod(), TxnPlan.raise(core.keys().fence(lease), 0, lease), reply -> {
            if (mine != attempt) {
                core.revoke(lease);
            } else if (reply.isOk() && reply.value().getSucceeded()) {
                live(lease, Duration.ofSeconds(granted.getTTL()), sentNanos);
            } else {
                failed(lease, reply.status());
            }
        });
    }

    private void live(LeaseId lease, Duration timeout, long sentNanos) {
        LeaseMachine.Proof proof = options.confirmation() == LeaseConfirmation.QUORUM
                ? LeaseMachine.Proof.QUORUM
                : LeaseMachine.Proof.REPLY;
        LeaseMachine machine = new LeaseMachine(timeout, proof, options.leaseFactor(), sentNanos);
        EtcdSession session = new EtcdSession(core, threads, link, lease, timeout, machine, observer);
        core.opened(this, session);
        session.start();
        threads.deliver(() -> future.complete(session));
    }

    private void failed(LeaseId lease, Status status) {
        core.revoke(lease);
        if (Refusals.error(status, Asked.READ) == CoreError.DENIED) {
            fail(new CoordinationException(
                    CoreError.DENIED, null, "etcd does not let this client open a session: " + Refusals.text(status)));
            return;
        }
        if (!warned) {
            warned = true;
            log.warn("cannot open a session cause={}; goes on trying", Refusals.text(status));
        }
        int planned = ++attempt;
        threads.schedule(
                () -> {
                    if (planned == attempt && link.isUp()) {
                        begin();
                    }
                },
                RETRY_PAUSE);
    }

    /** The link is down: what is under way will have no answer that counts. */
    void unlinked() {
        attempt++;
    }

    void fail(CoordinationException why) {
        attempt++;
        core.gaveUp(this);
        threads.deliver(() -> future.completeExceptionally(why));
    }
}
