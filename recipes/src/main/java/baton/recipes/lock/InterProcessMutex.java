package baton.recipes.lock;

import baton.core.CoreSession;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.recipes.CoordinationClient;
import baton.recipes.Grant;
import baton.recipes.GrantState;
import baton.recipes.LossReason;
import baton.recipes.OwnerInfo;
import baton.recipes.RecipeRuntime;
import baton.recipes.contend.ContendSpec;
import baton.recipes.contend.HeldThrough;
import baton.recipes.contend.QueueMode;
import baton.recipes.contend.QueueRequest;
import baton.recipes.contend.TicketGrant;
import baton.recipes.contend.TicketQueue;
import baton.recipes.contend.TicketRule;
import baton.recipes.run.Deadline;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock that a thread may enter again while it holds it.
 *
 * <p>Reentrance is counted for each thread and each object; two objects on one path in one thread are two parties. Who
 * comes first is first: between processes in the order of arrival at the store, within a process in the order of the
 * calls. Tokens grow with every acquisition. What {@link InterProcessLock} says about paused processes holds here. The
 * object needs no closing; closing its client takes away what it holds.
 */
public final class InterProcessMutex implements InterProcessLock {
    private static final Logger LOG = LoggerFactory.getLogger(InterProcessMutex.class);
    private static final String KIND = "InterProcessMutex";
    static final String LABEL = "lock-";
    private static final Duration SWEEP = Duration.ofSeconds(10);

    private final RecipeRuntime runtime;
    private final NodePath directory;
    private final QueueMode mode;
    private final ContendSpec.SessionLoss sessionLoss;
    private final @Nullable Payload data;
    private final Optional<Duration> holdAtMost;
    private final Duration holdAtLeast;
    private final int reentryMax;
    private final boolean releaseOrphans;

    private final ConcurrentMap<Thread, Hold> holds = new ConcurrentHashMap<>();
    private final ConcurrentMap<QueueRequest, Thread> waiting = new ConcurrentHashMap<>();
    private final AtomicBoolean sweeping = new AtomicBoolean();

    public InterProcessMutex(CoordinationClient client, String path) {
        this(builder(client, path));
    }

    private InterProcessMutex(Builder builder) {
        this.runtime = builder.client.runtime();
        this.directory = builder.directory;
        this.mode = builder.mode;
        this.sessionLoss = builder.sessionLoss;
        this.data = builder.data;
        this.holdAtMost = builder.holdAtMost;
        this.holdAtLeast = builder.holdAtLeast;
        this.reentryMax = builder.reentryMax;
        this.releaseOrphans = builder.releaseOrphans;
    }

    public static Builder builder(CoordinationClient client, String path) {
        return new Builder(client, NodePath.of(path));
    }

