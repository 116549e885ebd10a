package baton.recipes;

import baton.core.CoordinationCore;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.EndReason;
import baton.core.Phase;
import baton.core.SessionObserver;
import baton.recipes.run.Backoff;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one session open at the core, and opens the next when it ends, until closed: at once, or after growing pauses if
 * the store refuses it or turns this client away. Tells followers first, listeners afterwards.
 *
 * <p>Its state is confined to its strand, except what is volatile. A timer follows the lease of the live session: it
 * tells followers when the deadline passed even if no event came, as after a pause of the whole process.
 */
final class SessionKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(SessionKeeper.class);

    private final CoordinationCore core;
    private final ClientSettings settings;
    private final Scheduler scheduler;
    private final RecipeMetrics metrics;
    private final Strand strand;
    private final Listeners<ConnectionListener> listeners;
    private final FlapDamper damper = new FlapDamper();
    private final Backoff reopening = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));
    private final List<Follower> followers = new ArrayList<>();

    /** Completed while a session is live; replaced when it is not. Writer: the strand. */
    private volatile CompletableFuture<ClientSession> live = new CompletableFuture<>();
    /** Writer: {@link #close}. */
    private volatile boolean closed;
    /** Writer: the strand. Why the store could not be entered last time. */
    private volatile @Nullable Throwable lastError;

    private long epoch;
    private @Nullable ClientSession current;
    private boolean suspended;
    private boolean expired;
    /** Until a session is answered: some stores open one, and turn the client away when it asks for something. */
    private boolean turnedAway;

    private Scheduler.Timer leaseTimer = () -> {};

    SessionKeeper(
            CoordinationCore core,
            ClientSettings settings,
            Scheduler scheduler,
            RecipeMetrics metrics,
            Strand strand,
            Listeners<ConnectionListener> listeners) {
        this.core = core;
        this.settings = settings;
        this.scheduler = scheduler;
        this.metrics = metrics;
        this.strand = strand;
        this.listeners = listeners;
    }

    void start() {
        strand.execute(this::open);
    }

    /** Completes when a session is live; fails once the client is closed. Hop before doing anything with it. */
    CompletableFuture<ClientSession> live() {
        return live;
    }

    @Nullable
    Throwable lastError() {
        return lastError;
    }

    /** Lets a follower hear of sessions, on its own strand, from the present one on. */
    Runnable follow(Strand on, SessionFollower follower) {
        Follower entry = new Follower(on, follower);
        strand.execute(() -> {
            followers.add(entry);
            ClientSession session = current;
            if (session == null) {
                return;
            }
            entry.tell(to -> to.joined(session));
            if (suspended) {
                entry.tell(to -> to.suspended(session));
            }
            if (expired) {
                entry.tell(to -> to.leaseExpired(session));
            }
        });
        return () -> {
            entry.gone = true;
            strand.execute(() -> followers.remove(entry));
        };
    }

    /** Ends the session, and opens no other. Completes when the store confirmed it or never can. */
    CompletableFuture<Boolean> close() {
        closed = true;
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        strand.execute(() -> {
            leaseTimer.cancel();
            live.completeExceptionally(new ClosedException("client " + settings.clientId()));
            ClientSession session = current;
            if (session == null) {
                live = CompletableFuture.failedFuture(new ClosedException("client " + settings.clientId()));
                ended.complete(true);
                return;
            }
            // Told first: when the end is confirmed, the threads of the listeners stop.
            lost(session, EndReason.ENDED_BY_OWNER);
            session.core().end().whenComplete((done, failure) -> ended.complete(failure == null));
        });
        return ended;
    }

    private void open() {
        if (closed) {
            return;
        }
        Watch watch = new Watch();
        CompletionStage<CoreSession> opening = core.openSession(settings.session(), watch);
        opening.whenComplete((session, failure) -> {
            if (session != null && closed) {
                // Nobody waits for it any more. What close() could not end is ended here.
                session.end();
            } else {
                strand.execute(() -> opened(watch, session, failure));
            }
        });
    }

    private void opened(Watch watch, @Nullable CoreSession session, @Nullable Throwable failure) {
        if (session == null) {
            Throwable cause = failure == null ? new IllegalStateException("no session") : Waiting.causeOf(failure);
            lastError = cause;
            if (!closed && !(cause instanceof CoordinationException known && known.code() == CoreError.CLOSED)) {
                LOG.warn("session refused client={} cause={}", settings.clientId(), cause.toString());
                openLater();
            }
            return;
        }
        if (closed) {
            session.end();
            return;
        }
        if (!turnedAway) {
            entered();
        }
        epoch++;
        Lease lease = new Lease(session, scheduler, settings.clockJump(), watch.asked);
        ClientSession fresh = ClientSession.of(epoch, session, settings.namespace(), lease);
        current = fresh;
        suspended = false;
        expired = false;
        watch.session = fresh;
        armLeaseTimer(fresh);
        LOG.info(
                "session opened client={} session={} epoch={} timeout={}ms",
                settings.clientId(),
                session.id(),
                epoch,
                session.timeout().toMillis());
        tell(to -> to.joined(fresh));
        report(epoch == 1 ? ConnectionState.CONNECTED : ConnectionState.RECONNECTED, fresh, true);
        live.complete(fresh);
        // What the core reported before it gave us the session.
        watch.early.forEach(Runnable::run);
        watch.early.clear();
    }

    private void entered() {
        turnedAway = false;
        reopening.reset();
        lastError = null;
    }

    private void openLater() {
        scheduler.schedule(reopening.next(scheduler.jitter()), () -> strand.execute(this::open));
    }

    private void disconnected(ClientSession session) {
        if (session != current || suspended) {
            return;
        }
        suspended = true;
        live = new CompletableFuture<>();
        LOG.info("session suspended client={} epoch={}", settings.clientId(), session.epoch());
        tell(to -> to.suspended(session));
        report(ConnectionState.SUSPENDED, session, false);
    }

    private void readOnly(ClientSession session) {
        if (session == current && suspended) {
            LOG.info("session read-only client={} epoch={}", settings.clientId(), session.epoch());
            report(ConnectionState.READ_ONLY, session, false);
        }
    }

    /** The link is back or the store gave a sign of life: the session is back once both are true. */
    private void resumeIfPossible(ClientSession session) {
        if (session != current
                || !suspended
                || session.core().phase() != Phase.LIVE
                || session.lease().remainingNanos() <= 0) {
            return;
        }
        suspended = false;
        expired = false;
        armLeaseTimer(session);
        LOG.info("session resumed client={} epoch={}", settings.clientId(), session.epoch());
        tell(to -> to.resumed(session));
        report(ConnectionState.RECONNECTED, session, false);
        live.complete(session);
    }

    private void lost(ClientSession session, EndReason reason) {
        if (session != current) {
            return;
        }
        current = null;
        leaseTimer.cancel();
        if (live.isDone()) {
            live = closed
                    ? CompletableFuture.failedFuture(new ClosedException("client " + settings.clientId()))
                    : new CompletableFuture<>();
        }
        LOG.info("session lost client={} epoch={} reason={}", settings.clientId(), session.epoch(), reason);
        tell(to -> to.lost(session));
        report(ConnectionState.LOST, session, false);
        if (reason == EndReason.TURNED_AWAY && !closed) {
            openNowAndThen();
        } else {
            open();
        }
    }

    /** The next session would fare the same, and the store may keep each of them until its timeout. */
    private void openNowAndThen() {
        if (!turnedAway) {
            LOG.warn(
                    "session turned away client={}: the store refuses its identity or demands one; trying now and then",
                    settings.clientId());
        }
        turnedAway = true;
        lastError = new CoordinationException(
                CoreError.DENIED, null, "the store refuses the identity of this client, or demands one");
        openLater();
    }

    private void armLeaseTimer(ClientSession session) {
        leaseTimer.cancel();
        Duration left = Duration.ofNanos(Math.max(1, session.lease().remainingNanos()));
        leaseTimer = scheduler.schedule(left, () -> strand.execute(() -> checkLease(session)));
    }

    private void checkLease(ClientSession session) {
        if (session != current || expired) {
            return;
        }
        noteLease(session);
        if (session.lease().remainingNanos() > 0) {
            // Extended since it was opened: something was answered.
            entered();
            armLeaseTimer(session);
            return;
        }
        disconnected(session);
        expired = true;
        tell(to -> to.leaseExpired(session));
    }

    private void noteLease(ClientSession session) {
        metrics.gauge("session.leaseRemaining", "client", session.remaining().toMillis());
    }

    private void tell(Consumer<SessionFollower> event) {
        followers.forEach(follower -> follower.tell(event));
    }

    private void report(ConnectionState state, ClientSession session, boolean fresh) {
        ConnectionEvent event = new ConnectionEvent(state, session.epoch(), fresh, session.remaining());
        FlightRecorder.session(settings.clientId(), event);
        noteLease(session);
        long now = scheduler.nowNanos();
        damper.on(event, now).forEach(this::fire);
        if (state == ConnectionState.SUSPENDED && damper.isFlapping(now)) {
            metrics.count("session.flaps", "client", "");
        }
        if (damper.isHolding()) {
            scheduler.schedule(
                    FlapDamper.STABLE,
                    () -> strand.execute(() -> damper.due(scheduler.nowNanos()).forEach(this::fire)));
        }
    }

    private void fire(ConnectionEvent event) {
        listeners.fire(listener -> listener.stateChanged(event));
    }

    /** Hears of one session on the core's thread and hops. */
    private final class Watch implements SessionObserver {
        final Lease.Reading asked = Lease.Reading.of(scheduler);
        /** Confined to the strand. */
        final List<Runnable> early = new ArrayList<>();
        /** Writer: the strand. */
        volatile @Nullable ClientSession session;

        @Override
        public void disconnected() {
            hop(SessionKeeper.this::disconnected);
        }

        @Override
        public void readOnly() {
            hop(SessionKeeper.this::readOnly);
        }

        @Override
        public void reconnected() {
            hop(SessionKeeper.this::resumeIfPossible);
        }

        @Override
        public void extended(long deadlineNanos) {
            ClientSession known = session;
            if (known != null) {
                known.lease().extended();
                if (!live.isDone()) {
                    hop(SessionKeeper.this::resumeIfPossible);
                }
            }
        }

        @Override
        public void ended(EndReason reason) {
            hop(ended -> lost(ended, reason));
        }

        private void hop(Consumer<ClientSession> event) {
            strand.execute(() -> {
                ClientSession known = session;
                if (known == null) {
                    early.add(() -> event.accept(Objects.requireNonNull(session)));
                } else {
                    event.accept(known);
                }
            });
        }
    }

    /** A follower and the strand it lives on. */
    private static final class Follower {
        private final Strand strand;
        private final SessionFollower follower;
        /** Writer: who stops following. */
        volatile boolean gone;

        Follower(Strand strand, SessionFollower follower) {
            this.strand = strand;
            this.follower = follower;
        }

        void tell(Consumer<SessionFollower> event) {
            strand.execute(() -> {
                if (!gone) {
                    event.accept(follower);
                }
            });
        }
    }
}
