package baton.etcd;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.ChangeSink;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Created;
import baton.core.Depth;
import baton.core.EndReason;
import baton.core.Expect;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.core.Phase;
import baton.core.SessionId;
import baton.core.SessionObserver;
import baton.core.Subscription;
import baton.core.TriggerSink;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.etcd.Operations.Operation;
import baton.etcd.Refusals.Asked;
import baton.etcd.state.IssueOrder.Access;
import baton.etcd.state.Keys;
import baton.etcd.state.LeaseId;
import baton.etcd.state.LeaseMachine;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of the SPI over a lease.
 *
 * <p>Calls of the application hop to the loop in the order of issue; everything but the phase and the deadline lives
 * there. What it decides leaves by the delivery thread.
 */
final class EtcdSession implements CoreSession {
    private static final Logger log = LoggerFactory.getLogger(EtcdSession.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(50);

    private final EtcdCore core;
    private final CoreThreads threads;
    private final Link link;
    private final Keys keys;
    private final LeaseId lease;
    private final Duration timeout;
    private final SessionObserver observer;

    /** Writer: the loop. */
    private volatile Phase phase = Phase.LIVE;
    /** Writer: the loop. */
    private volatile long deadlineNanos;

    // Confined to the loop.
    private final LeaseMachine machine;
    private final Operations operations;
    private final FencedChanges changes;
    private final Reads reads;
    private final Writes writes;
    private final ArmedReads armedReads;
    private final SessionTriggers triggers;
    private final Set<Following> followings = new LinkedHashSet<>();
    private final RenewalStream renewals;
    private final WatchStream watches;
    private final List<Runnable> whenLive = new ArrayList<>();
    private final List<CompletableFuture<Void>> ends = new ArrayList<>();
    private CoreThreads.Timer timer = () -> {};
    private boolean ending;

    /** A session whose lease has just been granted and whose fence key is there. */
    EtcdSession(
            EtcdCore core,
            CoreThreads threads,
            Link link,
            LeaseId lease,
            Duration timeout,
            LeaseMachine machine,
            SessionObserver observer) {
        this.core = core;
        this.threads = threads;
        this.link = link;
        this.keys = core.keys();
        this.lease = lease;
        this.timeout = timeout;
        this.machine = machine;
        this.observer = observer;
        this.deadlineNanos = machine.deadlineNanos();
        this.renewals = new RenewalStream(link, this::renewed);
        this.watches = new WatchStream(link);
        this.operations = new Operations(threads, new Operations.Session() {
            @Override
            public boolean isLive() {
                return machine.isLive();
            }

            @Override
            public boolean isEnded() {
                return machine.isEnded();
            }
        });
        this.changes =
                new FencedChanges(core, link, lease, renewals, machine::isEnded, () -> on(LeaseMachine.Event.GONE));
        this.reads = new Reads(link, keys, lease, operations);
        this.writes = new Writes(changes, operations);
        this.triggers = new SessionTriggers(threads, link, keys, watches);
        this.armedReads = new ArmedReads(reads, operations, triggers, machine::isEnded);
    }

    /** Begins its life, on the loop, while the link is up. */
    void start() {
        watchFence();
        on(LeaseMachine.Event.LINK_UP);
    }

    @Override
    public SessionId id() {
        return lease.session();
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

    @Override
    public Phase phase() {
        return phase;
    }

    @Override
    public long leaseDeadlineNanos() {
        return deadlineNanos;
    }

    // ---- reads and changes

    @Override
    public CompletionStage<Optional<Node>> read(NodePath path) {
        return reads.node(path);
    }

    @Override
    public CompletionStage<Optional<NodeStat>> stat(NodePath path) {
        return reads.stat(path);
    }

    @Override
    public CompletionStage<Optional<Listing>> list(NodePath directory) {
        return reads.listing(directory);
    }

    @Override
    public CompletionStage<Set<NodePath>> ownEphemerals(NodePath under) {
        return reads.own(under);
    }

    @Override
    public CompletionStage<Created> create(CreateSpec spec) {
        return writes.create(spec);
    }

    @Override
    public CompletionStage<NodeStat> write(NodePath path, Payload data, Expect expect) {
        return writes.write(path, data, expect);
    }

    @Override
    public CompletionStage<Boolean> delete(NodePath path, Expect expect) {
        return writes.delete(path, expect);
    }

    @Override
    public CompletionStage<TxnResult> commit(Txn txn) {
        return writes.commit(txn);
    }

    /** Directories are made by what is in them. */
    @Override
    public CompletionStage<Void> ensureDir(NodePath directory) {
        return phase == Phase.ENDED
                ? CompletableFuture.failedFuture(Refusals.ended(directory))
                : CompletableFuture.completedFuture(null);
    }

    // ---- triggers and subscriptions

    @Override
    public CompletionStage<Armed<Optional<Node>>> readAndArm(NodePath path, ArmMode mode, TriggerSink sink) {
        return armedReads.node(path, mode, sink);
    }

    @Override
    public CompletionStage<Armed<Optional<Listing>>> listAndArm(NodePath directory, TriggerSink sink) {
        return armedReads.listing(directory, sink);
    }

    @Override
    public Subscription subscribe(NodePath root, Depth depth, boolean withData, ChangeSink sink) {
        Following following =
                new Following(link, watches, keys, threads, root, depth, withData, sink, followings::remove);
        threads.execute(() -> {
            if (!machine.isEnded()) {
                followings.add(following);
                if (machine.isLive()) {
                    following.resync();
                }
            }
        });
        return following;
    }

    // ---- the session

    @Override
    public CompletionStage<Void> settle() {
        return operations.issue(Access.BARRIER, Set.of(), this::settle);
    }

    private void settle(Operation<Void> operation) {
        onceLive(
                operation,
                () -> changes.settle(settled -> {
                    if (settled) {
                        operation.complete(null);
                    } else {
                        threads.schedule(() -> settle(operation), RETRY_PAUSE);
                    }
                }));
    }

    /** Does something for an operation when the session is live; nothing if either is over. */
    private void onceLive(Operation<?> operation, Runnable work) {
        if (machine.isEnded() || operation.isOver()) {
            return;
        }
        if (machine.isLive()) {
            work.run();
        } else {
            whenLive.add(() -> onceLive(operation, work));
        }
    }

    @Override
    public CompletionStage<Void> verifyAlive() {
        return operations.issue(
                Access.READ,
                Set.of(),
                operation -> changes.look(reply -> {
                    if (reply.isOk()) {
                        operation.complete(null);
                    } else {
                        operation.fail(Refusals.exception(reply.status(), Asked.READ, null));
                    }
                }));
    }

    @Override
    public CompletionStage<Void> end() {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        boolean later = threads.execute(() -> {
            if (machine.isEnded()) {
                threads.deliver(() -> ended.complete(null));
                return;
            }
            ends.add(ended);
            if (!ending) {
                ending = true;
                operations.last(this::revoke);
            }
        });
        if (!later) {
            ended.complete(null);
        }
        return ended;
    }

    private void revoke(Operation<Void> operation) {
        onceLive(operation, () -> {
            LeaseRevokeRequest request =
                    LeaseRevokeRequest.newBuilder().setID(lease.value()).build();
            link.call(LeaseGrpc.getLeaseRevokeMethod(), request, reply -> {
                if (reply.isOk() || Refusals.isLeaseGone(reply.status())) {
                    on(LeaseMachine.Event.GONE);
                } else {
                    threads.schedule(() -> revoke(operation), RETRY_PAUSE);
                }
            });
        });
    }

    // ---- its life

    private void watchFence() {
        watches.open(keys.fence(lease), 0, new WatchStream.Receiver() {
            @Override
            public void changed(List<Event> changes) {
                if (changes.stream().anyMatch(each -> each.getType() == Event.EventType.DELETE)) {
                    on(LeaseMachine.Event.GONE);
                }
            }

            @Override
            public void ended(String reason) {
                // It only tells sooner what the next renewal tells too.
            }
        });
    }

    private void renewed(LeaseKeepAliveResponse answer) {
        if (answer.getID() != lease.value()) {
            return;
        }
        if (answer.getTTL() <= 0) {
            on(LeaseMachine.Event.GONE);
        } else {
            run(machine.renewed(Duration.ofSeconds(answer.getTTL()), System.nanoTime()), EndReason.EXPIRED);
        }
    }

    /** The link is up; on the loop. */
    void linked() {
        watchFence();
        on(LeaseMachine.Event.LINK_UP);
    }

    /** The link is down; on the loop. */
    void unlinked() {
        renewals.unlinked();
        watches.unlinked();
        triggers.unlinked();
        followings.forEach(Following::unlinked);
        on(LeaseMachine.Event.LINK_DOWN);
    }

    /** The core closes; on the loop. */
    void abandon() {
        run(machine.on(LeaseMachine.Event.GONE, System.nanoTime()), EndReason.CORE_CLOSED);
    }

    private void on(LeaseMachine.Event event) {
        run(machine.on(event, System.nanoTime()), EndReason.EXPIRED);
    }

    private void run(List<LeaseMachine.Effect> effects, EndReason reasonIfOver) {
        for (LeaseMachine.Effect effect : effects) {
            switch (effect) {
                case RENEW -> renewals.renew(lease);
                case CONFIRM ->
                    changes.look(reply -> {
                        if (reply.isOk()) {
                            on(LeaseMachine.Event.CONFIRMED);
                        }
                    });
                case EXTENDED -> {
                    long deadline = machine.deadlineNanos();
                    deadlineNanos = deadline;
                    threads.deliver(() -> observer.extended(deadline));
                }
                case DISCONNECTED -> {
                    phase = Phase.DISCONNECTED;
                    threads.deliver(observer::disconnected);
                }
                case RECONNECTED -> reconnected();
                case RELINK -> link.lost(link.generation(), "a renewal was not answered");
                case EXPIRED ->
                    finish(ending && reasonIfOver == EndReason.EXPIRED ? EndReason.ENDED_BY_OWNER : reasonIfOver);
                case GIVEN_UP -> {
                    core.revoke(lease, timeout.multipliedBy(2));
                    finish(EndReason.GIVEN_UP);
                }
            }
        }
        schedule();
    }

    private void schedule() {
        timer.cancel();
        if (!machine.isEnded()) {
            Duration delay = Duration.ofNanos(machine.nextTickNanos() - System.nanoTime());
            timer = threads.schedule(() -> on(LeaseMachine.Event.TICK), delay);
        }
    }

    private void reconnected() {
        phase = Phase.LIVE;
        threads.deliver(observer::reconnected);
        triggers.linked();
        followings.forEach(Following::resyncSoon);
        List<Runnable> waiting = List.copyOf(whenLive);
        whenLive.clear();
        waiting.forEach(Runnable::run);
    }

    private void finish(EndReason reason) {
        if (reason == EndReason.EXPIRED || reason == EndReason.GIVEN_UP) {
            log.warn("lost session={} reason={}", lease.hex(), reason);
        }
        phase = Phase.ENDED;
        timer.cancel();
        core.forget(this);
        threads.deliver(() -> observer.ended(reason));
        triggers.ended();
        List.copyOf(followings).forEach(Following::unlinked);
        followings.clear();
        whenLive.clear();
        operations.ended();
        if (link.isUp()) {
            renewals.end();
            watches.end();
        }
        ends.forEach(each -> threads.deliver(() -> each.complete(null)));
        ends.clear();
    }
}
