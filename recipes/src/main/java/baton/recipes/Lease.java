package baton.recipes;

import baton.core.CoreSession;
import baton.core.Phase;
import baton.recipes.run.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whether a session certainly lives, as far as this process can tell without asking.
 *
 * <p>The monotonic clock may stand still while a machine is suspended; the wall clock does not. When the wall clock
 * got ahead of it by more than the limit since the last sign of life, the lease counts as not held until the store
 * has answered a question asked after that was noticed. A reply that arrives in the meantime may be older than the
 * suspension and proves nothing.
 */
final class Lease {
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private final CoreSession session;
    private final Scheduler scheduler;
    private final long jumpLimitMillis;
    private final AtomicBoolean suspect = new AtomicBoolean();
    /** Writer: whoever handles a sign of life; racing writers write nearly the same. */
    private volatile Reading reading;

    /** @param asked both clocks when the session was asked for: it may have been long until this one is made */
    Lease(CoreSession session, Scheduler scheduler, Duration clockJump, Reading asked) {
        this.session = session;
        this.scheduler = scheduler;
        this.jumpLimitMillis = clockJump.toMillis();
        this.reading = asked;
    }

    boolean holds() {
        return session.phase() != Phase.ENDED && remainingNanos() > 0 && clocksAgree();
    }

    Duration remaining() {
        return holds() ? Duration.ofNanos(Math.max(0, remainingNanos())) : Duration.ZERO;
    }

    long remainingNanos() {
        return session.leaseDeadlineNanos() - scheduler.nowNanos();
    }

    /** Takes note of a sign of life of the store. */
    void extended() {
        if (clocksAgree()) {
            reading = Reading.of(scheduler);
        }
    }

    private boolean clocksAgree() {
        if (jumpLimitMillis == 0) {
            return true;
        }
        if (suspect.get()) {
            return false;
        }
        Reading last = reading;
        long wall = scheduler.wallMillis() - last.wallMillis;
        long monotonic = (scheduler.nowNanos() - last.nanos) / 1_000_000;
        if (wall - monotonic < jumpLimitMillis) {
            return true;
        }
        if (suspect.compareAndSet(false, true)) {
            scheduler.execute(this::ask);
        }
        return false;
    }

    private void ask() {
        session.verifyAlive().whenComplete((alive, failure) -> {
            if (failure == null) {
                reading = Reading.of(scheduler);
                suspect.set(false);
            } else if (session.phase() != Phase.ENDED) {
                scheduler.schedule(ASK_AGAIN, this::ask);
            }
        });
    }

    /** Both clocks at one moment. */
    record Reading(long nanos, long wallMillis) {
        static Reading of(Scheduler scheduler) {
            return new Reading(scheduler.nowNanos(), scheduler.wallMillis());
        }
    }
}
