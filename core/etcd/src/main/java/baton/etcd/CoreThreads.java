package baton.etcd;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a core, all of them daemons: one loop that decides, one that delivers, one for sockets, and one that
 * resolves host names while there are some to resolve. Safe for use by many threads.
 */
final class CoreThreads implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CoreThreads.class);
    private static final long STOP_SECONDS_MAX = 10;
    private static final String NAME = "baton-etcd-";

    /** Something that was to be done later. */
    interface Timer {
        void cancel();
    }

    private final ScheduledThreadPoolExecutor loop;
    private final ThreadPoolExecutor delivery;
    private final ThreadPoolExecutor resolver;
    private final EventLoopGroup sockets;
    private volatile Thread deliveryThread = Thread.currentThread();

    CoreThreads() {
        loop = new ScheduledThreadPoolExecutor(1, named("loop"));
        loop.setRemoveOnCancelPolicy(true);
        loop.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // Holds what the loop has decided; sessions bound how much can be under way.
        delivery = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = named("delivery").newThread(work);
            deliveryThread = thread;
            return thread;
        });
        resolver = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("resolver"));
        resolver.allowCoreThreadTimeOut(true);
        sockets = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory(NAME + "socket", true), NioIoHandler.newFactory());
    }

    private static ThreadFactory named(String part) {
        return work -> {
            Thread thread = new Thread(work, NAME + part);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Runs something on the loop, after what was given to it before; false if the loop has stopped. */
    boolean execute(Runnable work) {
        try {
            loop.execute(guarded(work));
            return true;
        } catch (RejectedExecutionException stopped) {
            return false;
        }
    }

    /** Runs something on the loop later; not at all if the loop stops before. */
    Timer schedule(Runnable work, Duration delay) {
        try {
            Future<?> task = loop.schedule(guarded(work), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
            return () -> task.cancel(false);
        } catch (RejectedExecutionException stopped) {
            return () -> {};
        }
    }

    /** Runs something where it may call the application, in the order in which the loop says so. */
    void deliver(Runnable work) {
        delivery.execute(guarded(work));
    }

    private static Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException bug) {
                // Of ours, or of a sink that was told to return at once and threw; the next event must still be seen.
                log.error("failed in thread={}", Thread.currentThread().getName(), bug);
            }
        };
    }

    EventLoopGroup sockets() {
        return sockets;
    }

    Executor resolver() {
        return resolver;
    }

    /** Runs {@code last} on the loop and stops all threads. Waits for all but the one that calls this. */
    @Override
    public void close() {
        CountDownLatch done = new CountDownLatch(1);
        boolean first = execute(() -> {
            // What is executed from now on comes too late.
            loop.shutdown();
            done.countDown();
        });
        boolean interrupted = false;
        if (first) {
            interrupted = await(done);
        }
        interrupted |= await(loop);
        sockets.shutdownGracefully(0, STOP_SECONDS_MAX, TimeUnit.SECONDS);
        resolver.shutdownNow();
        delivery.shutdown();
        try {
            sockets.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException interrupt) {
            interrupted = true;
        }
        interrupted |= await(resolver);
        if (Thread.currentThread() != deliveryThread) {
            interrupted |= await(delivery);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean await(CountDownLatch done) {
        try {
            done.await(STOP_SECONDS_MAX, TimeUnit.SECONDS);
            return false;
        } catch (InterruptedException interrupt) {
            return true;
        }
    }

    private static boolean await(ThreadPoolExecutor executor) {
        try {
            executor.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS);
            return false;
        } catch (InterruptedException interrupt) {
            return true;
        }
    }
}
