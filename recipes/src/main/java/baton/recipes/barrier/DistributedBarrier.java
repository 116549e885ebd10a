package baton.recipes.barrier;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.recipes.Calls;
import baton.recipes.ClosedException;
import baton.recipes.CoordinationClient;
import baton.recipes.Description;
import baton.recipes.OpenRecipe;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A gate that somebody closes and lifts, while others wait before it.
 *
 * <p>The gate is closed while a node exists. Everybody who waits when it is lifted passes, even if it is closed again
 * before they have looked. Who comes after that waits. Closing it is not exclusive, and says nothing about who passes:
 * between passing and your next instruction the process may be paused, and the gate closed again. Waiting survives lost
 * connections and sessions. Has no state of its own and needs no closing; safe for use by many threads.
 */
public final class DistributedBarrier {
    private static final String KIND = "DistributedBarrier";

    private final RecipeRuntime runtime;
    private final NodePath path;
    private final BarrierOptions options;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicReference<CompletableFuture<Boolean>> lastChange =
            new AtomicReference<>(CompletableFuture.completedFuture(false));

    /** A gate that stays closed until somebody lifts it. */
    public DistributedBarrier(CoordinationClient client, String path) {
        this(client, path, BarrierOptions.DEFAULTS);
    }

    public DistributedBarrier(CoordinationClient client, String path, BarrierOptions options) {
        this.runtime = client.runtime();
        this.path = NodePath.of(path);
        this.options = options;
    }

    /** A gate that is lifted when the session of who closed it ends. */
    public static DistributedBarrier ephemeral(CoordinationClient client, String path) {
        return new DistributedBarrier(client, path, BarrierOptions.DEFAULTS.withLifetime(Lifetime.EPHEMERAL));
    }

    /** Closes the gate; nothing happens if it is closed. Waits for the store for at most the operation timeout. */
    public void setBarrier() throws InterruptedException {
        Waiting.forever(setBarrierAsync());
    }

    /** Lifts the gate; nothing happens if it is lifted. Waits for the store for at most the operation timeout. */
    public void removeBarrier() throws InterruptedException {
        Waiting.forever(removeBarrierAsync());
    }

    /** As {@link #setBarrier}; true if this call closed it, false if it was closed, or the reply got lost. */
    public CompletableFuture<Boolean> setBarrierAsync() {
        Strand strand = strand();
        Deadline deadline = opDeadline();
        return inTurn(() -> runtime.calls(strand).repeatable(deadline, session -> create(session, strand)));
    }

    /** As {@link #removeBarrier}; true if this call lifted it. */
    public CompletableFuture<Boolean> removeBarrierAsync() {
        Calls calls = runtime.calls(strand());
        Deadline deadline = opDeadline();
        return inTurn(() -> calls.repeatable(deadline, this::closing)
                .thenCompose(closing -> closing.isEmpty()
                        ? CompletableFuture.completedFuture(false)
                        : lift(calls, deadline, closing.get())));
    }

    /** What is asked of one object happens in the order in which it was asked, whether or not the caller waits. */
    private CompletableFuture<Boolean> inTurn(Supplier<CompletableFuture<Boolean>> change) {
        CompletableFuture<Boolean> turn = new CompletableFuture<>();
        lastChange
                .getAndSet(turn)
                .whenComplete((before, ignored) -> change.get().whenComplete(Waiting.into(turn)));
        return runtime.handOver(turn);
    }

    /** Deletes it once: after a lost reply a gate that somebody closed meanwhile is left alone. */
    private CompletableFuture<Boolean> lift(Calls calls, Deadline deadline, NodeStat closing) {
        return calls.resolved(
                deadline,
                session -> session.delete(path, Expect.ANY),
                session -> session.stat(path)
                        .thenApply(now -> now.filter(stat -> stat.createRev() == closing.createRev())
                                        .isPresent()
                                ? Optional.empty()
                                : Optional.of(true)));
    }

