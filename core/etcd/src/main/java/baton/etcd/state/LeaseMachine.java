package baton.etcd.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides whether a session lives, from renewals of its lease.
 *
 * <pre>
 * LIVE          a renewal was answered since the link came up
 *   → DISCONNECTED   the link went down, or a renewal had no answer for a third of the time to live
 *   → ENDED          the lease is gone
 * DISCONNECTED  → LIVE    a renewal was answered
 *   → ENDED          the lease is gone, or the time to live has passed since the last renewal that counts was sent
 * </pre>
 *
 * The deadline is counted from the moment at which a renewal was <em>sent</em>, because the server counts from a later
 * one, and ends a hundredth early for clocks that differ. With {@link Proof#QUORUM} a renewal counts only once a read
 * through the leader has found the lease, and for two fifths of its time: a leader that was deposed may answer renewals
 * for the time of an election.
 *
 * <p>All times are readings of one monotonic clock, in nanoseconds; their differences may overflow, they themselves mean
 * nothing.
 */
public final class LeaseMachine {
    private static final double CLOCK_MARGIN = 0.99;
    private static final double QUORUM_PART = 0.4;

    /** What makes a renewal count. */
    public enum Proof {
        REPLY,
        QUORUM
    }

    /** What happened. */
    public enum Event {
        LINK_UP,
        LINK_DOWN,
        /** A lease was renewed, for the time the caller gives beside. */
        RENEWED,
        /** The lease was found through the leader, after it was renewed. */
        CONFIRMED,
        /** The lease does not exist any more. */
        GONE,
        /** Time has passed. */
        TICK
    }

    /** What has to be done, in this order. */
    public enum Effect {
        /** Send a renewal. */
        RENEW,
        /** Ask the leader whether the lease exists; the answer is CONFIRMED or GONE. */
        CONFIRM,
        /** Tell that {@link #deadlineNanos} has grown. */
        EXTENDED,
        DISCONNECTED,
        RECONNECTED,
        /** The link is silent: make another. */
        RELINK,
        /** The session is over: the store says so. */
        EXPIRED,
        /** The session is over: nobody knows, so it must be taken for over. */
        GIVEN_UP
    }

    private enum State {
        LIVE,
        DISCONNECTED,
        ENDED
    }

    private final long safeNanos;
    private final long ttlNanos;
    private final double factor;
    private final Proof proof;
    private State state = State.LIVE;
    private boolean linked = true;
    private boolean awaiting;
    private long sentNanos;
    private long renewedSentNanos;
    private long renewedForNanos;
    private long deadlineNanos;

    /**
     * A session whose lease has just been granted.
     *
     * @param ttl as granted
     * @param factor shortens the deadline, above 0 and at most 1
     * @param grantSentNanos when the request for it was sent
     */
    public LeaseMachine(Duration ttl, Proof proof, double factor, long grantSentNanos) {
        this.ttlNanos = ttl.toNanos();
        this.factor = factor;
        this.proof = proof;
        this.safeNanos = safe(ttlNanos);
        this.sentNanos = grantSentNanos;
        this.deadlineNanos = grantSentNanos + safeNanos;
    }

    private long safe(long nanos) {
        return (long) (nanos * factor * (proof == Proof.QUORUM ? QUORUM_PART : CLOCK_MARGIN));
    }

    /** Until when the store certainly keeps the session; only grows. */
    public long deadlineNanos() {
        return deadlineNanos;
    }

    public boolean isLive() {
        return state == State.LIVE;
    }

    public boolean isEnded() {
        return state == State.ENDED;
    }

    /** When the next TICK is due, if nothing else happens. */
    public long nextTickNanos() {
        long next = giveUpNanos();
        if (linked) {
            long due = sentNanos + ttlNanos / 3;
            next = due - next < 0 ? due : next;
        }
        return next;
    }

    private long giveUpNanos() {
        return deadlineNanos + ttlNanos - safeNanos;
    }

    /** A renewal was answered: the lease lives for {@code ttl} from when the server got it. */
    public List<Effect> renewed(Duration ttl, long nowNanos) {
        renewedForNanos = ttl.toNanos();
        return on(Event.RENEWED, nowNanos);
    }

    public List<Effect> on(Event event, long nowNanos) {
        if (state == State.ENDED) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        if (event == Event.GONE) {
            state = State.ENDED;
            effects.add(Effect.EXPIRED);
            return effects;
        }
        // A process that was paused past its time takes no late answer for good news.
        if (nowNanos - giveUpNanos() >= 0) {
            state = State.ENDED;
            effects.add(Effect.GIVEN_UP);
            return effects;
        }
        switch (event) {
            case LINK_UP -> {
                linked = true;
                renew(nowNanos, effects);
            }
            case LINK_DOWN -> {
                linked = false;
                awaiting = false;
                disconnect(effects);
            }
            case RENEWED -> renewed(effects);
            case CONFIRMED -> extend(effects);
            case TICK -> tick(nowNanos, effects);
            case GONE -> throw new IllegalStateException("handled above");
        }
        return effects;
    }

    private void renew(long nowNanos, List<Effect> effects) {
        awaiting = true;
        sentNanos = nowNanos;
        effects.add(Effect.RENEW);
    }

    private void disconnect(List<Effect> effects) {
        if (state == State.LIVE) {
            state = State.DISCONNECTED;
            effects.add(Effect.DISCONNECTED);
        }
    }

    private void renewed(List<Effect> effects) {
        if (!linked || !awaiting) {
            return;
        }
        renewedSentNanos = sentNanos;
        if (proof == Proof.QUORUM) {
            effects.add(Effect.CONFIRM);
        } else {
            extend(effects);
        }
    }

    private void extend(List<Effect> effects) {
        if (!linked || !awaiting) {
            return;
        }
        awaiting = false;
        long deadline = renewedSentNanos + safe(renewedForNanos);
        if (deadline - deadlineNanos > 0) {
            deadlineNanos = deadline;
            effects.add(Effect.EXTENDED);
        }
        if (state == State.DISCONNECTED) {
            state = State.LIVE;
            effects.add(Effect.RECONNECTED);
        }
    }

    private void tick(long nowNanos, List<Effect> effects) {
        if (!linked || nowNanos - (sentNanos + ttlNanos / 3) < 0) {
            return;
        }
        if (awaiting) {
            linked = false;
            awaiting = false;
            disconnect(effects);
            effects.add(Effect.RELINK);
        } else {
            renew(nowNanos, effects);
        }
    }
}
