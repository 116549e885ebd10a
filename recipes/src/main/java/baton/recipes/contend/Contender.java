package baton.recipes.contend;

import baton.core.Created;
import baton.core.NodePath;
import baton.core.SessionEndedException;
import baton.recipes.ClientSession;
import baton.recipes.FencingToken;
import baton.recipes.FlightRecorder;
import baton.recipes.LeasePolicy;
import baton.recipes.LossReason;
import baton.recipes.RecipeRuntime;
import baton.recipes.RevocationRequest;
import baton.recipes.SessionFollower;
import baton.recipes.run.Backoff;
import baton.recipes.run.Strand;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody who stands in line, with one ticket at a time.
 *
 * <pre>
 *   IDLE ──session──▶ an {@link Attempt} ──first in line──▶ (DELAYED) ──▶ GRANTED
 *    ▲                    │                                                 │
 *    └── session over, ticket gone ◀────────────────────────────────────────┘
 *   any ──abandoned, released, failed──▶ OVER
 * </pre>
 *
 * <p>Confined to its strand. What an attempt that is over still brings is let go. A ticket of an earlier session of this
 * client is a stranger's ticket. Tickets of this session that no contender owns do not exist: every ticket whose outcome
 * is open belongs to an attempt or to the reaper until the store has answered.
 */
public final class Contender {
    private static final Logger LOG = LoggerFactory.getLogger(Contender.class);

