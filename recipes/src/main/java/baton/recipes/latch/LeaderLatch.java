package baton.recipes.latch;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;
import baton.recipes.CloseReport;
import baton.recipes.ClosedException;
import baton.recipes.CoordinationClient;
import baton.recipes.Description;
import baton.recipes.LeasePolicy;
import baton.recipes.Listeners;
import baton.recipes.LossReason;
import baton.recipes.OpenRecipe;
import baton.recipes.RecipeRuntime;
import baton.recipes.Revocable;
import baton.recipes.RevocationListener;
import baton.recipes.RevocationRequest;
import baton.recipes.contend.ContendSpec;
import baton.recipes.contend.ContenderEvents;
import baton.recipes.contend.Revocability;
import baton.recipes.contend.TicketGrant;
import baton.recipes.contend.TicketRule;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a group that becomes its leader at some time, and leads until it fails or is closed.
 *
 * <p>The leader is who has waited longest. A blink of the network changes nothing; a lost session makes this latch stand
 * in line again by itself. Tokens grow with every change of leader. Asking {@link #hasLeadership} waits for nothing. Of
 * the members of a group at most one leads at a time, as far as the store and their clocks can tell: a process that is
 * paused for longer than its session lives may act as leader for a moment after it wakes up, which only a check of the
 * token, or a guarded transaction, can prevent. Safe for use by many threads.
 */
public final class LeaderLatch implements AutoCloseable, OpenRecipe, Revocable<LeaderLatch> {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderLatch.class);
    private static final String KIND = "LeaderLatch";
    private static final Duration CLOSE_DEFAULT = Duration.ofSeconds(5);
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

    /** Where a latch stands. */
    public enum State {
        LATENT,
        STARTED,
        CLOSED
    }

    /** What closing tells the listeners. */
    public enum CloseMode {
        SILENT,
        NOTIFY_LEADER
    }

    private final RecipeRuntime runtime;
    private final NodePath directory;
    private final Candidacy candidacy;
    private final Strand strand;
    private final Standing standing;
    private final Listeners<LeaderLatchListener> listeners;
    private final Election election;
    private final Revocability<LeaderLatch> revocability;
    private final Terms terms;
    private final AtomicReference<State> state = new AtomicReference<>(State.LATENT);

    /** Writer: who closes it. */
    private volatile CloseMode closeMode = CloseMode.NOTIFY_LEADER;
    /** Writer: the strand. */
    private volatile @Nullable Throwable lastError;

    /** A latch on a directory, under an id that tells its participants apart for people. */
    public LeaderLatch(CoordinationClient client, String path, String id) {
        this(builder(client, path).id(id));
    }

    private LeaderLatch(Builder builder) {
        this.runtime = builder.client.runtime();
        this.terms = new Terms(runtime.listenerExecutor());
        this.directory = builder.directory;
        this.candidacy = new Candidacy(
                builder.id,
                builder.withOwnerInfo ? Optional.of(runtime.ownerInfo(builder.id)) : Optional.empty(),
                Optional.empty());
        this.strand = runtime.newStrand("latch " + directory);
        this.standing = new Standing(runtime, strand, spec(builder.leasePolicy), new Outcome());
        this.listeners = runtime.listeners(KIND);
        this.election = new Election(runtime, directory, strand);
        this.revocability = new Revocability<>(runtime, KIND, this);
    }

    public static Builder builder(CoordinationClient client, String path) {
        return new Builder(client, NodePath.of(path));
    }

    /**
     * Gets in line in the background.
     *
     * @throws IllegalStateException if it was started or closed before
     */
    public LeaderLatch start() {
        if (!state.compareAndSet(State.LATENT, State.STARTED)) {
            throw new IllegalStateException("latch " + directory + " cannot be started: it is " + getState());
        }
        runtime.opened(this);
        if (state.get() == State.CLOSED) {
            // Closed by somebody who was quicker, when there was nothing to take out yet.
            runtime.closed(this);
        }
        strand.execute(standing::begin);
        return this;
    }

    public boolean hasLeadership() {
        return terms.isValid();
    }

    /** The present term, if this is the leader. */
    public Optional<Leadership> leadership() {
        return terms.valid();
    }

    /**
     * Waits until this is the leader. Leadership can end at any time afterwards: guard effects with the token.
     *
     * @throws ClosedException if it is closed before or meanwhile
     * @throws CoordinationException if the store refuses to let this latch stand in line; it is asked again every few
     *     seconds, for those who wait then
     */
    public Leadership await() throws InterruptedException {
        return terms.await();
    }

    /** As {@link #await()}, for a time at most; empty if it ran out. */
    public Optional<Leadership> await(Duration timeout) throws InterruptedException {
        return terms.await(Deadline.after(runtime.scheduler(), timeout), runtime.scheduler());
    }

    /** As {@link #await(Duration)}; whether it is the leader. */
    public boolean await(long time, TimeUnit unit) throws InterruptedException {
        return await(Duration.ofNanos(unit.toNanos(time))).isPresent();
    }

    /**
     * The present term, or the next. Fails with {@link ClosedException} if it is closed first. Who does not want it any
     * more cancels it: nothing of it is left then.
     */
    public CompletableFuture<Leadership> nextLeadership() {
        return terms.promise();
    }

    /** Everybody who takes part, in the order of arrival, as the store has it. */
    public Collection<Participant> getParticipants() throws InterruptedException {
        return Waiting.forever(participants());
    }

    public CompletableFuture<List<Participant>> participants() {
        return election.participants();
    }

    /** Who leads, as the store has it; {@link Participant#isSomebody} tells whether anybody does. */
    public Participant getLeader() throws InterruptedException {
        return Waiting.forever(leader());
    }

    public CompletableFuture<Participant> leader() {
        return election.leader();
    }

    public void addListener(LeaderLatchListener listener) {
        listeners.add(listener);
    }

    public void addListener(LeaderLatchListener listener, Executor executor) {
        listeners.add(listener, executor);
    }

    public void removeListener(LeaderLatchListener listener) {
        listeners.remove(listener);
    }

    /** Steps down, if it leads, and gets in line again at the tail after a pause. */
    public void relinquish(Duration rest) {
        strand.execute(() -> terms.current().ifPresent(term -> {
            standing.restNext(rest);
            term.lose(LossReason.REVOKED);
        }));
    }

    /** Who hears of a request to step down should {@link #relinquish}. */
    @Override
    public void makeRevocable(RevocationListener<LeaderLatch> listener) {
        revocability.makeRevocable(listener);
    }

    @Override
    public void makeRevocable(RevocationListener<LeaderLatch> listener, Executor executor) {
        revocability.makeRevocable(listener, executor);
    }

    @Override
    public void makeRevocable(RevocationListener<LeaderLatch> listener, Executor executor, Duration autoReleaseAfter) {
        revocability.makeRevocable(listener, executor, autoReleaseAfter);
    }

    /** Leaves the line, stepping down if it leads, until {@link #rejoin}. Idempotent; may be called before the start. */
    public void withdraw() {
        strand.execute(standing::withdraw);
    }

    /** Gets in line again, at the tail, after {@link #withdraw}. */
    public void rejoin() {
        strand.execute(standing::rejoin);
    }

    public State getState() {
        return Objects.requireNonNull(state.get());
    }

    public String getId() {
        return candidacy.id();
    }

    public String getPath() {
        return directory.toString();
    }

    /** As {@link #close(CloseMode, Duration)} with NOTIFY_LEADER and five seconds. */
    @Override
    public void close() {
        close(CloseMode.NOTIFY_LEADER, CLOSE_DEFAULT);
    }

    /**
     * Leaves the group. When this returns leadership is invalid and waiters have failed. Idempotent; an interrupt ends the
     * wait for the store, not the closing.
     *
     * @param atMost how long to wait for the store to say that the ticket is gone
     */
    public CloseReport close(CloseMode mode, Duration atMost) {
        Optional<NodePath> ticket = standing.ticket();
        CompletableFuture<Void> gone = shut(mode);
        try {
            // A null result means done; a present value is needed to tell it from a timeout.
            boolean confirmed =
                    Waiting.atMost(atMost, gone.thenApply(done -> true)).orElse(false);
            return new CloseReport(confirmed ? List.of() : ticket.stream().toList(), false);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new CloseReport(ticket.stream().toList(), false);
        }
    }

    @Override
    public CompletionStage<Void> clientCloses() {
        return shut(CloseMode.NOTIFY_LEADER);
    }

    @Override
    public Description describe() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("state", getState().name());
        fields.put("id", getId());
        fields.put("leader", hasLeadership());
        fields.put("waiting", terms.waiting());
        standing.describe(fields);
        Throwable error = lastError;
        if (error != null) {
            fields.put("lastError", error.toString());
        }
        return new Description(KIND, directory, fields);
    }

    private CompletableFuture<Void> shut(CloseMode mode) {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        if (state.getAndSet(State.CLOSED) == State.CLOSED) {
            gone.complete(null);
            return gone;
        }
        closeMode = mode;
        terms.current().ifPresent(term -> term.lose(LossReason.CLOSED_CLIENT));
        terms.close(new ClosedException("latch " + directory));
        strand.execute(() -> leave(gone));
        return gone;
    }

    // Confined to the strand.

    private void leave(CompletableFuture<Void> gone) {
        CompletableFuture<Void> left = standing.leave();
        runtime.closed(this);
        left.whenComplete((done, failure) -> gone.complete(null));
    }

    private ContendSpec spec(LeasePolicy leasePolicy) {
        return new ContendSpec(
                KIND,
                directory,
                Candidacy.LABEL,
                TicketRule.exclusive(Candidacy.LABEL),
                candidacy.toPayload(),
                leasePolicy,
                ContendSpec.AfterLoss.REJOIN,
                ContendSpec.SessionLoss.REJOIN,
                Duration.ZERO);
    }

    private void elected(TicketGrant grant) {
        Term term = new Term(runtime, strand, candidacy, grant, terms.count(), () -> relinquish(Duration.ZERO));
        terms.begin(term);
        if (state.get() == State.CLOSED) {
            grant.close();
            terms.end();
            return;
        }
        LOG.info(
                "leadership taken path={} id={} token={} epoch={}",
                directory,
                getId(),
                grant.token().value(),
                grant.sessionEpoch());
        listeners.fire(listener -> listener.isLeader(term));
        terms.announce();
    }

    private void deposed(LossReason reason) {
        LOG.info("leadership lost path={} id={} reason={}", directory, getId(), reason);
        terms.end();
        if (reason != LossReason.CLOSED_CLIENT || closeMode == CloseMode.NOTIFY_LEADER) {
            listeners.fire(listener -> listener.notLeader(reason));
        }
    }

    /** What becomes of its place in line. */
    private final class Outcome implements ContenderEvents {
        @Override
        public void granted(TicketGrant grant) {
            elected(grant);
        }

        @Override
        public void jeopardy(TicketGrant grant) {
            terms.current().ifPresent(term -> listeners.fire(listener -> listener.jeopardy(term)));
        }

        @Override
        public void lost(TicketGrant grant, LossReason reason) {
            deposed(reason);
        }

        @Override
        public void asked(RevocationRequest request, Runnable takeAway) {
            revocability.asked(request, takeAway);
        }

        @Override
        public void failed(Throwable failure) {
            // Refused by the store: told to who waits, in the log and the description, and asked again, not too often.
            lastError = failure;
            standing.restNext(REFUSED_PAUSE);
            terms.refuse(Waiting.causeOf(failure));
            if (Waiting.causeOf(failure) instanceof CoordinationException known && known.code() != CoreError.CLOSED) {
                LOG.warn("latch refused path={} id={} cause={}", directory, getId(), failure.toString());
            }
        }

        @Override
        public void over() {
            standing.outOfLine();
        }
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private final CoordinationClient client;
        private final NodePath directory;
        private String id;
        private LeasePolicy leasePolicy;
        private boolean withOwnerInfo;

        private Builder(CoordinationClient client, NodePath directory) {
            this.client = client;
            this.directory = directory;
            this.id = client.settings().clientId();
            this.leasePolicy = client.settings().leasePolicy();
        }

        /** Tells participants apart for people. Default: the client's id. */
        public Builder id(String participant) {
            if (participant.isBlank()) {
                throw new IllegalArgumentException("id of a participant in " + directory + ": must not be blank");
            }
            id = participant;
            return this;
        }

        /**
         * Has the ticket say which client, host and process the participant is, besides its id: {@link Participant#info}.
         * Other libraries then show all of it as the id.
         */
        public Builder withOwnerInfo() {
            withOwnerInfo = true;
            return this;
        }

        /** What a lost connection does to the leadership. Default: the client's. */
        public Builder leasePolicy(LeasePolicy policy) {
            leasePolicy = policy;
            return this;
        }

        public LeaderLatch build() {
            return new LeaderLatch(this);
        }
    }
}