    @Override
    public void acquire() throws InterruptedException {
        if (reentered()) {
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
        if (reentered()) {
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
        Thread thread = Thread.currentThread();
        Hold hold = holds.get(thread);
        if (hold == null) {
            throw new IllegalMonitorStateException(thread + " does not hold " + directory);
        }
        if (--hold.count == 0) {
            letGo(thread, hold);
        }
    }

    @Override
    public boolean isAcquiredInThisProcess() {
        return holds.values().stream().anyMatch(Hold::isValid);
    }

    public boolean isOwnedByCurrentThread() {
        Hold hold = holds.get(Thread.currentThread());
        return hold != null && hold.isValid();
    }

    @Override
    public Optional<LockGrant> currentGrant() {
        return Optional.ofNullable(holds.get(Thread.currentThread()));
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
        return Waiting.forever(synced((session, strand) -> session.list(directory)
                .thenApply(names -> tickets(names).stream()
                        .map(name -> directory.child(name).toString())
                        .toList())));
    }

    /** Who holds it, if the holder's ticket says so. */
    public Optional<OwnerInfo> currentHolder() throws InterruptedException {
        Optional<Node> first = Waiting.forever(synced((session, strand) -> session.list(directory)
                .thenComposeAsync(names -> firstOf(session, strand, tickets(names), 0), strand)));
        return first.flatMap(node -> OwnerInfo.parse(node.data()));
    }

    @Override
    public String toString() {
        return "InterProcessMutex[" + directory + "]";
    }

    /** Counts the calling thread in again; false if it holds nothing. */
    private boolean reentered() {
        Hold hold = holds.get(Thread.currentThread());
        if (hold == null) {
            return false;
        }
        if (!hold.isValid()) {
            throw new LockLostException(hold);
        }
        if (hold.count == reentryMax) {
            throw new IllegalStateException("entered " + directory + " again more often than maxReentry=" + reentryMax);
        }
        hold.count++;
        return true;
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
                sessionLoss);
        return TicketQueue.enter(runtime, spec, mode, tryOnly);
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
        Thread thread = Thread.currentThread();
        Hold hold = new Hold(ticket, thread);
        holds.put(thread, hold);
        TicketQueue.heldBy(runtime, directory, thread);
        limit(hold, ticket);
        sweepLater();
    }

    private void letGo(Thread thread, Hold hold) {
        holds.remove(thread, hold);
        TicketQueue.heldNoMoreBy(runtime, directory, thread);
        hold.limit.cancel();
        hold.ticket.release(holdAtLeast);
    }

    private void limit(Hold hold, TicketGrant ticket) {
        holdAtMost.ifPresent(longest ->
                hold.limit = runtime.scheduler().schedule(longest, () -> ticket.lose(LossReason.HOLD_LIMIT)));
    }

    /** Looks now and then for owners that died without releasing, while anything is held. */
    private void sweepLater() {
        if (sweeping.compareAndSet(false, true)) {
            runtime.scheduler().schedule(SWEEP, this::sweep);
        }
    }

    private void sweep() {
        sweeping.set(false);
        holds.forEach((thread, hold) -> {
            if (thread.isAlive()) {
                return;
            }
            if (!hold.orphaned) {
                hold.orphaned = true;
                runtime.metrics().count("orphans", KIND, "");
                LOG.warn(
                        "owner died holding path={} thread={} ticket={}",
                        directory,
                        thread.getName(),
                        hold.ticketPath(),
                        hold.acquiredAt);
            }
            if (releaseOrphans) {
                letGo(thread, hold);
            }
        });
        if (!holds.isEmpty()) {
            sweepLater();
        }
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
                Hold hold = new Hold(grant.get(), null);
                limit(hold, grant.get());
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

    private <T> CompletableFuture<T> synced(Read<T> read) {
        Strand strand = runtime.newStrand("mutex " + directory);
        Function<CoreSession, CompletionStage<T>> operation =
                session -> session.settle().thenComposeAsync(settled -> read.from(session, strand), strand);
        return runtime.calls(strand)
                .repeatable(
                        Deadline.after(runtime.scheduler(), runtime.settings().opTimeout()), operation);
    }

    private CompletionStage<Optional<Node>> firstOf(
            CoreSession session, Strand strand, List<String> tickets, int index) {
        if (index == tickets.size()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return session.read(directory.child(tickets.get(index)))
                .thenComposeAsync(
                        node -> node.isPresent()
                                ? CompletableFuture.completedFuture(node)
                                : firstOf(session, strand, tickets, index + 1),
                        strand);
    }

    private static List<String> tickets(Optional<Listing> names) {
        return names.stream()
                .flatMap(listing -> listing.entries().stream())
                .filter(entry -> entry.place()
                        .filter(place -> place.label().equals(LABEL))
                        .isPresent())
                .map(Listing.Entry::name)
                .toList();
    }

    /** A read of the store on a strand. */
    @FunctionalInterface
    private interface Read<T> {
        CompletionStage<T> from(CoreSession session, Strand strand);
    }

    /** What one thread, or nobody in particular, holds. */
    private final class Hold implements LockGrant, HeldThrough {
        final TicketGrant ticket;
        /** Null: whoever has the grant. */
        private final @Nullable Thread owner;

        final Throwable acquiredAt = new Throwable("acquired here");
        Scheduler.Timer limit = () -> {};
        /** Writer: the sweep. */
        boolean orphaned;
        /** Writer: the owner. */
        volatile int count = 1;

        Hold(TicketGrant ticket, @Nullable Thread owner) {
            this.ticket = ticket;
            this.owner = owner;
        }

        @Override
        public Grant held() {
            return ticket;
        }

        @Override
        public int holdCount() {
            return ticket.state() == GrantState.RELEASED ? 0 : count;
        }

        /** Gives it back whole, however often it was entered. */
        @Override
        public void close() {
            if (owner == null) {
                limit.cancel();
                ticket.release(holdAtLeast);
            } else if (holds.get(owner) == this) {
                letGo(owner, this);
            }
        }
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