    private final RecipeRuntime runtime;
    private final Strand strand;
    private final ContendSpec spec;
    private final ContenderEvents events;
    private final Views views;
    private final Ledger ledger;
    private final ForeignEntries foreign;
    private final Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofSeconds(1));

    private Runnable unfollow = () -> {};
    /** The newest session there is word of. */
    private @Nullable ClientSession latest;
    /** The session whose link is down, if one is. */
    private @Nullable ClientSession suspended;
    /** Whether its owner is through with it. */
    private boolean ending;

    private long joinedNanos;
    /** What becomes of the ticket it gave up last. Writers: the strand, and who releases a grant. */
    private volatile CompletableFuture<Void> gone = CompletableFuture.completedFuture(null);
    /** Writer: the strand. */
    private volatile @Nullable Attempt current;
    /** Writer: the strand. */
    private volatile @Nullable TicketGrant grant;
    /** Waits for the lock delay to pass. Writer: the strand. */
    private volatile boolean delayed;
    /** Writer: the strand. */
    private volatile boolean over;
    /** Writer: the strand. */
    private volatile int rejoined;

    /** What attempts of one client share in a directory. */
    interface Views {
        Views NONE = session -> Optional.empty();

        /** The view that an attempt of this session should share, if it should share one. On the strand. */
        Optional<DirectoryView> of(ClientSession session);
    }

    public Contender(RecipeRuntime runtime, Strand strand, ContendSpec spec, ContenderEvents events) {
        this(runtime, strand, spec, events, Views.NONE);
    }

    Contender(RecipeRuntime runtime, Strand strand, ContendSpec spec, ContenderEvents events, Views views) {
        this.runtime = runtime;
        this.strand = strand;
        this.spec = spec;
        this.events = events;
        this.views = views;
        this.ledger = new Ledger(runtime, strand, spec);
        this.foreign = new ForeignEntries(runtime, spec);
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
        } else if (!over) {
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

    /** Completes when the store has said that the ticket it gave up last is gone, or never will. From any thread. */
    public CompletableFuture<Void> gone() {
        return gone;
    }

    /** How many were before it when it looked last; zero if it is granted or has not looked yet. From any thread. */
    public int before() {
        Attempt mine = current;
        return mine == null ? 0 : mine.line().before();
    }

    /** Its ticket, while it has one. From any thread. */
    public Optional<NodePath> ticket() {
        return Optional.ofNullable(current).flatMap(Attempt::ticket).map(Created::path);
    }

    /** Says where it stands, for people. From any thread. */
    public void describe(Map<String, Object> fields) {
        Attempt mine = current;
        TicketGrant held = grant;
        fields.put("stage", stageName(mine, held));
        if (mine != null) {
            fields.put("epoch", mine.session.epoch());
            fields.put("before", mine.line().before());
            mine.ticket().ifPresent(made -> fields.put("ticket", made.path().name()));
            mine.line().describe(fields);
        }
        if (held != null) {
            fields.put("token", held.token().value());
            fields.put("remainingMillis", held.remaining().toMillis());
        }
        fields.put("rejoined", rejoined);
    }

    private String stageName(@Nullable Attempt mine, @Nullable TicketGrant held) {
        if (over) {
            return "OVER";
        } else if (held != null) {
            return "GRANTED";
        } else if (delayed) {
            return "DELAYED";
        }
        return mine == null ? "IDLE" : mine.stageName();
    }

    String recipe() {
        return spec.recipe();
    }

    // In line.

    private void enter(ClientSession session) {
        if (current != null || over || session.hasEnded()) {
            return;
        }
        Attempt fresh =
                new Attempt(runtime, strand, spec, session, views.of(session), foreign, backoff, new Progress());
        current = fresh;
        fresh.join();
    }

    private void firstInLine(Attempt mine) {
        if (suspended == mine.session || grant != null) {
            // Decided from what was read before the link broke: decided anew when it is back.
            return;
        }
        if (spec.lockDelay().isZero()) {
            grant(mine);
            return;
        }
        delayed = true;
        ledger.enter(mine, new Progress(), () -> {
            delayed = false;
            if (suspended != mine.session && mine == current) {
                grant(mine);
            }
        });
    }

    private void asked(RevocationRequest request) {
        Attempt mine = current;
        events.asked(
                request,
                () -> strand.execute(() -> {
                    if (mine == current && grant != null) {
                        grant.lose(LossReason.REVOKED);
                    } else if (mine != null && mine == current) {
                        voided(mine);
                    }
                }));
    }

    private void ticketGone() {
        if (grant != null) {
            grant.lose(LossReason.NODE_DELETED);
        } else if (current != null) {
            voided(current);
        }
    }

    private void sessionOver() {
        if (grant != null) {
            grant.lose(LossReason.SESSION_LOST);
        } else if (current != null) {
            voided(current);
        }
    }

    /** This attempt came to nothing: the next one begins at the tail. */
    private void voided(Attempt mine) {
        boolean sessionOver = mine.session.hasEnded();
        // Should the ticket be there after all, it must not stay.
        dropTicket();
        if (sessionOver && spec.sessionLoss() == ContendSpec.SessionLoss.FAIL) {
            fail(new SessionEndedException(spec.directory(), "the session ended while waiting in " + spec.directory()));
            return;
        }
        rejoined++;
        runtime.metrics().count("rejoined", spec.recipe(), "");
        if (sessionOver) {
            enterLatest();
        } else {
            runtime.scheduler()
                    .schedule(backoff.next(runtime.scheduler().jitter()), () -> strand.execute(this::enterLatest));
        }
    }

    /** Without a newer session there is nothing to do before word of one comes. */
    private void enterLatest() {
        if (latest != null) {
            enter(latest);
        }
    }

    // Granted, and what ends it.

    private void grant(Attempt mine) {
        Created made = mine.made();
        FencingToken token = new FencingToken(
                runtime.tokenScope(spec.directory()), made.stat().createRev());
        TicketGrant fresh = new TicketGrant(runtime, strand, this, mine.session, made.path(), token);
        grant = fresh;
        backoff.reset();
        Duration waited = Duration.ofNanos(runtime.scheduler().nowNanos() - joinedNanos);
        runtime.metrics().count("granted", spec.recipe(), "");
        runtime.metrics().time("wait", spec.recipe(), waited);
        FlightRecorder.granted(spec.recipe(), fresh);
        mine.own().watchSoon();
        events.granted(fresh);
    }

    /** Deletes the ticket of a holder who gives it back. From any thread. */
    void deleteTicket(TicketGrant held) {
        if (spec.lockDelay().isZero()) {
            gone = runtime.reaper().ephemeral(held.session(), held.ticketPath());
        } else {
            gone = runtime.reaper()
                    .ephemeral(
                            held.session(),
                            held.ticketPath(),
                            ledger.release(held.ticketPath(), held.token().value()));
        }
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
        Attempt mine = current;
        events.lost(lost, reason);
        if (over || mine == null) {
            return;
        }
        if (ending || spec.afterLoss() == ContendSpec.AfterLoss.END || isForGood(reason)) {
            dropTicket();
            finish();
        } else if (reason != LossReason.LEASE_EXPIRED) {
            voided(mine);
        } else if (suspended != mine.session) {
            // Found out before any word of the session: ask as soon as the store can be asked.
            mine.line().readAgain();
        }
    }

    private static boolean isForGood(LossReason reason) {
        return reason == LossReason.REVOKED || reason == LossReason.HOLD_LIMIT || reason == LossReason.CLOSED_CLIENT;
    }

    private void fail(Throwable failure) {
        dropTicket();
        if (!over) {
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
        if (!over) {
            over = true;
            unfollow.run();
            events.over();
        }
    }

    private void dropTicket() {
        Attempt mine = current;
        if (mine != null) {
            gone = mine.drop();
        }
        forget();
    }

    private void forget() {
        Attempt mine = current;
        if (mine != null) {
            mine.end();
        }
        current = null;
        delayed = false;
        ledger.leave();
    }

    /** How often it had to stand in line anew. From any thread. */
    public int rejoined() {
        return rejoined;
    }

    /** Word of the present attempt; one that is over says nothing. */
    private final class Progress implements AttemptEvents {
        @Override
        public void first() {
            Attempt mine = current;
            if (mine != null) {
                firstInLine(mine);
            }
        }

        @Override
        public void waiting(int before) {
            runtime.metrics().gauge("position", spec.recipe(), before);
            events.waiting(before);
        }

        @Override
        public boolean isGivenBack() {
            TicketGrant held = grant;
            return held != null && held.isReleased();
        }

        @Override
        public void gone() {
            ticketGone();
        }

        @Override
        public void sessionOver() {
            Contender.this.sessionOver();
        }

        @Override
        public void asked(RevocationRequest request) {
            Contender.this.asked(request);
        }

        @Override
        public void refused(Throwable failure) {
            fail(failure);
        }
    }

    /** Word of the sessions. */
    private final class Follower implements SessionFollower {
        @Override
        public void joined(ClientSession session) {
            latest = session;
            Attempt mine = current;
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
            TicketGrant held = grant;
            if (held != null && held.session() == session) {
                held.lose(LossReason.LEASE_EXPIRED);
            }
        }

        @Override
        public void resumed(ClientSession session) {
            suspended = null;
            Attempt mine = current;
            if (mine != null && mine.session == session) {
                mine.resumed(grant != null);
            }
        }

        @Override
        public void lost(ClientSession session) {
            Attempt mine = current;
            if (mine != null && mine.session == session) {
                Contender.this.sessionOver();
            }
        }
    }
}