    public boolean isSet() throws InterruptedException {
        return generation().isPresent();
    }

    /** The revision at which the gate was closed, while it is. Grows with every closing. */
    public OptionalLong generation() throws InterruptedException {
        Optional<NodeStat> stat = Waiting.forever(runtime.calls(strand()).repeatable(opDeadline(), this::closing));
        return stat.map(found -> OptionalLong.of(found.createRev())).orElseGet(OptionalLong::empty);
    }

    /** The node that closes the gate, if it is closed: as the store has it, not a replica that may lag. */
    private CompletionStage<Optional<NodeStat>> closing(CoreSession session) {
        return session.settle().thenCompose(settled -> session.stat(path));
    }

    /** Waits until the gate is lifted. */
    public void waitOnBarrier() throws InterruptedException {
        Wait wait = begin(Deadline.NEVER);
        try {
            Waiting.forever(wait.passed);
        } catch (InterruptedException interrupt) {
            count("interrupted");
            throw interrupt;
        } finally {
            wait.end();
        }
    }

    /** Waits until the gate is lifted; false if time ran out first. */
    public boolean waitOnBarrier(Duration timeout) throws InterruptedException {
        boolean looksOnce = timeout.isNegative() || timeout.isZero();
        Duration bound = looksOnce ? runtime.settings().tryTimeout() : timeout;
        Wait wait = begin(Deadline.after(runtime.scheduler(), bound));
        try {
            boolean passes = looksOnce
                    ? Waiting.atMost(bound, wait.looked).orElse(false)
                    : Waiting.atMost(bound, wait.passed).isPresent();
            if (!passes) {
                count("timeouts");
            }
            return passes;
        } catch (InterruptedException interrupt) {
            count("interrupted");
            throw interrupt;
        } finally {
            wait.end();
        }
    }

    /** As {@link #waitOnBarrier(Duration)}. */
    public boolean waitOnBarrier(long time, TimeUnit unit) throws InterruptedException {
        return waitOnBarrier(Duration.ofNanos(unit.toNanos(time)));
    }

    /** Completes when the gate is lifted. Cancelling it ends the wait. */
    public CompletableFuture<Boolean> waitOnBarrierAsync() {
        Wait wait = begin(Deadline.NEVER);
        CompletableFuture<Boolean> passed = runtime.handOver(wait.passed);
        passed.whenComplete((done, failure) -> wait.end());
        return passed;
    }

    /** How many wait here. Those who wait are described with the client too, one by one. */
    public Description describe() {
        return new Description(KIND, path, Map.of("waiting", waiting.get()));
    }

    private CompletionStage<Boolean> create(CoreSession session, Strand strand) {
        return session.create(CreateSpec.plain(path, Payload.EMPTY, options.lifetime()))
                .handleAsync((created, failure) -> created(session, failure), strand)
                .thenCompose(made -> made);
    }

    private CompletionStage<Boolean> created(CoreSession session, @Nullable Throwable failure) {
        if (failure == null) {
            return CompletableFuture.completedFuture(true);
        }
        switch (Calls.codeOf(failure)) {
            case NODE_EXISTS:
                return CompletableFuture.completedFuture(false);
            case NO_NODE:
                return session.ensureDir(path.parent())
                        .thenCompose(made -> CompletableFuture.failedFuture(new CoordinationException(
                                CoreError.UNAVAILABLE, path, "parent was missing; once more")));
            default:
                return CompletableFuture.failedFuture(failure);
        }
    }

    private Wait begin(Deadline deadline) {
        Wait wait = new Wait(strand(), deadline);
        runtime.opened(wait);
        runtime.metrics().gauge("waiting", KIND, waiting.incrementAndGet());
        wait.strand.execute(wait::look);
        return wait;
    }

    private void count(String counter) {
        runtime.metrics().count(counter, KIND, "");
    }

    private Strand strand() {
        runtime.ensureRunning();
        return runtime.newStrand("barrier " + path);
    }

