package baton.recipes.lock;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A critical section between processes.
 *
 * <p>At most one holds it, as far as the store and the clocks of its clients can tell. A process that is paused for longer
 * than its session lives may go on for a moment as if it held the lock: give {@linkplain LockGrant#token the token} to
 * what you protect. Safe for use by many threads.
 */
public interface InterProcessLock {

    /** Waits until it is held. Survives lost connections and sessions; only an interrupt ends it. */
    void acquire() throws InterruptedException;

    /**
     * Waits until it is held, for a time at most. Zero: takes it if nobody is before us, after one look at the store.
     *
     * @return whether it is held
     */
    boolean acquire(Duration timeout) throws InterruptedException;

    /** As {@link #acquire(Duration)}. */
    default boolean acquire(long time, TimeUnit unit) throws InterruptedException {
        return acquire(Duration.ofNanos(unit.toNanos(time)));
    }

    /**
     * Gives it back, once for each time it was acquired. Never waits for the store. Returns normally if it was lost.
     *
     * @throws IllegalMonitorStateException if the caller does not hold it
     */
    void release();

    /** Whether somebody in this process holds it, and it is valid. */
    boolean isAcquiredInThisProcess();

    /** What the caller holds. */
    Optional<LockGrant> currentGrant();

    /** Waits without a thread. The grant belongs to whoever has it; cancelling withdraws. */
    CompletableFuture<LockGrant> acquireAsync();

    /** As {@link #acquireAsync()}; fails with a {@link java.util.concurrent.TimeoutException} if time runs out. */
    CompletableFuture<LockGrant> acquireAsync(Duration timeout);

    /**
     * Runs a body while holding the lock, interrupts it if the lock is lost, and releases.
     *
     * @throws baton.recipes.GrantLostException if the lock was lost before the body ended
     */
    default <T> T withLock(Callable<T> body) throws Exception {
        acquire();
        try {
            LockGrant grant = currentGrant().orElseThrow(IllegalMonitorStateException::new);
            return grant.runGuarded(body);
        } finally {
            release();
        }
    }
}
