package baton.server.runtime;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Wakes one sleeping thread, and costs next to nothing while it is awake.
 *
 * <p>Two sides: others put work where the sleeper will look and then {@link #ring}; the sleeper says that it is about to
 * sleep, looks once more, and only then sleeps. Each side writes before it reads what the other wrote, with a full fence
 * between, so at least one of them sees the other: either the work is found, or the sleeper. The queues publish with a
 * release store only, which is why the fence in {@link #ring} cannot be left out.
 */
final class Doorbell implements Bell {
    private final AtomicReference<@Nullable Thread> sleeper = new AtomicReference<>();

    @Override
    public void ring() {
        VarHandle.fullFence();
        Thread thread = sleeper.get();
        if (thread != null && sleeper.compareAndSet(thread, null)) {
            LockSupport.unpark(thread);
        }
    }

    /** Sleeps until somebody rings, or for so long; returns at once if there is work after all. */
    void await(long nanos, BooleanSupplier hasWork) {
        sleeper.set(Thread.currentThread());
        VarHandle.fullFence();
        if (!hasWork.getAsBoolean() && nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
        sleeper.set(null);
    }
}
