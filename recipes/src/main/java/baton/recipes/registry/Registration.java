package baton.recipes.registry;

import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.core.SessionId;
import baton.recipes.ClosedException;
import baton.recipes.Codec;
import baton.recipes.RecipeRuntime;
import baton.recipes.node.ConflictPolicy;
import baton.recipes.node.NodeMode;
import baton.recipes.node.NodeOptions;
import baton.recipes.node.PersistentNode;
import baton.recipes.node.PersistentNodeListener;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance that is announced until it is closed. Safe for use by many threads; nothing here blocks.
 *
 * <p>The store gets the newest instance given, and nothing older afterwards. It survives sessions: after one ended the
 * instance is announced again under the next. What a process that has died left behind under its id, at the same address
 * and port, it takes over at once; while somebody else announces the id, it waits and says so in the log.
 */
public final class Registration<T> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Registration.class);

    private final RecipeRuntime runtime;
    private final Codec<ServiceInstance<T>> codec;
    private final NodePath path;
    private final ServiceType type;
    private final NodeOptions options;
    private final Consumer<Registration<T>> whenClosed;
    /** Runs on the listener executor, because encoding is code of the user. Instances are published in its order. */
    private final Strand publishing;

    private final CompletableFuture<Void> registered = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    /** Writer: the publishing strand, after construction. */
    private volatile ServiceInstance<T> instance;
    /** Writer: the publishing strand. */
    private volatile @Nullable PersistentNode node;
    /** Writer: the publishing strand. Whether a permanent instance was ever written. */
    private volatile boolean written;
    /** Writer: who drains it. */
    private volatile boolean draining;
    /** Writer: who closes it. */
    private volatile boolean closed;

    Registration(
            RecipeRuntime runtime,
            Codec<ServiceInstance<T>> codec,
            NodePath path,
            ServiceInstance<T> instance,
            Duration rejoinSpread,
            Consumer<Registration<T>> whenClosed) {
        this.runtime = runtime;
        this.codec = codec;
        this.path = path;
        this.instance = instance;
        this.type = instance.serviceType();
        this.whenClosed = whenClosed;
        this.publishing = new Strand("registration " + path, runtime.listenerExecutor());
        this.options = NodeOptions.DEFAULTS
                .withConflict(ConflictPolicy.TAKE_OVER_OWN)
                .withPredecessor(entry -> Endpoint.of(instance()).isNamedIn(entry))
                .withRejoinSpread(rejoinSpread)
                .withAtClose(type == ServiceType.PERMANENT ? NodeOptions.AtClose.KEEP : NodeOptions.AtClose.DELETE);
    }

    void start() {
        publish(same -> same).whenComplete(Waiting.into(registered));
    }

    /** What is announced, or will be. */
    public ServiceInstance<T> instance() {
        return instance;
    }

    /** Completes when the store holds the instance for the first time; on the listener executor. */
    public CompletionStage<Void> awaitRegistered() {
        return runtime.handOver(registered);
    }

    /**
     * Announces something else of this instance.
     *
     * @return completes when that or newer is stored; on the listener executor
     * @throws IllegalArgumentException if it is another instance: name, id and type must be the same
     */
    public CompletionStage<Void> update(ServiceInstance<T> changed) {
        ServiceInstance<T> now = instance;
        if (!changed.name().equals(now.name())
                || !changed.id().equals(now.id())
                || changed.serviceType() != now.serviceType()) {
            throw new IllegalArgumentException("update of " + path + " with instance " + changed.id() + " of "
                    + changed.name() + ": name, id and type must stay");
        }
        return runtime.handOver(publish(before -> stamped(changed, before.registrationTimeUTC())));
    }

    /** Takes the instance in or out of service. */
    public CompletionStage<Void> setEnabled(boolean enabled) {
        return runtime.handOver(
                publish(before -> before.toBuilder().enabled(enabled).build()));
    }

    /**
     * Takes the instance out of service, leaves callers time to notice, and unregisters it.
     *
     * @param grace counted from when the store knows that it is out of service
     * @return completes when the store confirmed that it is gone; on the listener executor
     */
    public CompletionStage<Void> drain(Duration grace) {
        draining = true;
        publish(before -> before.toBuilder().enabled(false).build())
                .whenComplete((stored, failure) -> runtime.scheduler().schedule(grace, this::close));
        return runtime.handOver(gone);
    }

    public RegistrationState state() {
        if (closed) {
            return RegistrationState.UNREGISTERED;
        }
        if (draining) {
            return RegistrationState.DRAINING;
        }
        PersistentNode kept = node;
        boolean there = type == ServiceType.PERMANENT
                ? written
                : kept != null && kept.actual().isPresent();
        return there ? RegistrationState.REGISTERED : RegistrationState.REGISTERING;
    }

    /** Unregisters it, for good and in background. Idempotent. */
    @Override
    public void close() {
        closing(true);
    }

    /** The registry closes: as {@link #close}, but what is permanent stays. */
    CompletionStage<Void> registryCloses() {
        return closing(type != ServiceType.PERMANENT);
    }

    private CompletionStage<Void> closing(boolean delete) {
        if (!closed) {
            closed = true;
            publishing.execute(() -> end(delete));
            whenClosed.accept(this);
        }
        return gone.copy();
    }

    private void end(boolean delete) {
        PersistentNode kept = node;
        registered.completeExceptionally(closedException());
        CompletionStage<Void> ended = kept == null ? CompletableFuture.completedFuture(null) : kept.closing();
        if (delete && type == ServiceType.PERMANENT) {
            ended = ended.thenCompose(done -> runtime.reaper().persistent(path));
        }
        ended.whenComplete(Waiting.into(gone));
    }

    private CompletableFuture<Void> publish(UnaryOperator<ServiceInstance<T>> change) {
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        publishing.execute(() -> {
            if (closed) {
                outcome.completeExceptionally(closedException());
                return;
            }
            try {
                ServiceInstance<T> next = change.apply(instance);
                Payload data = codec.encode(next);
                instance = next;
                store(data).<Void>thenApply(stat -> null).whenComplete(Waiting.into(outcome));
            } catch (RuntimeException unencodable) {
                outcome.completeExceptionally(unencodable);
            }
        });
        return outcome;
    }

    private CompletionStage<NodeStat> store(Payload data) {
        PersistentNode kept = node;
        if (kept == null) {
            PersistentNode fresh = new PersistentNode(runtime, mode(), path, data, options);
            fresh.addListener(new Contested());
            fresh.start();
            kept = fresh;
            node = fresh;
        }
        CompletionStage<NodeStat> stored = kept.setData(data);
        return type == ServiceType.PERMANENT ? letGoAfter(stored, kept) : stored;
    }

    /** A permanent instance is written, not kept: whoever deletes it afterwards means it. */
    private CompletionStage<NodeStat> letGoAfter(CompletionStage<NodeStat> stored, PersistentNode writer) {
        return stored.whenCompleteAsync(
                (stat, failure) -> {
                    written |= failure == null;
                    if (node == writer) {
                        node = null;
                        writer.close();
                    }
                },
                publishing);
    }

    private NodeMode mode() {
        return switch (type) {
            case DYNAMIC -> NodeMode.EPHEMERAL;
            case DYNAMIC_SEQUENTIAL -> NodeMode.EPHEMERAL_ORDERED;
            case STATIC, PERMANENT -> NodeMode.PERSISTENT;
        };
    }

    private ClosedException closedException() {
        return new ClosedException("registration " + path);
    }

    static <T> ServiceInstance<T> stamped(ServiceInstance<T> instance, long millis) {
        return instance.registrationTimeUTC() != 0
                ? instance
                : instance.toBuilder().registrationTimeUTC(millis).build();
    }

    /** Two instances must not have one id, and somebody has to hear of it. */
    private static final class Contested implements PersistentNodeListener {
        @Override
        public void conflict(Node present) {
            log.warn(
                    "cannot announce path={} reason=\"another instance has this id\" owner={}; goes on trying",
                    present.path(),
                    present.stat().owner().map(SessionId::toString).orElse("none"));
        }
    }

    @Override
    public String toString() {
        return "Registration[" + path + " " + state() + "]";
    }
}
