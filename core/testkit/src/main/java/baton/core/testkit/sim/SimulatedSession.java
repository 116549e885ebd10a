package baton.core.testkit.sim;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.ChangeSink;
import baton.core.CoordinationException;
import baton.core.CoreError;
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
import baton.core.SessionEndedException;
import baton.core.SessionId;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import baton.core.Subscription;
import baton.core.TriggerReason;
import baton.core.TriggerSink;
import baton.core.Txn;
import baton.core.TxnResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A session as its client sees it. Its state is confined to its timeline; calls from elsewhere go through an inbox, in
 * order.
 */
final class SimulatedSession implements CoreSession {
    private static final Duration RECONNECT_AGAIN = Duration.ofMillis(100);

    private final SimulatedCore core;
    private final SimulatedStore store;
    private final Timeline timeline;
    private final ServerSession server;
    private final Duration timeout;
    private final double leaseFactor;
    private final SessionObserver observer;
    private final Queue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> arrived = new ArrayDeque<>();
    private final Set<Request<?>> inFlight = new LinkedHashSet<>();
    private final List<Request<?>> waitingForLink = new ArrayList<>();
    private final Set<Trigger> triggers = new LinkedHashSet<>();

    /** Writer: the timeline. */
    private volatile Phase phase = Phase.LIVE;
    /** Writer: the timeline. */
    private volatile long deadlineNanos;

    private Link link;
    private long links;
    private long blackholedUntil = Long.MIN_VALUE;
    private boolean ending;
    private boolean lagging;
    private boolean lagNext;
    /** What a lagging replica still shows; null once it has caught up. */
    private @Nullable StoreTree replica;

    SimulatedSession(
            SimulatedCore core,
            SimulatedStore store,
            Timeline timeline,
            ServerSession server,
            SessionOptions options,
            SessionObserver observer) {
        this.core = core;
        this.store = store;
        this.timeline = timeline;
        this.server = server;
        this.timeout = options.timeout();
        this.leaseFactor = options.leaseFactor();
        this.observer = observer;
        this.link = new Link(store, this);
    }

    void opened() {
        server.attach(link);
        deadlineNanos = timeline.nowNanos() + leaseNanos();
        pingLater();
    }

    ServerSession server() {
        return server;
    }

