package baton.etcd;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.ChangeSink;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreInfo;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Created;
import baton.core.Depth;
import baton.core.EndReason;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.core.Phase;
import baton.core.SessionEndedException;
import baton.core.SessionId;
import baton.core.SessionObserver;
import baton.core.Subscription;
import baton.core.TriggerReason;
import baton.core.TriggerSink;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.etcd.Refusals.Asked;
import baton.etcd.state.EntryNames;
import baton.etcd.state.Fence;
import baton.etcd.state.IssueOrder;
import baton.etcd.state.IssueOrder.Access;
import baton.etcd.state.Keys;
import baton.etcd.state.LeaseId;
import baton.etcd.state.LeaseMachine;
import baton.etcd.state.Nodes;
import baton.etcd.state.Trigger;
import baton.etcd.state.TriggerTable;
import baton.etcd.state.TriggerTable.Kind;
import baton.etcd.state.TriggerTable.Target;
import baton.etcd.state.TxnPlan;
import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.RangeRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
    /** What waits for its turn is held here; a caller that is this far ahead has to be told. */
    private static final int OPERATIONS_MAX = 20_000;
    /** On their way at a time: more would hold up the answers to renewals, which come by the same connection. */
    private static final int WINDOW = 128;

    private final EtcdCore core;
    private final CoreThreads threads;
    private final Link link;
    private final Keys keys;
    private final CoreInfo.Limits limits;
    private final LeaseId lease;
    private final Duration timeout;
    private final SessionObserver observer;

    /** Writer: the loop. */
    private volatile Phase phase = Phase.LIVE;
    /** Writer: the loop. */
    private volatile long deadlineNanos;

    // Confined to the loop.
    private final LeaseMachine machine;
    private final Fence fence = new Fence();
    private final IssueOrder order = new IssueOrder();
    private final Map<IssueOrder.Entry, Operation<?>> operations = new LinkedHashMap<>();
    private final Queue<Operation<?>> ready = new ArrayDeque<>();
    private final TriggerTable triggers = new TriggerTable();
    private final Map<Target, WatchStream.Watch> triggerWatches = new HashMap<>();
    private final Set<Following> followings = new LinkedHashSet<>();
    private final RenewalStream renewals;
    private final WatchStream watches;
    private final List<Runnable> whenLive = new ArrayList<>();
    private final List<CompletableFuture<Void>> ends = new ArrayList<>();
    private CoreThreads.Timer timer = () -> {};
    private int underWay;
    private boolean running;
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
        this.limits = core.info().limits();
        this.lease = lease;
        this.timeout = timeout;
        this.machine = machine;
        this.observer = observer;
        this.deadlineNanos = machine.deadlineNanos();
        this.renewals = new RenewalStream(link, this::renewed);
        this.watches = new WatchStream(link);
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

    // ---- reads

    @Override
    public CompletionStage<Optional<Node>> read(NodePath path) {
        return find(path, kv -> Nodes.node(path, kv));
    }

    @Override
    public CompletionStage<Optional<NodeStat>> stat(NodePath path) {
        return find(path, Nodes::stat);
    }

    private <T> CompletionStage<Optional<T>> find(NodePath path, Function<KeyValue, T> result) {
        return issue(Access.READ, path, operation -> {
            RangeRequest get = RangeRequest.newBuilder().setKey(keys.key(path)).build();
            link.call(KVGrpc.getRangeMethod(), get, reply -> {
                if (reply.isOk()) {
                    operation.complete(
                            reply.value().getKvsList().stream().findFirst().map(result));
                } else {
                    operation.fail(Refusals.exception(reply.status(), Asked.READ, path));
                }
            });
        });
    }

    @Override
    public CompletionStage<Optional<Listing>> list(NodePath directory) {
        return issue(
                Access.READ,
                directory,
                operation -> list(
                        directory, operation, found -> operation.complete(Optional.of(listing(directory, found)))));
    }

    private void list(NodePath directory, Operation<?> operation, Consumer<RangeRead.Found> then) {
        ByteString prefix = keys.prefix(directory);
        RangeRead.start(link, prefix, Keys.end(prefix), false, reply -> {
            if (reply.isOk()) {
                then.accept(reply.value());
            } else if (Refusals.isCompacted(reply.status())) {
                list(directory, operation, then);
            } else {
                operation.fail(Refusals.exception(reply.status(), Asked.READ, directory));
            }
        });
    }

    /** The children, and what would be one if etcd had directories: whatever has something below it. */
    private Listing listing(NodePath directory, RangeRead.Found found) {
        Map<String, Long> names = new LinkedHashMap<>();
        int nameStart = directory.isRoot() ? 1 : directory.toString().length() + 1;
        for (KeyValue entry : found.entries()) {
            keys.path(entry.getKey()).map(NodePath::toString).ifPresent(path -> {
                int slash = path.indexOf('/', nameStart);
                if (slash < 0) {
                    names.put(path.substring(nameStart), entry.getCreateRevision());
                } else {
                    names.putIfAbsent(path.substring(nameStart, slash), 0L);
                }
            });
        }
        return EntryNames.listing(names, found.revision());
    }

    @Override
    public CompletionStage<Set<NodePath>> ownEphemerals(NodePath under) {
        return issue(
                Access.READ,
                under,
                operation -> list(under, operation, below -> {
                    Set<NodePath> own = below.entries().stream()
                            .filter(entry -> entry.getLease() == lease.value())
                            .flatMap(entry -> keys.path(entry.getKey()).stream())
                            .collect(Collectors.toCollection(LinkedHashSet::new));
                    RangeRequest itself =
                            RangeRequest.newBuilder().setKey(keys.key(under)).build();
                    link.call(KVGrpc.getRangeMethod(), itself, reply -> {
                        if (!reply.isOk()) {
                            operation.fail(Refusals.exception(reply.status(), Asked.READ, under));
                            return;
                        }
                        reply.value().getKvsList().stream()
                                .filter(entry -> entry.getLease() == lease.value())
                                .forEach(entry -> own.add(under));
                        operation.complete(own);
                    });
                }));
    }

    // ---- changes

    @Override
    public CompletionStage<Created> create(CreateSpec spec) {
        Txn txn = Txn.builder().create(spec).build();
        return change(
                txn,
                (operation, done) ->
                        operation.complete(done.result().created().get(0).orElseThrow()));
    }

    @Override
    public CompletionStage<NodeStat> write(NodePath path, Payload data, Expect expect) {
        Txn txn = Txn.builder().write(path, data, expect).build();
        return change(
                txn, (operation, done) -> operation.complete(done.stats().get(0).orElseThrow()));
    }

    @Override
    public CompletionStage<Boolean> delete(NodePath path, Expect expect) {
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

    @Override
    public CompletionStage<TxnResult> commit(Txn txn) {
        return transact(
                txn,
                (operation, verdict) -> operation.complete(
                        verdict instanceof TxnPlan.Done done ? done.result() : ((TxnPlan.Refused) verdict).result()));
    }

    /** Directories are made by what is in them. */
    @Override
    public CompletionStage<Void> ensureDir(NodePath directory) {
        return phase == Phase.ENDED
                ? CompletableFuture.failedFuture(Refusals.ended(directory))
                : CompletableFuture.completedFuture(null);
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
        CoordinationException beyond = beyondLimits(txn);
        if (beyond != null) {
            return CompletableFuture.failedFuture(beyond);
        }
        Set<NodePath> paths = txn.ops().stream().map(Txn.Op::path).collect(Collectors.toSet());
        return issue(Access.CHANGE, paths, operation -> {
            List<Lifetime.Ttl> toGrant = TxnPlan.timesToLive(txn);
            grant(toGrant, new ArrayList<>(), operation, nodeLeases -> {
                TxnPlan plan = new TxnPlan(txn, keys, lease, nodeLeases);
                send(plan, operation, verdict -> {
                    if (!(verdict instanceof TxnPlan.Done)) {
                        nodeLeases.forEach(core::revoke);
                    }
                    outcome.apply(operation, verdict);
                });
            });
        });
    }

    private @Nullable CoordinationException beyondLimits(Txn txn) {
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

    private void send(TxnPlan plan, Operation<?> operation, Consumer<TxnPlan.Verdict> then) {
        long version = fence.version();
        link.call(KVGrpc.getTxnMethod(), plan.request(version), reply -> {
            if (machine.isEnded()) {
                return;
            }
            if (!reply.isOk()) {
                if (Refusals.isLeaseGone(reply.status())) {
                    on(LeaseMachine.Event.GONE);
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
                on(LeaseMachine.Event.GONE);
            } else if (verdict instanceof TxnPlan.Fenced fenced) {
                fence.seen(fenced.version());
                send(plan, operation, then);
            } else {
                if (verdict instanceof TxnPlan.Done done) {
                    done.written().forEach(renewals::renew);
                }
                then.accept(verdict);
            }
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

    // ---- triggers

    @Override
    public CompletionStage<Armed<Optional<Node>>> readAndArm(NodePath path, ArmMode mode, TriggerSink sink) {
        return arm(new Target(path, Kind.NODE), sink, operation -> {
            RangeRequest get = RangeRequest.newBuilder().setKey(keys.key(path)).build();
            link.call(KVGrpc.getRangeMethod(), get, reply -> {
                if (!reply.isOk()) {
                    operation.fail(Refusals.exception(reply.status(), Asked.READ, path));
                    return;
                }
                Optional<Node> found =
                        reply.value().getKvsList().stream().findFirst().map(kv -> Nodes.node(path, kv));
                if (found.isEmpty() && mode == ArmMode.DELETION_ONLY) {
                    operation.complete(new Unarmed<>(found));
                } else {
                    operation.arm(found, reply.value().getHeader().getRevision());
                }
            });
        });
    }

    @Override
    public CompletionStage<Armed<Optional<Listing>>> listAndArm(NodePath directory, TriggerSink sink) {
        return arm(
                new Target(directory, Kind.CHILDREN),
                sink,
                operation -> list(
                        directory,
                        operation,
                        found -> operation.arm(Optional.of(listing(directory, found)), found.revision())));
    }

    private <R> CompletionStage<Armed<R>> arm(Target target, TriggerSink sink, Consumer<Arming<R>> begin) {
        return issue(new Arming<>(target, sink, begin));
    }

    /** A read that arms a trigger. */
    private final class Arming<R> extends Operation<Armed<R>> {
        private final Target target;
        private final TriggerSink sink;
        private boolean reading;

        Arming(Target target, TriggerSink sink, Consumer<Arming<R>> begin) {
            super(Access.READ, Set.of(target.path()));
            this.target = target;
            this.sink = sink;
            this.work = () -> {
                reading = true;
                triggers.reading(target);
                begin.accept(this);
            };
        }

        void arm(R state, long revision) {
            if (done) {
                return;
            }
            reading = false;
            Trigger trigger = new Trigger(sink);
            complete(new ArmedTrigger<>(state, target, trigger));
            run(triggers.arm(target, trigger, revision));
        }

        @Override
        void left() {
            if (reading && !machine.isEnded()) {
                reading = false;
                run(triggers.unread(target));
            }
        }
    }

    private final class ArmedTrigger<R> implements Armed<R> {
        private final R state;
        private final Target target;
        private final Trigger trigger;

        ArmedTrigger(R state, Target target, Trigger trigger) {
            this.state = state;
            this.target = target;
            this.trigger = trigger;
        }

        @Override
        public R state() {
            return state;
        }

        @Override
        public boolean isArmed() {
            return true;
        }

        @Override
        public void cancel() {
            trigger.cancel();
            threads.execute(() -> run(triggers.cancelled(target, trigger)));
        }
    }

    private record Unarmed<R>(R state) implements Armed<R> {
        @Override
        public boolean isArmed() {
            return false;
        }

        @Override
        public void cancel() {
            // There is nothing to let go of.
        }
    }

    private void run(List<TriggerTable.Effect> effects) {
        for (TriggerTable.Effect effect : effects) {
            if (effect instanceof TriggerTable.Effect.Open open) {
                openWatch(open.target(), open.fromRevision());
            } else if (effect instanceof TriggerTable.Effect.Close close) {
                WatchStream.Watch watch = triggerWatches.remove(close.target());
                if (watch != null) {
                    watches.close(watch);
                }
            } else if (effect instanceof TriggerTable.Effect.Fire fire) {
                threads.deliver(() -> fire.trigger().fire(fire.reason()));
            }
        }
    }

    private void openWatch(Target target, long fromRevision) {
        if (!link.isUp()) {
            // It went down between a reply and here; when it is up again the table asks for this once more.
            triggers.unlinked();
            return;
        }
        WatchStream.Receiver receiver = new TriggerReceiver(target);
        ByteString key = target.kind() == Kind.NODE ? keys.key(target.path()) : keys.prefix(target.path());
        triggerWatches.put(
                target,
                target.kind() == Kind.NODE
                        ? watches.open(key, fromRevision, receiver)
                        : watches.open(key, Keys.end(key), fromRevision, receiver));
    }

    private final class TriggerReceiver implements WatchStream.Receiver {
        private final Target target;

        TriggerReceiver(Target target) {
            this.target = target;
        }

        @Override
        public void changed(List<Event> changes) {
            for (Event change : changes) {
                reason(change)
                        .ifPresent(reason -> run(
                                triggers.changed(target, reason, change.getKv().getModRevision())));
            }
        }

        private Optional<TriggerReason> reason(Event change) {
            boolean deleted = change.getType() == Event.EventType.DELETE;
            boolean created = !deleted && change.getKv().getVersion() == 1;
            if (target.kind() == Kind.CHILDREN) {
                boolean children = (deleted || created)
                        && keys.path(change.getKv().getKey()).isPresent();
                return children ? Optional.of(TriggerReason.CHILDREN) : Optional.empty();
            }
            return Optional.of(
                    deleted ? TriggerReason.DELETED : created ? TriggerReason.CREATED : TriggerReason.CHANGED);
        }

        @Override
        public void ended(String reason) {
            triggerWatches.remove(target);
            run(triggers.lost(target));
        }
    }

    // ---- subscriptions

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
        return issue(new Operation<>(Access.BARRIER, Set.of(), this::settle));
    }

    private void settle(Operation<Void> operation) {
        if (operation.done) {
            return;
        }
        if (!machine.isLive()) {
            whenLive.add(() -> settle(operation));
        } else if (fence.isInDoubt()) {
            raise(operation);
        } else {
            // Nothing is to be fenced off. What the store has to confirm is that the session can still see it.
            look(reply -> {
                if (reply.isOk()) {
                    operation.complete(null);
                } else {
                    retry(() -> settle(operation));
                }
            });
        }
    }

    private void raise(Operation<Void> operation) {
        long version = fence.version();
        link.call(KVGrpc.getTxnMethod(), TxnPlan.raise(keys.fence(lease), version, lease), reply -> {
            if (machine.isEnded()) {
                return;
            }
            if (reply.isOk()) {
                TxnPlan.fenceVersion(reply.value(), version)
                        .ifPresentOrElse(fence::seen, () -> on(LeaseMachine.Event.GONE));
            }
            if (reply.isOk() && !fence.isInDoubt()) {
                // Raised, by this request or by one before it.
                operation.complete(null);
            } else {
                retry(() -> settle(operation));
            }
        });
    }

    private void retry(Runnable work) {
        if (!machine.isEnded()) {
            threads.schedule(work, RETRY_PAUSE);
        }
    }

    @Override
    public CompletionStage<Void> verifyAlive() {
        return issue(new Operation<>(
                Access.READ,
                Set.of(),
                operation -> look(reply -> {
                    if (reply.isOk()) {
                        operation.complete(null);
                    } else {
                        operation.fail(Refusals.exception(reply.status(), Asked.READ, null));
                    }
                })));
    }

    /** Asks the leader whether the fence is there; the session ends if not. */
    private void look(Consumer<Reply<Long>> then) {
        link.call(KVGrpc.getTxnMethod(), TxnPlan.look(keys.fence(lease)), reply -> {
            if (machine.isEnded()) {
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
                on(LeaseMachine.Event.GONE);
            }
        });
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
                new Operation<>(Access.BARRIER, Set.of(), this::revoke).enter();
                ending = true;
            }
        });
        if (!later) {
            ended.complete(null);
        }
        return ended;
    }

    private void revoke(Operation<Void> operation) {
        if (operation.done) {
            return;
        }
        if (!machine.isLive()) {
            whenLive.add(() -> revoke(operation));
            return;
        }
        LeaseRevokeRequest request =
                LeaseRevokeRequest.newBuilder().setID(lease.value()).build();
        link.call(LeaseGrpc.getLeaseRevokeMethod(), request, reply -> {
            if (machine.isEnded()) {
                return;
            }
            if (reply.isOk() || Refusals.isLeaseGone(reply.status())) {
                on(LeaseMachine.Event.GONE);
            } else {
                retry(() -> revoke(operation));
            }
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
        triggerWatches.clear();
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
                    look(reply -> {
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
        run(triggers.linked());
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
        run(triggers.ended());
        triggerWatches.clear();
        List.copyOf(followings).forEach(Following::unlinked);
        followings.clear();
        whenLive.clear();
        List.copyOf(operations.values()).forEach(each -> each.fail(Refusals.ended(each.path())));
        if (link.isUp()) {
            renewals.end();
            watches.end();
        }
        ends.forEach(each -> threads.deliver(() -> each.complete(null)));
        ends.clear();
    }

    // ---- operations

    private <T> CompletionStage<T> issue(Access access, NodePath path, Consumer<Operation<T>> work) {
        return issue(access, Set.of(path), work);
    }

    private <T> CompletionStage<T> issue(Access access, Set<NodePath> paths, Consumer<Operation<T>> work) {
        return issue(new Operation<>(access, paths, work));
    }

    private <T> CompletionStage<T> issue(Operation<T> operation) {
        if (phase == Phase.ENDED || !threads.execute(operation::enter)) {
            operation.future.completeExceptionally(Refusals.ended(operation.path()));
        }
        return operation.future;
    }

    /** Something the application has asked for, from its turn in the order of issue until its outcome. */
    private class Operation<T> {
        private final Access access;
        private final Set<NodePath> paths;
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private IssueOrder.@Nullable Entry entry;

        private boolean begun;

        Runnable work;
        boolean done;

        Operation(Access access, Set<NodePath> paths, Consumer<Operation<T>> work) {
            this(access, paths);
            this.work = () -> work.accept(this);
        }

        private Operation(Access access, Set<NodePath> paths) {
            this.access = access;
            this.paths = paths;
            this.work = () -> {};
        }

        /** The only path it is about, if it is about one. */
        @Nullable
        NodePath path() {
            return paths.size() == 1 ? paths.iterator().next() : null;
        }

        void enter() {
            if (machine.isEnded() || ending) {
                fail(Refusals.ended(path()));
            } else if (order.size() >= OPERATIONS_MAX) {
                fail(new CoordinationException(
                        CoreError.UNAVAILABLE,
                        path(),
                        OPERATIONS_MAX + " operations are under way already; wait for some of them"));
            } else {
                entry = order.issue(access, paths);
                operations.put(entry, this);
                if (order.mayBegin(entry)) {
                    ready.add(this);
                    beginReady();
                }
            }
        }

        private void begin() {
            begun = true;
            underWay++;
            if (machine.isEnded()) {
                fail(Refusals.ended(path()));
                return;
            }
            if (!machine.isLive() && access != Access.BARRIER) {
                fail(Refusals.notConnected(path()));
                return;
            }
            try {
                work.run();
            } catch (CoordinationException refused) {
                fail(refused);
            } catch (IllegalArgumentException impossible) {
                // A name that becomes too long with what is added to it.
                fail(new CoordinationException(
                        CoreError.UNSUPPORTED, path(), String.valueOf(impossible.getMessage()), impossible));
            }
        }

        void complete(@Nullable T value) {
            leave(() -> future.complete(value));
        }

        void fail(CoordinationException failure) {
            CoordinationException told =
                    machine.isEnded() && !(failure instanceof SessionEndedException) ? Refusals.ended(path()) : failure;
            leave(() -> future.completeExceptionally(told));
        }

        /** Called once, when it is over. */
        void left() {}

        private void leave(Runnable outcome) {
            if (done) {
                return;
            }
            done = true;
            if (begun) {
                underWay--;
            }
            // Before others begin: one that fails at once must not be told first.
            threads.deliver(outcome);
            left();
            if (entry != null) {
                operations.remove(entry);
                order.finished(entry).forEach(next -> {
                    Operation<?> free = operations.get(next);
                    if (free != null) {
                        ready.add(free);
                    }
                });
                beginReady();
            }
        }
    }

    /** Begins what may begin, while the window is open: each may be over at once and let others begin. */
    private void beginReady() {
        if (running) {
            return;
        }
        running = true;
        while (underWay < WINDOW && !ready.isEmpty()) {
            Operation<?> next = ready.remove();
            if (!next.done) {
                next.begin();
            }
        }
        running = false;
    }
}
