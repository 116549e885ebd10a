package baton.recipes;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.ChangeSink;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Created;
import baton.core.Depth;
import baton.core.Expect;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.core.Phase;
import baton.core.SessionId;
import baton.core.Subscription;
import baton.core.TriggerSink;
import baton.core.Txn;
import baton.core.TxnResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** A session whose paths lie below a namespace: added to what goes in, taken off what comes out. */
final class NamespacedSession implements CoreSession {
    private final CoreSession session;
    private final NodePath namespace;

    private NamespacedSession(CoreSession session, NodePath namespace) {
        this.session = session;
        this.namespace = namespace;
    }

    static CoreSession of(CoreSession session, NodePath namespace) {
        return namespace.isRoot() ? session : new NamespacedSession(session, namespace);
    }

    @Override
    public SessionId id() {
        return session.id();
    }

    @Override
    public Duration timeout() {
        return session.timeout();
    }

    @Override
    public Phase phase() {
        return session.phase();
    }

    @Override
    public long leaseDeadlineNanos() {
        return session.leaseDeadlineNanos();
    }

    @Override
    public CompletionStage<Created> create(CreateSpec spec) {
        return session.create(inside(spec)).thenApply(this::outside);
    }

    @Override
    public CompletionStage<Optional<Node>> read(NodePath path) {
        return session.read(inside(path)).thenApply(node -> node.map(this::outside));
    }

    @Override
    public CompletionStage<Optional<NodeStat>> stat(NodePath path) {
        return session.stat(inside(path));
    }

    @Override
    public CompletionStage<Optional<Listing>> list(NodePath directory) {
        return session.list(inside(directory));
    }

    @Override
    public CompletionStage<NodeStat> write(NodePath path, Payload data, Expect expect) {
        return session.write(inside(path), data, expect);
    }

    @Override
    public CompletionStage<Boolean> delete(NodePath path, Expect expect) {
        return session.delete(inside(path), expect);
    }

    @Override
    public CompletionStage<TxnResult> commit(Txn txn) {
        return session.commit(inside(txn)).thenApply(this::outside);
    }

    @Override
    public CompletionStage<Void> ensureDir(NodePath directory) {
        return session.ensureDir(inside(directory));
    }

    @Override
    public CompletionStage<Armed<Optional<Node>>> readAndArm(NodePath path, ArmMode mode, TriggerSink sink) {
        return session.readAndArm(inside(path), mode, sink).thenApply(ArmedOutside::new);
    }

    @Override
    public CompletionStage<Armed<Optional<Listing>>> listAndArm(NodePath directory, TriggerSink sink) {
        return session.listAndArm(inside(directory), sink);
    }

    @Override
    public Subscription subscribe(NodePath root, Depth depth, boolean withData, ChangeSink sink) {
        return session.subscribe(inside(root), depth, withData, new SinkOutside(sink));
    }

    @Override
    public CompletionStage<Void> settle() {
        return session.settle();
    }

    @Override
    public CompletionStage<Void> verifyAlive() {
        return session.verifyAlive();
    }

    @Override
    public CompletionStage<Set<NodePath>> ownEphemerals(NodePath under) {
        return session.ownEphemerals(inside(under))
                .thenApply(paths -> paths.stream().map(this::outside).collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public CompletionStage<Void> end() {
        return session.end();
    }

    private NodePath inside(NodePath path) {
        return namespace.resolve(path);
    }

    private CreateSpec inside(CreateSpec spec) {
        return new CreateSpec(inside(spec.path()), spec.data(), spec.lifetime(), spec.ordering(), spec.attempt());
    }

    private Txn inside(Txn txn) {
        return new Txn(txn.ops().stream().map(this::inside).toList());
    }

    private Txn.Op inside(Txn.Op op) {
        if (op instanceof Txn.Require require) {
            return new Txn.Require(inside(require.path()));
        } else if (op instanceof Txn.RequireUnchanged require) {
            return new Txn.RequireUnchanged(inside(require.path()), require.seen());
        } else if (op instanceof Txn.RequireAbsent require) {
            return new Txn.RequireAbsent(inside(require.path()));
        } else if (op instanceof Txn.Create create) {
            return new Txn.Create(inside(create.spec()));
        } else if (op instanceof Txn.Write write) {
            return new Txn.Write(inside(write.path()), write.data(), write.expect());
        } else if (op instanceof Txn.Delete delete) {
            return new Txn.Delete(inside(delete.path()), delete.expect());
        } else if (op instanceof Txn.Replace replace) {
            return new Txn.Replace(inside(replace.spec()), replace.expect());
        }
        throw new AssertionError("unknown operation " + op);
    }

    private NodePath outside(NodePath path) {
        return path.isWithin(namespace)
                ? path.equals(namespace)
                        ? NodePath.ROOT
                        : NodePath.of(
                                path.toString().substring(namespace.toString().length()))
                : path;
    }

    private Node outside(Node node) {
        return new Node(outside(node.path()), node.data(), node.stat());
    }

    private Created outside(Created created) {
        return new Created(outside(created.path()), created.stat());
    }

    private TxnResult outside(TxnResult result) {
        if (result instanceof TxnResult.Refused refused) {
            return new TxnResult.Refused(refused.index(), refused.error(), outside(refused.path()));
        }
        TxnResult.Committed committed = (TxnResult.Committed) result;
        return new TxnResult.Committed(committed.created().stream()
                .map(created -> created.map(this::outside))
                .toList());
    }

    /** An armed read, seen from inside the namespace. */
    private final class ArmedOutside implements Armed<Optional<Node>> {
        private final Armed<Optional<Node>> armed;

        ArmedOutside(Armed<Optional<Node>> armed) {
            this.armed = armed;
        }

        @Override
        public Optional<Node> state() {
            return armed.state().map(NamespacedSession.this::outside);
        }

        @Override
        public boolean isArmed() {
            return armed.isArmed();
        }

        @Override
        public void cancel() {
            armed.cancel();
        }
    }

    /** A sink that is told paths inside the namespace. */
    private final class SinkOutside implements ChangeSink {
        private final ChangeSink sink;

        SinkOutside(ChangeSink sink) {
            this.sink = sink;
        }

        @Override
        public void reset(List<Node> all, long revision) {
            sink.reset(all.stream().map(NamespacedSession.this::outside).toList(), revision);
        }

        @Override
        public void put(Node node) {
            sink.put(outside(node));
        }

        @Override
        public void remove(NodePath path, long revision) {
            sink.remove(outside(path), revision);
        }
    }
}
