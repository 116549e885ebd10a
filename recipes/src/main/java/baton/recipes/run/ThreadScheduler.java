package baton.recipes.run;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs recipes on daemon threads: one for timers, at most {@value #WORKERS_MAX} for strands.
 *
 * <p>The number of threads does not grow with the number of recipes. After {@link #close} tasks are dropped without a
 * word, because whoever closes it has ended what they served.
 */
public final class ThreadScheduler implements Scheduler, AutoCloseable {
    public static final int WORKERS_MAX = 4;

    private final ScheduledThreadPoolExecutor timers;
    private final ThreadPoolExecutor workers;

    public ThreadScheduler() {
        timers = new ScheduledThreadPoolExecutor(1, daemons("baton-timer"));
        timers.setRemoveOnCancelPolicy(true);
        timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        int threads = Math.min(WORKERS_MAX, Math.max(2, Runtime.getRuntime().availableProcessors()));
        // Strands bound what stands here: each is queued at most once.
        workers = new ThreadPoolExecutor(
                threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons("baton-strand"));
        workers.allowCoreThreadTimeOut(true);
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
    public double jitter() {
        return ThreadLocalRandom.current().nextDouble();
    }

    @Override
    public UUID newId() {
        return UUID.randomUUID();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        try {
            var scheduled = timers.schedule(task, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public void execute(Runnable task) {
        try {
            workers.execute(task);
        } catch (RejectedExecutionException closed) {
            // Closed: the class doc says that tasks are dropped then.
            return;
        }
    }

    /** Lets running and queued tasks finish, forgets timers. Returns at once. */
    @Override
    public void close() {
        timers.shutdown();
        workers.shutdown();
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
