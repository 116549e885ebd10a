package baton.recipes;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One body that runs under a grant.
 *
 * <p>The lock orders "interrupt the runner" and "the body has ended": an interrupt is either sent while the body runs,
 * or not at all, so none leaks into what the thread does next.
 */
final class GuardedRun {
    private final Grant grant;
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by {@link #lock}: the thread in the body, while it is there. */
    private @Nullable Thread runner;
    /** Guarded by {@link #lock}. */
    private boolean interrupted;

    GuardedRun(Grant grant) {
        this.grant = grant;
    }

    <T> T call(Callable<T> body) throws Exception {
        grant.ensureValid();
        T result;
        try {
            result = interruptibly(body);
        } catch (Exception failure) {
            if (lostMeanwhile()) {
                GrantLostException lost = new GrantLostException(grant);
                lost.addSuppressed(failure);
                throw lost;
            }
            throw failure;
        }
        if (lostMeanwhile()) {
            throw new GrantLostException(grant);
        }
        return result;
    }

    <T> CompletableFuture<T> callOn(Executor executor, Callable<T> body) {
        CompletableFuture<T> result = new CompletableFuture<>();
        result.whenComplete((value, failure) -> {
            if (result.isCancelled()) {
                interruptRunner();
            }
        });
        executor.execute(() -> {
            if (result.isDone()) {
                return;
            }
            try {
                result.complete(call(body));
            } catch (Exception | Error failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    private <T> T interruptibly(Callable<T> body) throws Exception {
        enter();
        Runnable forget = grant.onLost(this::interruptRunner);
        try {
            return body.call();
        } finally {
            forget.run();
            leave();
        }
    }

    private boolean lostMeanwhile() {
        return grant.state() == GrantState.LOST;
    }

    private void enter() {
        lock.lock();
        try {
            runner = Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            runner = null;
            if (interrupted) {
                // Our own interrupt, come too late for the body to see.
                Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
    }

    private void interruptRunner() {
        lock.lock();
        try {
            if (runner != null) {
                interrupted = true;
                runner.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }
}
