package baton.recipes.contend;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Created;
import baton.core.Lifetime;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Ordering;
import baton.core.Payload;
import baton.core.Place;
import baton.core.SessionEndedException;
import baton.core.TriggerReason;
import baton.recipes.Calls;
import baton.recipes.ClientSession;
import baton.recipes.FencingToken;
import baton.recipes.LeasePolicy;
import baton.recipes.LossReason;
import baton.recipes.RecipeRuntime;
import baton.recipes.SessionFollower;
import baton.recipes.run.Backoff;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody who stands in line, with one ticket at a time.
 *
 * <pre>
 *   IDLE ──session──▶ JOINING ──created──▶ JOINED ──somebody before me──▶ WAITING
 *                      ▲    │ reply lost     │ ▲                             │
 *                      │    ▼                │ └──────── read again ─────────┤
 *                      └ IN_DOUBT            └───────▶ GRANTED ◀─────────────┘
 *   any ──session over, ticket gone──▶ IDLE        any ──abandoned, released, failed──▶ OVER
 * </pre>
 *
 * <p>The set of tickets before mine can only shrink while mine lives, so the directory is listed once and then only
 * the nearest ticket before mine is watched: a deletion wakes one. The list is read again when that one has left and
 * others were before it, after many were found gone, after a trigger could not be trusted, and after a reconnect. My
 * own ticket is watched as soon as I have to wait: somebody who deletes it must not leave me believing that I am next.
 *
 * <p>Confined to its strand. Each try has an identity, and each step of it a number: what arrives for another try or
 * step is dropped, and what it armed is let go. A ticket of an earlier session of this client is a stranger's ticket.
 * Tickets of this session that no contender owns do not exist: every attempt whose outcome is open belongs to a try or
 * to the reaper until the store has answered.
 */
public final class Contender {
    private static final Logger LOG = LoggerFactory.getLogger(Contender.class);
    /** So many tickets found gone one after another mean that many went at once: one listing is cheaper. */
    private static final int ABSENCES_MAX = 8;

    private enum State {
        IDLE,
        JOINING,
        IN_DOUBT,
        JOINED,
        WAITING,
        GRANTED,
        OVER
    }

