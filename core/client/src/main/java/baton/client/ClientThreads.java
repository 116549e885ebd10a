package baton.client;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one or more clients: event loops for connections, one thread for deliveries, one that resolves host
 * names while there are some to resolve. All of them are daemons. Safe for use by many threads.
 */
public final class ClientThreads implements AutoCloseable {
    private static final long STOP_SECONDS_MAX = 10;

    private final EventLoopGroup loops;
    private final Class<? extends SocketChannel> channelType;
    private final @Nullable ThreadPoolExecutor delivery;
    private final ThreadPoolExecutor resolver;

    private ClientThreads(String name, int loopCount, boolean ownDelivery) {
        ThreadFactory loopThreads = new DefaultThreadFactory(name + "-loop", true);
        if (Epoll.isAvailable()) {
            loops = new MultiThreadIoEventLoopGroup(loopCount, loopThreads, EpollIoHandler.newFactory());
            channelType = EpollSocketChannel.class;
        } else {
            loops = new MultiThreadIoEventLoopGroup(loopCount, loopThreads, NioIoHandler.newFactory());
            channelType = NioSocketChannel.class;
        }
        delivery = ownDelivery ? single(name + "-delivery") : null;
        resolver = single(name + "-resolver");
    }

    /**
     * Starts threads.
     *
     * @param name beginning of their names
     * @param loopCount event loops; one serves hundreds of connections
     */
    public static ClientThreads start(String name, int loopCount) {
        return new ClientThreads(name, checked(loopCount), true);
    }

    /**
     * Starts threads of which the event loops do the deliveries too: faster, and only for listeners and completions that
     * never block, because sessions die of those that do.
     */
    public static ClientThreads startWithoutDelivery(String name, int loopCount) {
        return new ClientThreads(name, checked(loopCount), false);
    }

    private static int checked(int loopCount) {
        if (loopCount < 1) {
            throw new IllegalArgumentException("loopCount=" + loopCount + ": must be at least 1");
        }
        return loopCount;
    }

    EventLoopGroup loops() {
        return loops;
    }

    Class<? extends SocketChannel> channelType() {
        return channelType;
    }

    /**
     * Runs what the clients on a loop have to deliver, one after the other, in order; once closed, each in the thread that
     * brings it.
     */
    Executor delivery(EventLoop loop) {
        return delivery == null ? work -> deliverOn(loop, work) : delivery;
    }

    private static void deliverOn(EventLoop loop, Runnable work) {
        if (loop.inEventLoop() || loop.isShuttingDown()) {
            work.run();
        } else {
            loop.execute(work);
        }
    }

    Executor resolver() {
        return resolver;
    }

    /**
     * Stops the threads, after what is waiting for delivery was delivered. Returns when they have stopped; the thread
     * that calls this is not waited for. Clients must have been closed before.
     */
    @Override
    public void close() {
        loops.shutdownGracefully(0, STOP_SECONDS_MAX, TimeUnit.SECONDS);
        boolean interrupted = false;
        interrupted |= awaitLoops();
        resolver.shutdownNow();
        interrupted |= await(resolver);
        if (delivery != null) {
            delivery.shutdown();
            interrupted |= await(delivery);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitLoops() {
        for (EventExecutor loop : loops) {
            if (loop.inEventLoop()) {
                return false;
            }
        }
        try {
            loops.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS);
            return false;
        } catch (InterruptedException interrupt) {
            return true;
        }
    }

    /** Whether this is the thread on which deliveries run, which must not wait for one. */
    boolean isDeliveryThread() {
        if (delivery != null) {
            return isThreadOf(delivery);
        }
        for (EventExecutor loop : loops) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isThreadOf(ThreadPoolExecutor executor) {
        return Thread.currentThread() instanceof OwnedThread own && own.owner == executor.getThreadFactory();
    }

    private static boolean await(ThreadPoolExecutor executor) {
        if (isThreadOf(executor)) {
            return false;
        }
        try {
            executor.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS);
            return false;
        } catch (InterruptedException interrupt) {
            return true;
        }
    }

    // The queue holds batches of completions and events; both are bounded by the requests in flight of each client.
    private static ThreadPoolExecutor single(String name) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new NamedFactory(name),
                (work, stopped) -> work.run());
        executor.allowCoreThreadTimeOut(name.endsWith("resolver"));
        return executor;
    }

    private record NamedFactory(String name) implements ThreadFactory {
        @Override
        public Thread newThread(Runnable work) {
            return new OwnedThread(this, work);
        }
    }

    private static final class OwnedThread extends Thread {
        private final ThreadFactory owner;

        OwnedThread(NamedFactory owner, Runnable work) {
            super(work, owner.name());
            this.owner = owner;
            setDaemon(true);
        }
    }
}
