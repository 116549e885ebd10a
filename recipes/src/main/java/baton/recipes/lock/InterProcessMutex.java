package baton.recipes.lock;

import baton.core.NodePath;
import baton.core.Payload;
import baton.recipes.CoordinationClient;
import baton.recipes.OwnerInfo;
import baton.recipes.RecipeRuntime;
import baton.recipes.Revocable;
import baton.recipes.RevocationListener;
import baton.recipes.contend.ContendSpec;
import baton.recipes.contend.QueueMode;
import baton.recipes.contend.QueueRequest;
import baton.recipes.contend.Revocability;
import baton.recipes.contend.TicketGrant;
import baton.recipes.contend.TicketQueue;
import baton.recipes.contend.TicketRule;
import baton.recipes.contend.Tickets;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A lock that a thread may enter again while it holds it.
 *
 * <p>Reentrance is counted for each thread and each object; two objects on one path in one thread are two parties. Who
 * comes first is first: between processes in the order of arrival at the store, within a process in the order of the
 * calls. Tokens grow with every acquisition. What {@link InterProcessLock} says about paused processes holds here. The
 * object needs no closing; closing its client takes away what it holds.
 */
public final class InterProcessMutex implements InterProcessLock, Revocable<InterProcessMutex> {
    private static final String KIND = "InterProcessMutex";
    static final String LABEL = "lock-";
    private static final Duration LOCK_DELAY_MAX = Duration.ofSeconds(60);

    private final RecipeRuntime runtime;
    private final NodePath directory;
    private final QueueMode mode;
    private final ContendSpec.SessionLoss sessionLoss;
    private final @Nullable Payload data;
    private final Duration lockDelay;
    private final Holds holds;
    private final Tickets tickets;
    private final Revocability<InterProcessMutex> revocability;
    /** Threads that wait, by what they asked for. */
    private final ConcurrentMap<QueueRequest, Thread> waiting = new ConcurrentHashMap<>();

    public InterProcessMutex(CoordinationClient client, String path) {
        this(builder(client, path));
    }

    private InterProcessMutex(Builder builder) {
        this.runtime = builder.client.runtime();
        this.directory = builder.directory;
        this.mode = builder.mode;
        this.sessionLoss = builder.sessionLoss;
        this.data = builder.data;
        this.lockDelay = builder.lockDelay;
        this.holds = new Holds(
                runtime,
                KIND,
                directory,
                new HoldRules(builder.holdAtMost, builder.holdAtLeast, builder.reentryMax, builder.releaseOrphans));
        this.tickets = new Tickets(runtime, runtime.newStrand("mutex " + directory), directory, LABEL);
        this.revocability = new Revocability<>(runtime, KIND, this);
    }

    public static Builder builder(CoordinationClient client, String path) {
        return new Builder(client, NodePath.of(path));
    }

    @Override
    public void acquire() throws InterruptedException {
        if (holds.reenter()) {
            return;
        }
        if (TicketQueue.isHeldBy(runtime, directory, Thread.currentThread())) {
            throw new SelfDeadlockException(directory);
        }
        QueueRequest request = enter(Thread.currentThread().getName(), false);
        hold(awaited(request, null));
    }

    @Override
    public boolean acquire(Duration timeout) throws InterruptedException {
        if (holds.reenter()) {
            return true;
        }
        boolean tryOnly = timeout.isNegative() || timeout.isZero();
        QueueRequest request = enter(Thread.currentThread().getName(), tryOnly);
        Optional<TicketGrant> grant =
                awaited(request, tryOnly ? runtime.settings().tryTimeout() : timeout);
        if (grant.isEmpty()) {
            runtime.metrics().count("timeouts", KIND, "");
            return false;
        }
        hold(grant);
        return true;
    }

    @Override
    public void release() {
        holds.leave();
    }

    @Override
    public boolean isAcquiredInThisProcess() {
        return holds.anyValid();
    }

