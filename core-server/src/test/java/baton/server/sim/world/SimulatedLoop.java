package baton.server.sim.world;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * An event loop without a thread: each turn reads all its sockets first and then runs the tasks that wait and those whose
 * time has come, as loops over real sockets do.
 */
final class SimulatedLoop extends AbstractScheduledEventExecutor implements EventLoop {
    private static final long NOTHING_SCHEDULED = -1;

    private final MachineClock clock;
    private final Defect defect;
    private final Runnable wake;
    private final Set<SimulatedSocket> sockets = new LinkedHashSet<>();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    /** @param wake asks for a turn, however often it is called before that comes */
    SimulatedLoop(MachineClock clock, Defect defect, Runnable wake) {
        this.clock = clock;
        this.defect = defect;
        this.wake = wake;
    }

    void wake() {
        wake.run();
    }

    void turn() {
        for (SimulatedSocket each : List.copyOf(sockets)) {
            each.readInput();
        }
        Runnable due = pollScheduledTask(clock.nanos());
        while (due != null) {
            tasks.add(due);
            due = pollScheduledTask(clock.nanos());
        }
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Says whether a turn would find something. */
    boolean hasWork() {
        return !tasks.isEmpty() || sockets.stream().anyMatch(SimulatedSocket::isReadable);
    }

    /** Returns when a task is due; {@link Long#MAX_VALUE} if none waits for a time. */
    long deadlineNanos() {
        long deadline = nextScheduledTaskDeadlineNanos();
        return deadline == NOTHING_SCHEDULED ? Long.MAX_VALUE : deadline;
    }

    void add(SimulatedSocket socket) {
        sockets.add(socket);
    }

    void remove(SimulatedSocket socket) {
        sockets.remove(socket);
    }

    List<SimulatedSocket> sockets() {
        return new ArrayList<>(sockets);
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        wake.run();
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        if (defect == Defect.TIMERS_NEVER_FORGOTTEN) {
            Future<?> unused = super.schedule(() -> {}, delay, unit);
        }
        return super.schedule(task, delay, unit);
    }

    /** Returns the time by the machine's clock. */
    long nanos() {
        return clock.nanos();
    }

    @Override
    protected long getCurrentTimeNanos() {
        return clock.nanos();
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return true;
    }

    @Override
    public EventLoopGroup parent() {
        return this;
    }

    @Override
    public EventLoop next() {
        return this;
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return register(new DefaultChannelPromise(channel, this));
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        promise.channel().unsafe().register(this, promise);
        return promise;
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        channel.unsafe().register(this, promise);
        return promise;
    }

    @Override
    public boolean isShuttingDown() {
        return false;
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    @Deprecated
    public void shutdown() {
        throw new UnsupportedOperationException("the machine ends, not its loop");
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException("the machine ends, not its loop");
    }

    @Override
    public Future<?> terminationFuture() {
        throw new UnsupportedOperationException("the machine ends, not its loop");
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException("nobody waits in virtual time");
    }
}
