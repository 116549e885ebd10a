package baton.core.testkit.sim;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Real time on one daemon thread. After {@link #close} tasks are dropped. */
final class RealTimeline implements Timeline, AutoCloseable {
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread made = new Thread(task, "simulated-store");
        made.setDaemon(true);
        return made;
    });

    RealTimeline() {
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public void execute(Runnable task) {
        schedule(Duration.ZERO, task);
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        try {
            var scheduled = thread.schedule(reporting(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public double chance() {
        return ThreadLocalRandom.current().nextDouble();
    }

    @Override
    public long randomBits() {
        return ThreadLocalRandom.current().nextLong();
    }

    @Override
    public <T> T look(Supplier<T> view) {
        return CompletableFuture.supplyAsync(view, thread).join();
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    /** A scheduled executor keeps what a task throws to itself; a test must see it. */
    private static Runnable reporting(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error failure) {
                Thread current = Thread.currentThread();
                current.getUncaughtExceptionHandler().uncaughtException(current, failure);
                throw failure;
            }
        };
    }
}