    @Override
    public SessionId id() {
        return server.id();
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

    @Override
    public CompletionStage<Created> create(CreateSpec spec) {
        return ask(OpKind.CREATE, tree -> tree.create(spec, id()));
    }

    @Override
    public CompletionStage<Optional<Node>> read(NodePath path) {
        return ask(OpKind.READ, tree -> seen(tree).read(path));
    }

    @Override
    public CompletionStage<Optional<NodeStat>> stat(NodePath path) {
        return ask(OpKind.STAT, tree -> seen(tree).read(path).map(Node::stat));
    }

    @Override
    public CompletionStage<Optional<Listing>> list(NodePath directory) {
        return ask(OpKind.LIST, tree -> listed(seen(tree).list(directory)));
    }

    @Override
    public CompletionStage<NodeStat> write(NodePath path, Payload data, Expect expect) {
        return ask(OpKind.WRITE, tree -> tree.write(path, data, expect));
    }

    @Override
    public CompletionStage<Boolean> delete(NodePath path, Expect expect) {
        return ask(OpKind.DELETE, tree -> tree.delete(path, expect));
    }

    @Override
    public CompletionStage<TxnResult> commit(Txn txn) {
        return ask(OpKind.COMMIT, tree -> tree.commit(txn, id()));
    }

    @Override
    public CompletionStage<Void> ensureDir(NodePath directory) {
        return this.<Void>ask(OpKind.ENSURE_DIR, tree -> {
            tree.ensureDir(directory, id());
            return null;
        });
    }

    @Override
    public CompletionStage<Armed<Optional<Node>>> readAndArm(NodePath path, ArmMode mode, TriggerSink sink) {
        return ask(OpKind.ARM, tree -> {
            Optional<Node> state = seen(tree).read(path);
            Trigger trigger = new Trigger(sink);
            if (state.isEmpty() && mode == ArmMode.DELETION_ONLY) {
                return new ArmedState<>(state, trigger, false);
            }
            trigger.at = server.watch(path, trigger::fired);
            triggers.add(trigger);
            if (!state.equals(tree.read(path))) {
                // A replica tells of a change when it has it: who looks again sees it.
                caughtUp();
                server.fire(trigger.at, TriggerReason.CHANGED);
            }
            return new ArmedState<>(state, trigger, true);
        });
    }

    @Override
    public CompletionStage<Armed<Optional<Listing>>> listAndArm(NodePath directory, TriggerSink sink) {
        return ask(OpKind.ARM, tree -> {
            Optional<Listing> state = listed(seen(tree).list(directory));
            Trigger trigger = new Trigger(sink);
            trigger.at = server.watchChildren(directory, trigger::fired);
            triggers.add(trigger);
            if (!state.equals(tree.list(directory))) {
                caughtUp();
                server.fire(trigger.at, TriggerReason.CHILDREN);
            }
            return new ArmedState<>(state, trigger, true);
        });
    }

    @Override
    public Subscription subscribe(NodePath root, Depth depth, boolean withData, ChangeSink sink) {
        Stream stream = new Stream(sink);
        submit(() -> subscribe(root, depth, withData, stream));
        return stream;
    }

    @Override
    public CompletionStage<Void> settle() {
        return this.<Void>ask(OpKind.SETTLE, tree -> {
            caughtUp();
            return null;
        });
    }

    @Override
    public CompletionStage<Void> verifyAlive() {
        return this.<Void>ask(OpKind.VERIFY, tree -> null);
    }

    @Override
    public CompletionStage<Set<NodePath>> ownEphemerals(NodePath under) {
        return ask(OpKind.OWN_EPHEMERALS, tree -> {
            Set<NodePath> own = new LinkedHashSet<>(tree.ephemeralsOf(id()));
            own.removeIf(path -> !path.isWithin(under));
            return own;
        });
    }

    @Override
    public CompletionStage<Void> end() {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        submit(() -> beginEnd(ended));
        return ended;
    }

    // What the store and the faults do to it.

    /** A message arrived over a link; links that were replaced have nothing to say any more. */
    void received(Link over, Runnable message) {
        arrived.add(() -> {
            if (over == link && over.isUp() && phase != Phase.ENDED) {
                message.run();
            }
        });
        timeline.execute(() -> arrived.remove().run());
    }

    void endedByStore() {
        finish(ending ? EndReason.ENDED_BY_OWNER : EndReason.EXPIRED);
    }

    void coreClosed() {
        link.cut();
        finish(EndReason.CORE_CLOSED);
    }

    /** Cuts the link; it comes back after a while. */
    void cut(Duration span) {
        if (phase == Phase.LIVE) {
            disconnect();
            timeline.schedule(span, () -> reconnect(links));
        }
    }

    /** Reaches only servers without a quorum for a while. */
    void readOnly(Duration span) {
        if (phase == Phase.LIVE) {
            cut(span);
            observer.readOnly();
        }
    }

    /** Messages vanish for a while, and the client finds out by their absence. */
    void blackhole(Duration span) {
        link.blackhole();
        blackholedUntil = Math.max(blackholedUntil, timeline.nowNanos() + span.toNanos());
    }

    void delay(Duration extra) {
        link.delay(extra);
    }

    void lagAfterReconnect() {
        lagNext = true;
    }

    // Requests.

    private <T extends @Nullable Object> CompletionStage<T> ask(OpKind kind, Function<StoreTree, T> request) {
        Request<T> asked = new Request<>(kind, request);
        submit(() -> issue(asked));
        return asked.result;
    }

    private void submit(Runnable task) {
        inbox.add(task);
        timeline.execute(() -> inbox.remove().run());
    }

    private void issue(Request<?> request) {
        if (phase == Phase.ENDED || ending) {
            request.fail(new SessionEndedException(null, "session " + id() + " is over"));
        } else if (phase == Phase.DISCONNECTED) {
            if (request.kind == OpKind.SETTLE) {
                waitingForLink.add(request);
            } else {
                request.fail(new CoordinationException(CoreError.UNAVAILABLE, null, "not connected"));
            }
        } else {
            inFlight.add(request);
            request.sentNanos = timeline.nowNanos();
            Link over = link;
            over.toServer(() -> request.arrived(over));
        }
    }

    private StoreTree seen(StoreTree tree) {
        return lagging && replica != null ? replica : tree;
    }

    private void caughtUp() {
        lagging = false;
        replica = null;
    }

    private Optional<Listing> listed(Optional<Listing> listing) {
        listing.ifPresent(names -> store.listed(names.entries().size()));
        return listing;
    }

    private void subscribe(NodePath root, Depth depth, boolean withData, Stream stream) {
        if (phase == Phase.ENDED || stream.closed || !store.isOpen(id())) {
            return;
        }
        // Registered at once: what the link loses, the reset after the next connect makes good.
        stream.at = server.feed(root, depth, withData, stream);
        store.serve(OpKind.SUBSCRIBE, server, tree -> Optional.empty());
    }

    private void beginEnd(CompletableFuture<Void> ended) {
        if (phase == Phase.ENDED || ending) {
            ended.complete(null);
            return;
        }
        if (phase == Phase.DISCONNECTED) {
            finish(EndReason.ENDED_BY_OWNER);
            endAtStoreLater();
            ended.completeExceptionally(
                    new CoordinationException(CoreError.UNAVAILABLE, null, "not connected; ends in background"));
            return;
        }
        Request<Boolean> request = new Request<>(OpKind.END, tree -> {
            store.endSession(server);
            return true;
        });
        request.result.whenComplete((done, failure) -> {
            finish(EndReason.ENDED_BY_OWNER);
            if (failure != null) {
                endAtStoreLater();
            }
            ended.complete(null);
        });
        issue(request);
        ending = true;
    }

    // The link.

    private void disconnect() {
        link.cut();
        phase = Phase.DISCONNECTED;
        links++;
        long generation = links;
        if (lagNext) {
            replica = store.tree().copy();
        }
        List<Request<?>> lost = new ArrayList<>(inFlight);
        inFlight.clear();
        observer.disconnected();
        lost.forEach(Request::lost);
        long giveUp = deadlineNanos - timeline.nowNanos() + timeout.toNanos() - leaseNanos();
        timeline.schedule(Duration.ofNanos(Math.max(0, giveUp)), () -> {
            if (phase == Phase.DISCONNECTED && generation == links) {
                finish(EndReason.GIVEN_UP);
                endAtStoreLater();
            }
        });
    }

    /** Tries now what it would try again later. */
    void reconnect() {
        reconnect(links);
    }

    private void reconnect(long generation) {
        if (phase != Phase.DISCONNECTED || generation != links) {
            return;
        }
        if (store.isDown() || !store.pauseLeft().isZero() || timeline.nowNanos() < blackholedUntil) {
            timeline.schedule(RECONNECT_AGAIN, () -> reconnect(generation));
            return;
        }
        if (!store.isOpen(id())) {
            finish(EndReason.EXPIRED);
            return;
        }
        long sent = timeline.nowNanos();
        link = new Link(store, this);
        phase = Phase.LIVE;
        lagging = lagNext;
        lagNext = false;
        server.attach(link);
        observer.reconnected();
        extended(sent);
        List<Request<?>> resumed = new ArrayList<>(waitingForLink);
        waitingForLink.clear();
        resumed.forEach(this::issue);
        pingLater();
    }

    private void endAtStoreLater() {
        if (store.isDown() || !store.pauseLeft().isZero() || timeline.nowNanos() < blackholedUntil) {
            timeline.schedule(RECONNECT_AGAIN, this::endAtStoreLater);
        } else {
            timeline.schedule(store.latency(), () -> store.endSession(server));
        }
    }

    private void pingLater() {
        Link over = link;
        timeline.schedule(timeout.dividedBy(3), () -> {
            if (phase != Phase.LIVE || over != link || ending) {
                return;
            }
            Request<Boolean> ping = new Request<>(OpKind.PING, tree -> true);
            issue(ping);
            timeline.schedule(timeout.dividedBy(3), () -> {
                if (!ping.result.isDone() && over == link && phase == Phase.LIVE) {
                    cut(RECONNECT_AGAIN);
                }
            });
            pingLater();
        });
    }

    private void extended(long sentNanos) {
        long deadline = sentNanos + leaseNanos();
        if (deadline > deadlineNanos) {
            deadlineNanos = deadline;
            observer.extended(deadline);
        }
    }

    private long leaseNanos() {
        return (long) (timeout.toNanos() * leaseFactor * 2 / 3);
    }

    private void finish(EndReason reason) {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        core.ended(this);
        link.cut();
        SessionEndedException over = new SessionEndedException(null, "session " + id() + " is over: " + reason);
        List<Request<?>> open = new ArrayList<>(inFlight);
        open.addAll(waitingForLink);
        inFlight.clear();
        waitingForLink.clear();
        open.forEach(request -> request.fail(over));
        List.copyOf(triggers).forEach(trigger -> trigger.fired(TriggerReason.LOST_TRACK));
        observer.ended(reason);
    }

    /** A request and what becomes of it. */
    private final class Request<T extends @Nullable Object> {
        private final OpKind kind;
        private final Function<StoreTree, T> body;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private long sentNanos;

        Request(OpKind kind, Function<StoreTree, T> body) {
            this.kind = kind;
            this.body = body;
        }

        /** Runs at the store. */
        void arrived(Link over) {
            if (core.isTurnedAway() && kind != OpKind.END) {
                over.toClient(() -> finish(EndReason.TURNED_AWAY));
                return;
            }
            Consumer<Request<T>> outcome;
            try {
                if (kind.changes()) {
                    // A session sees its own writes: the reply comes from a replica that has applied them.
                    caughtUp();
                }
                T value = store.serve(kind, server, body);
                outcome = request -> request.succeed(value);
            } catch (CoordinationException refused) {
                outcome = request -> request.refuse(refused);
            }
            if (store.takesReply(kind)) {
                timeline.execute(() -> cut(Duration.ofMillis(50)));
                return;
            }
            Consumer<Request<T>> reply = outcome;
            over.toClient(() -> reply.accept(this));
        }

        /** The link broke before a reply came. */
        void lost() {
            if (kind == OpKind.SETTLE) {
                waitingForLink.add(this);
            } else {
                CoreError code = kind.changes() ? CoreError.IN_DOUBT : CoreError.UNAVAILABLE;
                fail(new CoordinationException(code, null, kind + ": connection lost before the reply"));
            }
        }

        void fail(CoordinationException failure) {
            result.completeExceptionally(failure);
        }

        private void succeed(T value) {
            if (inFlight.remove(this)) {
                extended(sentNanos);
                result.complete(value);
            }
        }

        private void refuse(CoordinationException refused) {
            if (inFlight.remove(this)) {
                if (refused.code() == CoreError.SESSION_ENDED) {
                    result.completeExceptionally(refused);
                    finish(EndReason.EXPIRED);
                } else {
                    extended(sentNanos);
                    result.completeExceptionally(refused);
                }
            }
        }
    }

    /** A one-shot trigger at the client. */
    private final class Trigger {
        private final TriggerSink sink;
        private ServerSession.@Nullable Watch at;
        /** Writers: the timeline when it fires, any thread that cancels. */
        private volatile boolean done;

        Trigger(TriggerSink sink) {
            this.sink = sink;
        }

        void fired(TriggerReason reason) {
            triggers.remove(this);
            if (!done) {
                done = true;
                sink.fired(reason);
            }
        }

        void cancel() {
            done = true;
            submit(() -> {
                triggers.remove(this);
                if (at != null) {
                    server.cancel(at);
                }
            });
        }
    }

    /** What was read, with its trigger. */
    private record ArmedState<R>(R state, Trigger trigger, boolean isArmed) implements Armed<R> {
        @Override
        public void cancel() {
            trigger.cancel();
        }
    }

    /** A subscription at the client. */
    private final class Stream implements Subscription, ServerSession.FeedClient {
        private final ChangeSink sink;
        private ServerSession.@Nullable Feed at;
        /** Writer: who closes it. */
        private volatile boolean closed;

        Stream(ChangeSink sink) {
            this.sink = sink;
        }

        @Override
        public void reset(List<Node> all, long revision) {
            if (!closed) {
                sink.reset(all, revision);
            }
        }

        @Override
        public void put(Node node) {
            if (!closed) {
                sink.put(node);
            }
        }

        @Override
        public void remove(NodePath path, long revision) {
            if (!closed) {
                sink.remove(path, revision);
            }
        }

        @Override
        public void close() {
            closed = true;
            submit(() -> {
                if (at != null) {
                    server.cancel(at);
                }
            });
        }
    }
}