    private final RecipeRuntime runtime;
    private final Strand strand;
    private final ContendSpec spec;
    private final ContenderEvents events;
    private final Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofSeconds(1));

    private Runnable unfollow = () -> {};
    private @Nullable Try current;
    private @Nullable TicketGrant grant;
    /** The newest session there is word of. */
    private @Nullable ClientSession latest;
    /** The session whose link is down, if one is. */
    private @Nullable ClientSession suspended;
    /** Whether its owner is through with it. */
    private boolean ending;

    private boolean foreignReported;
    private long joinedNanos;
    private int rejoined;
    /** Writer: the strand. */
    private volatile State state = State.IDLE;
    /** Writer: the strand. */
    private volatile int before;
    /** Writer: the strand. */
    private volatile @Nullable NodePath ticket;

    public Contender(RecipeRuntime runtime, Strand strand, ContendSpec spec, ContenderEvents events) {
        this.runtime = runtime;
        this.strand = strand;
        this.spec = spec;
        this.events = events;
    }

    /** Gets in line as soon as a session is live. Once, on the strand. */
    public void start() {
        strand.assertCurrent();
        joinedNanos = runtime.scheduler().nowNanos();
        unfollow = runtime.follow(strand, new Follower());
        // Not to wait for the word that is on its way; it is ignored when it comes.
        runtime.liveSession().ifPresent(session -> {
            latest = session;
            enter(session);
        });
    }

    /** Leaves the line, or gives back what was granted. Idempotent, on the strand. */
    public void abandon() {
        strand.assertCurrent();
        ending = true;
        TicketGrant held = grant;
        if (held != null) {
            // If it was lost or released before, word of that is on its way to this strand.
            held.release(Duration.ZERO);
        } else if (state != State.OVER) {
            dropTicket();
            finish();
        }
    }

    /** Ends it from outside: its grant is lost for that reason, or its place in line. On the strand. */
    public void take(LossReason reason) {
        strand.assertCurrent();
        ending = true;
        TicketGrant held = grant;
        if (held != null) {
            held.lose(reason);
        } else {
            abandon();
        }
    }

    /** How many were before it when it looked last; zero if it is granted or has not looked yet. From any thread. */
    public int before() {
        return before;
    }

    /** Its ticket, while it has one. From any thread. */
    public Optional<NodePath> ticket() {
        return Optional.ofNullable(ticket);
    }

    /** Where it stands, for people. From any thread. */
    public String stateName() {
        return state.name();
    }

    String recipe() {
        return spec.recipe();
    }

    // Joining.

    private void enter(ClientSession session) {
        if (state != State.IDLE || session.hasEnded()) {
            return;
        }
        Try fresh = new Try(session, runtime.scheduler().newId());
        current = fresh;
        send(fresh);
    }

    /** The listing goes out right behind the create and so sees its entry: an uncontended grant takes one round trip. */
    private void send(Try mine) {
        state = State.JOINING;
        CoreSession core = mine.session.core();
        CompletionStage<Created> creating = core.create(CreateSpec.ordered(
                spec.directory(), Ordering.ticket(spec.label()), spec.data(), Lifetime.EPHEMERAL, mine.attempt));
        CompletionStage<Optional<Listing>> listing = core.list(spec.directory());
        creating.whenComplete((created, refused) -> listing.whenComplete((names, unread) -> strand.execute(() -> {
            if (refused != null) {
                notCreated(mine, Waiting.causeOf(refused));
            } else {
                created(mine, created, unread == null ? names : null);
            }
        })));
    }

    private void created(Try mine, Created created, @Nullable Optional<Listing> names) {
        mine.ticket = created;
        if (mine != current) {
            // Abandoned, or its session was given up, while the reply was on its way.
            runtime.reaper().ephemeral(mine.session, created.path());
            return;
        }
        ticket = created.path();
        state = State.JOINED;
        if (names == null) {
            relist(mine);
        } else {
            evaluate(mine, names);
        }
    }

    private void notCreated(Try mine, Throwable failure) {
        CoreError code = Calls.codeOf(failure);
        if (mine != current) {
            if (code == CoreError.IN_DOUBT) {
                runtime.reaper().attempt(mine.session, spec.directory(), mine.attempt);
            }
            return;
        }
        switch (code) {
            case NO_NODE:
                // Never used, or reaped while it was empty.
                step(mine, core -> core.ensureDir(spec.directory()), made -> send(mine));
                break;
            case IN_DOUBT:
                runtime.metrics().count("in_doubt", spec.recipe(), "create");
                state = State.IN_DOUBT;
                probe(mine);
                break;
            case UNAVAILABLE:
                state = State.IN_DOUBT;
                later(() -> {
                    if (mine == current) {
                        // Waits until the session is live again; not applied, so it may go out as it was.
                        step(mine, core -> CompletableFuture.<Void>completedFuture(null), live -> send(mine));
                    }
                });
                break;
            case SESSION_ENDED:
                voided(mine);
                break;
            default:
                fail(failure);
        }
    }

    /** The reply of the create was lost: look for its entry, once nothing of it can be on its way any more. */
    private void probe(Try mine) {
        step(mine, this::settledListing, names -> {
            Optional<Listing.Entry> entry = names.flatMap(listing -> listing.madeBy(mine.attempt));
            if (entry.isEmpty()) {
                send(mine);
                return;
            }
            NodePath path = spec.directory().child(entry.get().name());
            step(mine, core -> core.stat(path), stat -> adopt(mine, path, stat, names));
        });
    }

    private void adopt(Try mine, NodePath path, Optional<NodeStat> stat, Optional<Listing> names) {
        if (stat.isEmpty()) {
            ticketGone(mine);
            return;
        }
        mine.ticket = new Created(path, stat.get());
        ticket = path;
        state = State.JOINED;
        evaluate(mine, names);
    }

    // Waiting.

    private void evaluate(Try mine, Optional<Listing> names) {
        Optional<Place> place =
                names.flatMap(listing -> listing.madeBy(mine.attempt)).flatMap(Listing.Entry::place);
        if (place.isEmpty()) {
            ticketGone(mine);
            return;
        }
        mine.blockers.clear();
        mine.absences = 0;
        for (Listing.Entry entry : names.orElseThrow().entries()) {
            if (entry.place().isEmpty()
                    || !spec.rule().knows(entry.place().get().label())) {
                reportForeign(entry);
            } else if (entry.place().get().isBefore(place.get())
                    && spec.rule().blocks(place.get(), entry.place().get())) {
                mine.blockers.addLast(spec.directory().child(entry.name()));
            }
        }
        before = mine.blockers.size();
        if (!mine.blockers.isEmpty() && !mine.ownWatched) {
            watchOwn(mine);
        }
        next(mine);
    }

    private void next(Try mine) {
        if (mine.blockers.isEmpty()) {
            grant(mine);
            return;
        }
        state = State.WAITING;
        int step = ++mine.step;
        NodePath blocker = mine.blockers.getLast();
        step(
                mine,
                core -> core.readAndArm(
                        blocker,
                        ArmMode.DELETION_ONLY,
                        reason -> strand.execute(() -> blockerChanged(mine, step, reason))),
                armed -> blockerSeen(mine, step, armed),
                Armed::cancel);
    }

    private void blockerSeen(Try mine, int step, Armed<Optional<Node>> armed) {
        if (step != mine.step) {
            armed.cancel();
        } else if (armed.state().isPresent()) {
            mine.absences = 0;
            mine.blockerWatch = armed;
            before = mine.blockers.size();
            events.waiting(before);
        } else {
            armed.cancel();
            mine.blockers.removeLast();
            if (++mine.absences >= ABSENCES_MAX && !mine.blockers.isEmpty()) {
                relist(mine);
            } else {
                next(mine);
            }
        }
    }

    private void blockerChanged(Try mine, int step, TriggerReason reason) {
        if (mine != current || step != mine.step || state != State.WAITING) {
            return;
        }
        mine.blockerWatch = null;
        if (reason == TriggerReason.LOST_TRACK) {
            relist(mine);
        } else if (mine.blockers.size() > 1) {
            // In a line that moves from its head, those before the one that left have left too: one listing tells.
            read(mine, core -> core.list(spec.directory()));
        } else {
            next(mine);
        }
    }

    private void relist(Try mine) {
        read(mine, this::settledListing);
    }

    private void read(Try mine, Function<CoreSession, CompletionStage<Optional<Listing>>> listing) {
        int step = ++mine.step;
        mine.cancelBlockerWatch();
        state = State.JOINED;
        step(mine, listing, names -> {
            if (step == mine.step) {
                evaluate(mine, names);
            }
        });
    }

    private CompletionStage<Optional<Listing>> settledListing(CoreSession core) {
        return core.settle().thenComposeAsync(settled -> core.list(spec.directory()), strand);
    }

    /** My ticket, from now on for as long as I have it. */
    private void watchOwn(Try mine) {
        mine.ownWatched = true;
        int watch = ++mine.ownStep;
        NodePath path = mine.path();
        step(
                mine,
                core -> core.readAndArm(
                        path, ArmMode.DELETION_ONLY, reason -> strand.execute(() -> ownChanged(mine, watch))),
                armed -> ownSeen(mine, watch, armed),
                Armed::cancel);
    }

    private void ownSeen(Try mine, int watch, Armed<Optional<Node>> armed) {
        if (watch != mine.ownStep) {
            armed.cancel();
        } else if (armed.state().isEmpty()) {
            armed.cancel();
            ticketGone(mine);
        } else {
            mine.ownWatch = armed;
            Payload data = armed.state().get().data();
            if (!data.equals(mine.data)) {
                mine.data = data;
                events.ticketChanged(data);
            }
        }
    }

    private void ownChanged(Try mine, int watch) {
        if (mine == current && watch == mine.ownStep) {
            mine.ownWatch = null;
            watchOwn(mine);
        }
    }

    // Granted, and what ends it.

    private void grant(Try mine) {
        mine.step++;
        before = 0;
        if (suspended == mine.session) {
            // Decided from what was read before the link broke: decided anew when it is back.
            state = State.JOINED;
            return;
        }
        state = State.GRANTED;
        Created made = mine.ticket();
        FencingToken token = new FencingToken(
                runtime.tokenScope(spec.directory()), made.stat().createRev());
        TicketGrant fresh = new TicketGrant(runtime, strand, this, mine.session, made.path(), token);
        grant = fresh;
        backoff.reset();
        runtime.metrics().count("granted", spec.recipe(), "");
        runtime.metrics()
                .time(
                        "wait",
                        spec.recipe(),
                        Duration.ofNanos(runtime.scheduler().nowNanos() - joinedNanos));
        if (!mine.ownWatched) {
            watchOwn(mine);
        }
        events.granted(fresh);
    }

    /** The holder gave it back; the ticket is being deleted. */
    void released(TicketGrant released) {
        if (released == grant) {
            grant = null;
            forget();
            finish();
        }
    }

    void grantLost(TicketGrant lost, LossReason reason) {
        if (lost != grant) {
            return;
        }
        grant = null;
        joinedNanos = runtime.scheduler().nowNanos();
        Try mine = current;
        events.lost(lost, reason);
        if (state == State.OVER || mine == null) {
            return;
        }
        if (ending
                || spec.afterLoss() == ContendSpec.AfterLoss.END
                || reason == LossReason.REVOKED
                || reason == LossReason.HOLD_LIMIT
                || reason == LossReason.CLOSED_CLIENT) {
            dropTicket();
            finish();
        } else if (reason == LossReason.LEASE_EXPIRED) {
            state = State.JOINED;
            if (suspended != mine.session) {
                // Found out before any word of the session: ask as soon as the store can be asked.
                relist(mine);
            }
        } else {
            voided(mine);
        }
    }

    private void ticketGone(Try mine) {
        if (grant != null) {
            grant.lose(LossReason.NODE_DELETED);
        } else {
            voided(mine);
        }
    }

    /** This try came to nothing: the next one begins at the tail. */
    private void voided(Try mine) {
        if (mine != current) {
            return;
        }
        boolean sessionOver = mine.session.hasEnded();
        // Should the ticket be there after all, it must not stay.
        dropTicket();
        if (sessionOver && spec.sessionLoss() == ContendSpec.SessionLoss.FAIL) {
            fail(new SessionEndedException(spec.directory(), "the session ended while waiting in " + spec.directory()));
            return;
        }
        state = State.IDLE;
        rejoined++;
        runtime.metrics().count("rejoined", spec.recipe(), "");
        if (!sessionOver) {
            later(this::enterLatest);
        } else {
            enterLatest();
        }
    }

    /** Without a newer session there is nothing to do before word of one comes. */
    private void enterLatest() {
        if (latest != null) {
            enter(latest);
        }
    }

    private void fail(Throwable failure) {
        dropTicket();
        if (state != State.OVER) {
            LOG.debug(
                    "contender refused recipe={} path={} cause={}",
                    spec.recipe(),
                    spec.directory(),
                    failure.toString());
            events.failed(failure);
        }
        finish();
    }

    private void finish() {
        if (state != State.OVER) {
            state = State.OVER;
            unfollow.run();
            events.over();
        }
    }

    /** Has the reaper see to whatever there may be of a ticket. What is on its way is seen to when it arrives. */
    private void dropTicket() {
        Try mine = current;
        if (mine == null) {
            return;
        }
        if (mine.ticket != null) {
            runtime.reaper().ephemeral(mine.session, mine.path());
        } else if (state == State.IN_DOUBT) {
            runtime.reaper().attempt(mine.session, spec.directory(), mine.attempt);
        }
        forget();
    }

    private void forget() {
        Try mine = current;
        if (mine != null) {
            mine.step++;
            // The watch of my ticket goes with the ticket.
            mine.ownStep++;
            mine.cancelBlockerWatch();
        }
        current = null;
        ticket = null;
        before = 0;
    }

    // Calls of the store.

    private <T> void step(Try mine, Function<CoreSession, CompletionStage<T>> operation, Consumer<T> then) {
        step(mine, operation, then, unused -> {});
    }

    /** Calls the store for one try; what arrives when the try is over is let go. */
    private <T> void step(
            Try mine, Function<CoreSession, CompletionStage<T>> operation, Consumer<T> then, Consumer<T> letGo) {
        runtime.calls(strand)
                .only(mine.session)
                .repeatable(Deadline.NEVER, operation)
                .whenComplete((value, failure) -> {
                    if (failure == null) {
                        (mine == current ? then : letGo).accept(value);
                    } else if (mine == current) {
                        stepFailed(mine, Waiting.causeOf(failure));
                    }
                });
    }

    private void stepFailed(Try mine, Throwable failure) {
        if (Calls.codeOf(failure) != CoreError.SESSION_ENDED) {
            fail(failure);
        } else if (grant != null) {
            grant.lose(LossReason.SESSION_LOST);
        } else {
            voided(mine);
        }
    }

    private void later(Runnable task) {
        runtime.scheduler().schedule(backoff.next(runtime.scheduler().jitter()), () -> strand.execute(task));
    }

    private void reportForeign(Listing.Entry entry) {
        runtime.metrics().count("foreign.nodes", spec.recipe(), "");
        if (!foreignReported) {
            foreignReported = true;
            LOG.warn(
                    "foreign node ignored recipe={} path={}",
                    spec.recipe(),
                    spec.directory().child(entry.name()));
        }
    }

    /** How often it had to stand in line anew. On the strand. */
    public int rejoined() {
        return rejoined;
    }

    /** Word of the sessions. */
    private final class Follower implements SessionFollower {
        @Override
        public void joined(ClientSession session) {
            latest = session;
            Try mine = current;
            if (mine != null && mine.session != session) {
                lost(mine.session);
            }
            enter(session);
        }

        @Override
        public void suspended(ClientSession session) {
            suspended = session;
            TicketGrant held = grant;
            if (held == null || held.session() != session) {
                return;
            }
            if (spec.leasePolicy() == LeasePolicy.REVOKE_ON_SUSPEND) {
                held.lose(LossReason.LEASE_EXPIRED);
            } else {
                events.jeopardy(held);
            }
        }

        @Override
        public void leaseExpired(ClientSession session) {
            if (grant != null && grant.session() == session) {
                grant.lose(LossReason.LEASE_EXPIRED);
            }
        }

        @Override
        public void resumed(ClientSession session) {
            suspended = null;
            Try mine = current;
            if (mine == null || mine.session != session || mine.ticket == null) {
                // Nothing to look after; calls under way go on by themselves.
                return;
            }
            mine.cancelOwnWatch();
            watchOwn(mine);
            if (state == State.JOINED || state == State.WAITING) {
                relist(mine);
            }
        }

        @Override
        public void lost(ClientSession session) {
            Try mine = current;
            if (mine == null || mine.session != session) {
                return;
            }
            if (grant != null) {
                grant.lose(LossReason.SESSION_LOST);
            } else {
                voided(mine);
            }
        }
    }

    /** One try to get a ticket and a grant, under one session. */
    private final class Try {
        final ClientSession session;
        final UUID attempt;
        /** The tickets before mine that count, nearest last. */
        final Deque<NodePath> blockers = new ArrayDeque<>();

        Payload data = spec.data();

        @Nullable
        Created ticket;

        @Nullable
        Armed<Optional<Node>> blockerWatch;

        @Nullable
        Armed<Optional<Node>> ownWatch;

        boolean ownWatched;
        int step;
        int ownStep;
        int absences;

        Try(ClientSession session, UUID attempt) {
            this.session = session;
            this.attempt = attempt;
        }

        Created ticket() {
            if (ticket == null) {
                throw new IllegalStateException("no ticket in state " + state);
            }
            return ticket;
        }

        NodePath path() {
            return ticket().path();
        }

        void cancelBlockerWatch() {
            if (blockerWatch != null) {
                blockerWatch.cancel();
                blockerWatch = null;
            }
        }

        void cancelOwnWatch() {
            if (ownWatch != null) {
                ownWatch.cancel();
                ownWatch = null;
            }
        }
    }
}