    public boolean isOwnedByCurrentThread() {
        return holds.of(Thread.currentThread()).filter(Hold::isValid).isPresent();
    }

    @Override
    public Optional<LockGrant> currentGrant() {
        return holds.of(Thread.currentThread()).map(hold -> hold);
    }

    /** @throws IllegalMonitorStateException if the calling thread holds nothing */
    public LockGrant grant() {
        return currentGrant()
                .orElseThrow(
                        () -> new IllegalMonitorStateException(Thread.currentThread() + " does not hold " + directory));
    }

    @Override
    public CompletableFuture<LockGrant> acquireAsync() {
        return async(Optional.empty());
    }

    @Override
    public CompletableFuture<LockGrant> acquireAsync(Duration timeout) {
        return async(Optional.of(timeout));
    }

    /** How many are known to be before the first thread of this object that waits; -1 if none waits. */
    public int queuePosition() {
        return waiting.keySet().stream().mapToInt(QueueRequest::before).min().orElse(-1);
    }

    /** The tickets in the directory, the holder's first, as the store has them. */
    public Collection<String> getParticipantNodes() throws InterruptedException {
        return Waiting.forever(tickets.paths()).stream().map(NodePath::toString).toList();
    }

    /** Who holds it, if the holder's ticket says so. */
    public Optional<OwnerInfo> currentHolder() throws InterruptedException {
        return Waiting.forever(tickets.first()).flatMap(node -> OwnerInfo.parse(node.data()));
    }

    /**
     * Whoever has a ticket through this object hears of requests, holding or waiting. What is taken away after {@code
     * autoReleaseAfter} is lost for the thread that holds it.
     */
    @Override
    public void makeRevocable(RevocationListener<InterProcessMutex> listener) {
        revocability.makeRevocable(listener);
    }

    @Override
    public void makeRevocable(RevocationListener<InterProcessMutex> listener, Executor executor) {
        revocability.makeRevocable(listener, executor);
    }

    @Override
    public void makeRevocable(
            RevocationListener<InterProcessMutex> listener, Executor executor, Duration autoReleaseAfter) {
        revocability.makeRevocable(listener, executor, autoReleaseAfter);
    }

    @Override
    public String toString() {
        return "InterProcessMutex[" + directory + "]";
    }

    private QueueRequest enter(String task, boolean tryOnly) {
        Payload ticket = data == null ? runtime.ownerInfo(task).toPayload() : data;
        ContendSpec spec = new ContendSpec(
                KIND,
                directory,
                LABEL,
                TicketRule.exclusive(LABEL),
                ticket,
                runtime.settings().leasePolicy(),
                ContendSpec.AfterLoss.END,
                sessionLoss,
                lockDelay);
        return TicketQueue.enter(runtime, spec, mode, tryOnly, revocability);
    }

    private Optional<TicketGrant> awaited(QueueRequest request, @Nullable Duration timeout)
            throws InterruptedException {
        waiting.put(request, Thread.currentThread());
        try {
            Optional<TicketGrant> grant = timeout == null
                    ? Waiting.forever(request.result())
                    : Waiting.atMost(timeout, request.result()).orElseGet(Optional::empty);
            if (grant.isPresent() || request.withdraw()) {
                return grant;
            }
            // Granted in the moment in which time ran out: take it.
            return Waiting.forever(request.result());
        } catch (InterruptedException interrupted) {
            runtime.metrics().count("interrupted", KIND, "");
            giveBack(request);
            throw interrupted;
        } finally {
            waiting.remove(request);
        }
    }

    private static void giveBack(QueueRequest request) {
        if (!request.withdraw()) {
            request.result().thenAccept(grant -> grant.ifPresent(TicketGrant::close));
        }
    }

    private void hold(Optional<TicketGrant> granted) {
        TicketGrant ticket =
                granted.orElseThrow(() -> new IllegalStateException("neither granted nor refused: " + directory));
        holds.take(ticket, Thread.currentThread());
    }

