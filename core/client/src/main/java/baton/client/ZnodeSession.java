package baton.client;

import baton.client.Triggers.Kind;
import baton.client.session.Outcome;
import baton.client.session.SessionEnd;
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
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A session of the SPI over one client.
 *
 * <p>Every operation sends its first request before it returns, so that operations of one thread take effect in the
 * order of issue. Replies, events and what becomes of the session arrive on the delivery thread, which alone touches the
 * fields that are not final; subscriptions live there too.
 */
final class ZnodeSession implements CoreSession {
    private static final String ROOT = "/";
    private static final long BUSY_PAUSE_MILLIS = 10;

    private final SessionObserver observer;
    private final CoreInfo.Limits limits;
    private final NodeRequests requests;
    private final ZnodeClient client;
    private final Triggers triggers;
    private final PersistentWatches persistentWatches;
    private final CompletableFuture<ZnodeSession> opened = new CompletableFuture<>();

    // Confined to the delivery thread.
    private final Set<Following> followings = new LinkedHashSet<>();
    private final List<Runnable> whenLive = new ArrayList<>();
    private boolean live;
    private @Nullable SessionEnd end;

    ZnodeSession(ZnodeClient.Builder client, SessionObserver observer, CoreInfo.Limits limits, NodeRequests requests) {
        this.observer = observer;
        this.limits = limits;
        this.requests = requests;
        this.client = client.listener(new Listener()).prepare();
        this.triggers = new Triggers(removal -> this.client.send(removal, outcome -> {}));
        this.persistentWatches = new PersistentWatches(this.client);
    }

    /** Begins to connect. */
    void start() {
        client.start();
    }

    /** Completes, on the delivery thread, when the store has confirmed the session. */
    CompletionStage<ZnodeSession> opened() {
        return opened;
    }

    ZnodeClient client() {
        return client;
    }

    @Override
    public SessionId id() {
        return NodeRequests.sessionId(client.session().orElseThrow().sessionId());
    }

    @Override
    public Duration timeout() {
        return client.timeout();
    }

    @Override
    public Phase phase() {
        return client.phase();
    }

    @Override
    public long leaseDeadlineNanos() {
        return client.leaseDeadlineNanos();
    }

    // ---- nodes

    @Override
    public CompletionStage<Created> create(CreateSpec spec) {
        Request request;
        try {
            request = requests.create(spec);
        } catch (CoordinationException refused) {
            return CompletableFuture.failedFuture(refused);
        }
        return ask(request, spec.path(), response -> {
            Response.CreatedWithStat created = (Response.CreatedWithStat) response;
            return new Created(NodePath.of(created.path()), NodeRequests.stat(created.stat()));
        });
    }

    @Override
    public CompletionStage<Optional<Node>> read(NodePath path) {
        return find(new Request.GetData(path.toString(), false), path, response -> node(path, response));
    }

    @Override
    public CompletionStage<Optional<NodeStat>> stat(NodePath path) {
        return find(new Request.Exists(path.toString(), false), path, ZnodeSession::stat);
    }

    @Override
    public CompletionStage<Optional<Listing>> list(NodePath directory) {
        return find(new Request.GetChildren2(directory.toString(), false), directory, ZnodeSession::listing);
    }

    @Override
    public CompletionStage<NodeStat> write(NodePath path, Payload data, Expect expect) {
        Request request;
        try {
            request = new Request.SetData(path.toString(), requests.checked(path, data), TxnPlan.version(expect));
        } catch (CoordinationException refused) {
            return CompletableFuture.failedFuture(refused);
        }
        return ask(request, path, ZnodeSession::stat);
    }

    @Override
    public CompletionStage<Boolean> delete(NodePath path, Expect expect) {
        CompletableFuture<Boolean> future = new CompletableFuture<>();
        client.send(new Request.Delete(path.toString(), TxnPlan.version(expect)), outcome -> {
            if (isRefused(outcome, ErrorCode.NO_NODE)) {
                future.complete(false);
            } else {
                complete(future, path, outcome, response -> true);
            }
        });
        return future;
    }

