package baton.recipes.lock;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A lock held for the length of a {@code try} block. Close it on the thread that made it. */
public final class Locker implements AutoCloseable {
    private final InterProcessLock lock;
    private boolean released;

    /** @throws TimeoutException if the lock could not be acquired in time */
    public Locker(InterProcessLock lock, Duration timeout) throws InterruptedException, TimeoutException {
        this.lock = lock;
        if (!lock.acquire(timeout)) {
            throw new TimeoutException("not acquired within " + timeout + ": " + lock);
        }
    }

    /** As {@link #Locker(InterProcessLock, Duration)}. */
    public Locker(InterProcessLock lock, long time, TimeUnit unit) throws InterruptedException, TimeoutException {
        this(lock, Duration.ofNanos(unit.toNanos(time)));
    }

    /** What is held: its token guards the resource. */
    public LockGrant grant() {
        return lock.currentGrant().orElseThrow(() -> new IllegalMonitorStateException("released: " + lock));
    }

    @Override
    public void close() {
        if (!released) {
            released = true;
            lock.release();
        }
    }
}