    private CompletableFuture<LockGrant> async(Optional<Duration> timeout) {
        boolean tryOnly = timeout.filter(d -> d.isNegative() || d.isZero()).isPresent();
        QueueRequest request = enter("async", tryOnly);
        CompletableFuture<LockGrant> outcome = new CompletableFuture<>();
        Scheduler.Timer timer = timeout.map(d -> tryOnly ? runtime.settings().tryTimeout() : d)
                .map(d -> runtime.scheduler().schedule(d, request::withdraw))
                .orElse(() -> {});
        runtime.handOver(request.result()).whenComplete((grant, failure) -> {
            timer.cancel();
            if (failure != null) {
                outcome.completeExceptionally(failure);
            } else if (grant.isEmpty()) {
                outcome.completeExceptionally(new TimeoutException("not acquired in time: " + directory));
            } else {
                Hold hold = holds.take(grant.get(), null);
                if (!outcome.complete(hold)) {
                    hold.close();
                }
            }
        });
        outcome.whenComplete((hold, failure) -> {
            if (outcome.isCancelled()) {
                request.withdraw();
            }
        });
        return outcome;
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private final CoordinationClient client;
        private final NodePath directory;
        private QueueMode mode = QueueMode.SHARED;
        private ContendSpec.SessionLoss sessionLoss = ContendSpec.SessionLoss.REJOIN;
        private @Nullable Payload data;
        private Optional<Duration> holdAtMost = Optional.empty();
        private Duration holdAtLeast = Duration.ZERO;
        private Duration lockDelay = Duration.ZERO;
        private int reentryMax = Integer.MAX_VALUE;
        private boolean releaseOrphans;

        private Builder(CoordinationClient client, NodePath directory) {
            this.client = client;
            this.directory = directory;
        }

        /** How the waiters of this process stand in line. Default SHARED. */
        public Builder mode(QueueMode how) {
            mode = how;
            return this;
        }

        /** What tickets say instead of who owns them. */
        public Builder ownerData(byte[] bytes) {
            data = Payload.of(bytes);
            return this;
        }

        /** Makes waiting fail when the session ends, instead of starting again at the tail. */
        public Builder failOnSessionLoss() {
            sessionLoss = ContendSpec.SessionLoss.FAIL;
            return this;
        }

        /** Takes the lock away from who holds it for longer. */
        public Builder holdAtMost(Duration longest) {
            requirePositive("holdAtMost", longest);
            holdAtMost = Optional.of(longest);
            return this;
        }

        /** Lets the next in line in only after it was held for so long. */
        public Builder holdAtLeast(Duration shortest) {
            requirePositive("holdAtLeast", shortest);
            holdAtLeast = shortest;
            return this;
        }

        /**
         * Keeps everybody away for so long after a holder that vanished without releasing, so that what it has under way
         * can arrive first: for resources that cannot check tokens. At most 60 s. Everybody who uses the lock must set it,
         * and the data of its directory is taken for the books. Costs a write for each acquisition.
         */
        public Builder lockDelay(Duration delay) {
            requirePositive("lockDelay", delay);
            if (delay.compareTo(LOCK_DELAY_MAX) > 0) {
                throw new IllegalArgumentException("lockDelay " + delay + ": must be at most " + LOCK_DELAY_MAX);
            }
            lockDelay = delay;
            return this;
        }

        /** How often a thread may enter without releasing, at least 1. */
        public Builder maxReentry(int times) {
            if (times < 1) {
                throw new IllegalArgumentException("maxReentry " + times + ": must be at least 1");
            }
            reentryMax = times;
            return this;
        }

        /** Releases what a thread held when it died. Otherwise it is only reported. */
        public Builder autoReleaseOrphans() {
            releaseOrphans = true;
            return this;
        }

        public InterProcessMutex build() {
            return new InterProcessMutex(this);
        }

        private static void requirePositive(String setting, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(setting + " " + value + ": must be positive");
            }
        }
    }
}