    @Override
    public CompletionStage<TxnResult> commit(Txn txn) {
        if (txn.ops().size() > limits.maxTxnOps()) {
            return CompletableFuture.failedFuture(new CoordinationException(
                    CoreError.TOO_LARGE,
                    null,
                    txn.ops().size() + " operations in one transaction: at most " + limits.maxTxnOps()
                            + " are possible"));
        }
        TxnPlan plan;
        try {
            plan = new TxnPlan(txn, requests);
        } catch (CoordinationException refused) {
            return CompletableFuture.failedFuture(refused);
        }
        return ask(plan.request(), null, response -> plan.result((Response.Multi) response));
    }

    @Override
    public CompletionStage<Void> ensureDir(NodePath directory) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        client.send(new Request.Exists(directory.toString(), false), outcome -> {
            if (isRefused(outcome, ErrorCode.NO_NODE)) {
                makeDirectory(directory, true, future);
            } else {
                complete(future, directory, outcome, response -> null);
            }
        });
        return future;
    }

    private void makeDirectory(NodePath directory, boolean container, CompletableFuture<Void> future) {
        if (directory.isRoot()) {
            makeChroot(1, future);
            return;
        }
        client.send(requests.directory(directory.toString(), container), outcome -> {
            if (isRefused(outcome, ErrorCode.NODE_EXISTS)) {
                future.complete(null);
            } else if (isRefused(outcome, ErrorCode.NO_NODE)) {
                CompletableFuture<Void> parent = new CompletableFuture<>();
                parent.whenComplete((made, failure) -> {
                    if (failure == null) {
                        makeDirectory(directory, container, future);
                    } else {
                        future.completeExceptionally(failure);
                    }
                });
                makeDirectory(directory.parent(), container, parent);
            } else if (isRefused(outcome, ErrorCode.UNIMPLEMENTED) && container) {
                makeDirectory(directory, false, future);
            } else {
                complete(future, directory, outcome, response -> null);
            }
        });
    }

    /** Makes the nodes the client's root lies below, from the top; they belong to the operator and stay. */
    private void makeChroot(int from, CompletableFuture<Void> future) {
        String chroot = client.chroot();
        if (from >= chroot.length()) {
            future.complete(null);
            return;
        }
        int slash = chroot.indexOf('/', from);
        int end = slash < 0 ? chroot.length() : slash;
        client.sendAsIs(requests.directory(chroot.substring(0, end), false), outcome -> {
            if (outcome instanceof Outcome.Answered || isRefused(outcome, ErrorCode.NODE_EXISTS)) {
                makeChroot(end + 1, future);
            } else {
                future.completeExceptionally(Refusals.exception(outcome, NodePath.ROOT));
            }
        });
    }

    // ---- triggers

    @Override
    public CompletionStage<Armed<Optional<Node>>> readAndArm(NodePath path, ArmMode mode, TriggerSink sink) {
        CompletableFuture<Armed<Optional<Node>>> future = new CompletableFuture<>();
        armNode(path, mode, sink, future);
        return future;
    }

    private void armNode(
            NodePath path, ArmMode mode, TriggerSink sink, CompletableFuture<Armed<Optional<Node>>> future) {
        String at = path.toString();
        triggers.register(
                at,
                Kind.NODE,
                () -> client.send(new Request.GetData(at, true), outcome -> {
                    if (outcome instanceof Outcome.Answered answered) {
                        arm(at, Kind.NODE, Optional.of(node(path, answered.response())), sink, future);
                        return;
                    }
                    triggers.release(at, Kind.NODE, false);
                    if (!isRefused(outcome, ErrorCode.NO_NODE)) {
                        future.completeExceptionally(Refusals.exception(outcome, path));
                    } else if (mode == ArmMode.DELETION_ONLY) {
                        future.complete(Armed.unarmed(Optional.empty()));
                    } else {
                        armCreation(path, sink, future, () -> armNode(path, mode, sink, future));
                    }
                }));
    }

    @Override
    public CompletionStage<Armed<Optional<Listing>>> listAndArm(NodePath directory, TriggerSink sink) {
        CompletableFuture<Armed<Optional<Listing>>> future = new CompletableFuture<>();
        armListing(directory, sink, future);
        return future;
    }

    private void armListing(NodePath directory, TriggerSink sink, CompletableFuture<Armed<Optional<Listing>>> future) {
        String at = directory.toString();
        triggers.register(
                at,
                Kind.CHILDREN,
                () -> client.send(new Request.GetChildren2(at, true), outcome -> {
                    if (outcome instanceof Outcome.Answered answered) {
                        arm(at, Kind.CHILDREN, Optional.of(listing(answered.response())), sink, future);
                        return;
                    }
                    triggers.release(at, Kind.CHILDREN, false);
                    if (isRefused(outcome, ErrorCode.NO_NODE)) {
                        armCreation(directory, sink, future, () -> armListing(directory, sink, future));
                    } else {
                        future.completeExceptionally(Refusals.exception(outcome, directory));
                    }
                }));
    }

    /** Arms a trigger on an absent node; starts over if it has come in the meantime. */
    private <T> void armCreation(
            NodePath path, TriggerSink sink, CompletableFuture<Armed<Optional<T>>> future, Runnable startOver) {
        String at = path.toString();
        triggers.register(
                at,
                Kind.NODE,
                () -> client.send(new Request.Exists(at, true), outcome -> {
                    if (isRefused(outcome, ErrorCode.NO_NODE)) {
                        arm(at, Kind.NODE, Optional.empty(), sink, future);
                        return;
                    }
                    triggers.release(at, Kind.NODE, outcome instanceof Outcome.Answered);
                    if (outcome instanceof Outcome.Answered) {
                        startOver.run();
                    } else {
                        future.completeExceptionally(Refusals.exception(outcome, path));
                    }
                }));
    }

    private <T> void arm(String path, Kind kind, T state, TriggerSink sink, CompletableFuture<Armed<T>> future) {
        Triggers.Trigger trigger = triggers.arm(path, kind, sink);
        future.complete(new ArmedTrigger<>(state, trigger));
    }

    private record ArmedTrigger<T>(T state, Triggers.Trigger trigger) implements Armed<T> {
        @Override
        public boolean isArmed() {
            return true;
        }

        @Override
        public void cancel() {
            trigger.cancel();
        }
    }

    @Override
    public Subscription subscribe(NodePath root, Depth depth, boolean withData, ChangeSink sink) {
        Following following = new Following(client, persistentWatches, root, depth, withData, sink, followings::remove);
        client.deliver(() -> {
            if (end == null) {
                followings.add(following);
                if (live) {
                    following.resync();
                }
            }
        });
        return following;
    }

    // ---- the session

    @Override
    public CompletionStage<Void> settle() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        settle(future);
        return future;
    }

    private void settle(CompletableFuture<Void> future) {
        client.send(new Request.Sync(ROOT), outcome -> {
            SessionEnd over = end;
            if (outcome instanceof Outcome.Lost lost && lost != Outcome.Lost.SESSION_ENDED && over == null) {
                // The leader refuses what still travels by the old way once the session has come back by another.
                onceLive(() -> settle(future));
            } else if (over != null && !(outcome instanceof Outcome.Answered)) {
                future.completeExceptionally(Refusals.exception(Outcome.Lost.by(over), null));
            } else {
                complete(future, null, outcome, response -> null);
            }
        });
    }

    private void onceLive(Runnable work) {
        if (live) {
            // Refused for too many requests in flight.
            client.deliverLater(work, BUSY_PAUSE_MILLIS);
        } else {
            whenLive.add(work);
        }
    }

    @Override
    public CompletionStage<Void> verifyAlive() {
        Request check = new Request.Multi(List.of(new Request.Check(ROOT, -1)));
        // Whatever the check finds, the leader has let this session do it.
        return ask(check, null, response -> null);
    }

    @Override
    public CompletionStage<Set<NodePath>> ownEphemerals(NodePath under) {
        return ask(new Request.GetEphemerals(under.toString()), under, response -> {
            Set<NodePath> own = new LinkedHashSet<>();
            for (String path : ((Response.Ephemerals) response).paths()) {
                NodePath found = NodePath.of(path);
                if (found.isWithin(under)) {
                    own.add(found);
                }
            }
            return own;
        });
    }

    @Override
    public CompletionStage<Void> end() {
        return client.end().thenApply(done -> done);
    }

    /** What the client tells. */
    private final class Listener implements ZnodeListener {
        @Override
        public void attached(boolean first, Duration timeout) {
            live = true;
            if (first) {
                opened.complete(ZnodeSession.this);
            } else {
                observer.reconnected();
            }
            List<Runnable> waiting = List.copyOf(whenLive);
            whenLive.clear();
            waiting.forEach(Runnable::run);
            followings.forEach(first ? Following::resync : Following::resyncSoon);
        }

        @Override
        public void detached(String why) {
            live = false;
            observer.disconnected();
        }

        @Override
        public void extended(long deadlineNanos) {
            observer.extended(deadlineNanos);
        }

        @Override
        public void ended(SessionEnd how) {
            live = false;
            end = how;
            boolean refused = how == SessionEnd.NOT_AUTHENTICATED;
            if (!opened.isDone()) {
                opened.completeExceptionally(new CoordinationException(
                        refused ? CoreError.DENIED : CoreError.CLOSED,
                        null,
                        refused ? Refusals.TURNED_AWAY : "closed before the session was open"));
                return;
            }
            observer.ended(
                    switch (how) {
                        case EXPIRED -> EndReason.EXPIRED;
                        case NOT_AUTHENTICATED -> EndReason.TURNED_AWAY;
                        case GIVEN_UP -> EndReason.GIVEN_UP;
                        case ENDED_BY_OWNER -> EndReason.ENDED_BY_OWNER;
                        case ABANDONED -> EndReason.CORE_CLOSED;
                    });
            triggers.lostTrack();
            followings.clear();
            List<Runnable> waiting = List.copyOf(whenLive);
            whenLive.clear();
            waiting.forEach(Runnable::run);
        }

        @Override
        public void event(WatchEvent event, long zxid) {
            triggers.fired(event);
            List.copyOf(followings).forEach(following -> following.event(event, zxid));
        }
    }

    // ---- answers

    private <T> CompletionStage<T> ask(Request request, @Nullable NodePath path, Function<Response, T> result) {
        CompletableFuture<T> future = new CompletableFuture<>();
        client.send(request, outcome -> complete(future, path, outcome, result));
        return future;
    }

    private <T> CompletionStage<Optional<T>> find(Request request, NodePath path, Function<Response, T> result) {
        CompletableFuture<Optional<T>> future = new CompletableFuture<>();
        client.send(request, outcome -> {
            if (isRefused(outcome, ErrorCode.NO_NODE)) {
                future.complete(Optional.empty());
            } else {
                complete(future, path, outcome, response -> Optional.of(result.apply(response)));
            }
        });
        return future;
    }

    private static <T> void complete(
            CompletableFuture<T> future, @Nullable NodePath path, Outcome outcome, Function<Response, T> result) {
        if (!(outcome instanceof Outcome.Answered answered)) {
            future.completeExceptionally(Refusals.exception(outcome, path));
            return;
        }
        T value;
        try {
            value = result.apply(answered.response());
        } catch (CoordinationException refused) {
            future.completeExceptionally(refused);
            return;
        } catch (IllegalArgumentException foreign) {
            future.completeExceptionally(new CoordinationException(
                    CoreError.UNSUPPORTED, path, "the store has names this core cannot show", foreign));
            return;
        }
        future.complete(value);
    }

    static boolean isRefused(Outcome outcome, ErrorCode code) {
        return outcome instanceof Outcome.Refused refused && refused.code() == code;
    }

    private static Node node(NodePath path, Response response) {
        return NodeRequests.node(path, (Response.Content) response);
    }

    private static NodeStat stat(Response response) {
        return NodeRequests.stat(((Response.StatOnly) response).stat());
    }

    private static Listing listing(Response response) {
        Response.ChildrenWithStat children = (Response.ChildrenWithStat) response;
        return EntryNames.listing(children.names(), children.stat().pzxid());
    }
}