    private Deadline opDeadline() {
        return Deadline.after(runtime.scheduler(), runtime.settings().opTimeout());
    }

    /** One who waits. Confined to its strand, but for what it completes. */
    private final class Wait implements OpenRecipe {
        final Strand strand;
        final CompletableFuture<Boolean> passed = new CompletableFuture<>();
        /** Whether the gate was lifted at the first look. */
        final CompletableFuture<Boolean> looked = new CompletableFuture<>();

        private final Deadline deadline;
        private final long sinceNanos = runtime.scheduler().nowNanos();
        private final AtomicBoolean ended = new AtomicBoolean();
        private @Nullable Armed<Optional<Node>> armed;
        /** The closing that is waited for, as it was first seen. Writer: the strand. */
        private volatile OptionalLong generation = OptionalLong.empty();

        private int step;

        Wait(Strand strand, Deadline deadline) {
            this.strand = strand;
            this.deadline = deadline;
        }

        void look() {
            int mine = ++step;
            runtime.calls(strand)
                    .repeatable(
                            deadline,
                            session -> session.readAndArm(
                                    path, ArmMode.DELETION_ONLY, reason -> strand.execute(() -> changed(mine))))
                    .whenComplete((seen, failure) -> {
                        if (failure != null) {
                            failed(failure);
                        } else {
                            seen(mine, seen);
                        }
                    });
        }

        /** Leaves nothing behind. Idempotent. */
        void end() {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            runtime.closed(this);
            runtime.metrics().gauge("waiting", KIND, waiting.decrementAndGet());
            runtime.metrics().time("wait", KIND, waited());
            strand.execute(() -> {
                step++;
                Armed<Optional<Node>> waiting = armed;
                armed = null;
                if (waiting != null) {
                    waiting.cancel();
                }
            });
        }

        private void seen(int mine, Armed<Optional<Node>> now) {
            long closedAt = now.state().map(node -> node.stat().createRev()).orElse(0L);
            boolean another = generation.isPresent() && generation.getAsLong() != closedAt;
            boolean lifted = now.state().isEmpty() || (another && options.reclosed() == BarrierOptions.Reclosed.PASS);
            if (mine != step || lifted) {
                now.cancel();
            } else {
                armed = now;
                generation = OptionalLong.of(closedAt);
            }
            if (mine == step) {
                looked.complete(lifted);
                if (lifted) {
                    passed.complete(true);
                }
            }
        }

        private void changed(int mine) {
            if (mine != step) {
                return;
            }
            armed = null;
            long spread = options.arrivalSpread().toNanos();
            if (spread == 0) {
                look();
                return;
            }
            Duration pause =
                    Duration.ofNanos((long) (spread * runtime.scheduler().jitter()));
            runtime.scheduler()
                    .schedule(
                            pause,
                            () -> strand.execute(() -> {
                                if (mine == step) {
                                    look();
                                }
                            }));
        }

        private Duration waited() {
            return Duration.ofNanos(runtime.scheduler().nowNanos() - sinceNanos);
        }

        @Override
        public Description describe() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("state", generation.isPresent() ? "WAITING" : "LOOKING");
            fields.put("generation", generation.orElse(0));
            fields.put("waitedMillis", waited().toMillis());
            return new Description(KIND, path, fields);
        }

        @Override
        public CompletionStage<Void> clientCloses() {
            ClosedException reason = new ClosedException("barrier " + path);
            looked.completeExceptionally(reason);
            passed.completeExceptionally(reason);
            end();
            return CompletableFuture.completedFuture(null);
        }

        private void failed(Throwable failure) {
            Throwable cause = Waiting.causeOf(failure);
            if (Calls.codeOf(cause).retryCanHelp()) {
                // Time ran out while the store could not be asked. Whoever waits has a timeout of their own.
                return;
            }
            looked.completeExceptionally(cause);
            passed.completeExceptionally(cause);
        }
    }
}
