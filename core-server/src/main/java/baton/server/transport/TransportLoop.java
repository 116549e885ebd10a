package baton.server.transport;

import baton.protocol.WireReader;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One event loop, as those see it who know nothing of Netty. {@link #execute} may be called from any thread. */
public final class TransportLoop {
    /** Some tens of microseconds of system calls: whoever writes meanwhile waits for two or three turns. */
    private static final int IN_TURN_AT_ONCE = 16;

    /** As many are answered together: what waits for more would only take up memory. */
    private static final int ANSWERED_TOGETHER_MAX = 64;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final EventLoop eventLoop;
    private final int index;
    private final List<TransportLoop> siblings;
    private final boolean isWritingLater;
    private final AtomicBoolean toCutOff = new AtomicBoolean();

    // Written by the loop.
    private final AtomicLong slowBytes = new AtomicLong();

    // Written by whoever uses the loop from now on, before connections come.
    private volatile Consumer<Throwable> onFailure = TransportLoop::failWithoutUser;

    // Confined to the loop.
    private final List<ClientChannel> unflushed = new ArrayList<>();
    private final RecvByteBufAllocator receiving;
    private final GatheringWrite socketWrite;
    private final LastResort lastResort;
    private final ArrayDeque<ClientChannel> inTurn = new ArrayDeque<>();
    private final Set<ClientChannel> slow = new LinkedHashSet<>();
    private final Runnable flushLater = guarded(this::flushNow);
    private final Runnable flushRest = guarded(this::flushInTurn);
    private boolean flushIsComing;
    private boolean turnIsComing;
    private @Nullable WireReader idleReader;

    /** @param siblings all loops of the server; complete, this one included, when the first connection comes */
    TransportLoop(EventLoop eventLoop, int index, List<TransportLoop> siblings, SocketIo io, LastResort lastResort) {
        this(eventLoop, index, siblings, io, io.socketWrite(), lastResort);
    }

    TransportLoop(
            EventLoop eventLoop,
            int index,
            List<TransportLoop> siblings,
            SocketIo io,
            GatheringWrite socketWrite,
            LastResort lastResort) {
        this.eventLoop = eventLoop;
        this.index = index;
        this.siblings = siblings;
        this.receiving = io.receiving();
        this.socketWrite = socketWrite;
        this.lastResort = lastResort;
        this.isWritingLater = io.isWritingLater();
    }

    private static void failWithoutUser(Throwable failure) {
        throw new IllegalStateException("nobody is told", failure);
    }

    /**
     * Tells somebody, in the place of whoever was told before, what goes wrong when the loop writes out later what was sent: of
     * that some may be lost. To be called before connections come.
     *
     * @param told called on the loop
     */
    public void onFailure(Consumer<Throwable> told) {
        onFailure = told;
    }

    /** Returns the loop's place among its siblings, counted from zero. */
    public int index() {
        return index;
    }

    /** Returns how much processor time the loop's thread has taken, in nanoseconds; 0 before it runs. */
    public long processorNanos() {
        if (!(eventLoop instanceof SingleThreadEventExecutor executor)) {
            return 0;
        }
        return Math.max(
                0,
                ManagementFactory.getThreadMXBean()
                        .getThreadCpuTime(executor.threadProperties().id()));
    }

    /**
     * Runs the task on the loop, after those given before.
     *
     * @return false if the loop has stopped
     */
    public boolean execute(Runnable task) {
        return executeGuarded(watched(task));
    }

    private boolean executeGuarded(Runnable task) {
        try {
            eventLoop.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /**
     * Runs the task on the loop after it has looked at its sockets at least once more.
     *
     * <p>The loop alternates between reading sockets and running tasks, and takes up delayed tasks only when it begins
     * with the latter. So between this call, which is made by a task, and the run lies a look at every socket.
     */
    public void executeAfterReading(Runnable task) {
        assertCurrent();
        if (!eventLoop.isShuttingDown()) {
            Future<?> unused = eventLoop.schedule(watched(task), 0, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Runs the task on the loop after so many milliseconds, unless the loop stops before.
     *
     * @return what makes the loop forget the task; to be run on the loop
     */
    public Runnable executeAfter(long millis, Runnable task) {
        assertCurrent();
        if (eventLoop.isShuttingDown()) {
            return () -> {};
        }
        Future<?> waiting = eventLoop.schedule(watched(task), millis, TimeUnit.MILLISECONDS);
        return () -> waiting.cancel(false);
    }

    /**
     * Writes out everything that was sent on this loop's connections; but of what was sent {@linkplain
     * ClientChannel#sendInTurn in turn} only so much at once that the loop can look at its sockets in between.
     */
    public void flushAll() {
        flushAnswers();
        if (!inTurn.isEmpty() && !turnIsComing) {
            flushInTurn();
        }
    }

    /**
     * As {@link #flushAll}, once those sockets are read that have something now. To read many and then write to many takes less
     * of a processor than to do so by turns, and clients that share a machine find more than one answer when they look.
     */
    void flushAfterThisLook() {
        if (unflushed.size() >= ANSWERED_TOGETHER_MAX) {
            flushAll();
        } else if (!flushIsComing && !(unflushed.isEmpty() && inTurn.isEmpty())) {
            flushIsComing = executeGuarded(flushLater);
        }
    }

    private void flushNow() {
        flushIsComing = false;
        flushAll();
    }

    private void flushAnswers() {
        // Flushing can close a connection, and that can send on others.
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
    }

    private void flushInTurn() {
        for (int i = 0; i < IN_TURN_AT_ONCE && !inTurn.isEmpty(); i++) {
            inTurn.remove().flush();
        }
        flushAnswers();
        turnIsComing = !inTurn.isEmpty();
        if (turnIsComing) {
            executeAfterReading(flushRest);
        }
    }

    // The outermost frame of what the loop has itself do later: the event loop would go on as if nothing had happened.
    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable failure) {
                onFailure.accept(failure);
            }
        };
    }

    // Else the event loop would go on as if nothing had happened.
    private Runnable watched(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Error error) {
                lastResort.lookAt(error);
                throw error;
            }
        };
    }

    /** Stops the process's bug right where it begins: state of a loop was touched from another thread. */
    public void assertCurrent() {
        if (!eventLoop.inEventLoop()) {
            throw new IllegalStateException("not on event loop " + index + " but on " + Thread.currentThread());
        }
    }

    /** Takes in how many bytes a client leaves unread now, and how many it did; 0 if it keeps up. */
    void countUnwritten(ClientChannel channel, long before, long now) {
        slowBytes.setOpaque(slowBytes.getPlain() + now - before);
        if (now > 0) {
            slow.add(channel);
        } else {
            slow.remove(channel);
        }
    }

    /** If all clients of the server together leave too much unread, has the worst loop cut off its worst one. */
    void bound(long bytesMax) {
        if (slowBytesOfAll() <= bytesMax) {
            return;
        }
        TransportLoop worst = this;
        for (TransportLoop each : siblings) {
            if (each.slowBytes.getOpaque() > worst.slowBytes.getOpaque()) {
                worst = each;
            }
        }
        if (worst == this) {
            cutOffWorst(bytesMax);
        } else {
            worst.askToCutOffWorst(bytesMax);
        }
    }

    // From any loop, and once however many ask.
    private void askToCutOffWorst(long bytesMax) {
        if (toCutOff.compareAndSet(false, true)) {
            execute(() -> {
                toCutOff.set(false);
                cutOffWorst(bytesMax);
            });
        }
    }

    /** Returns how many bytes clients leave unread, of those that leave many. Callable from any thread. */
    public long unreadBytes() {
        return slowBytes.getOpaque();
    }

    private long slowBytesOfAll() {
        long all = 0;
        for (TransportLoop each : siblings) {
            all += each.slowBytes.getOpaque();
        }
        return all;
    }

    private void cutOffWorst(long bytesMax) {
        ClientChannel most = null;
        long mostBytes = 0;
        for (ClientChannel each : List.copyOf(slow)) {
            long bytes = each.countUnwritten();
            if (bytes > mostBytes) {
                most = each;
                mostBytes = bytes;
            }
        }
        // By then others may have been cut off, or have read.
        if (most != null && slowBytesOfAll() > bytesMax) {
            most.cutOffUnread();
        }
    }

    /**
     * Lends a reader of frames; all connections of the loop share one, but while it is lent another may need one, too.
     *
     * @param fieldBytesMax largest field it accepts, the same for all
     */
    WireReader lendReader(int fieldBytesMax) {
        WireReader lent = idleReader;
        idleReader = null;
        return lent == null ? new WireReader(NOTHING, fieldBytesMax) : lent;
    }

    void takeBack(WireReader reader) {
        reader.reset(NOTHING);
        idleReader = reader;
    }

    void toFlush(ClientChannel channel) {
        unflushed.add(channel);
    }

    void toFlushInTurn(ClientChannel channel) {
        inTurn.add(channel);
    }

    /** Runs it when what was flushed before has been given to the sockets, as far as they take it. */
    void afterWriting(Runnable task) {
        if (isWritingLater) {
            executeAfterReading(guarded(task));
        } else {
            task.run();
        }
    }

    RecvByteBufAllocator receiving() {
        return receiving;
    }

    /** Returns what writes to the sockets of the loop while nothing waits for them. */
    GatheringWrite socketWrite() {
        return socketWrite;
    }

    /** Returns what ends the server when what concerns one connection shows that it cannot go on. */
    public LastResort lastResort() {
        return lastResort;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }
}
