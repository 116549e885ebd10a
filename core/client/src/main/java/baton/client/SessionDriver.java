package baton.client;

import baton.client.session.Credentials;
import baton.client.session.Effect;
import baton.client.session.Event;
import baton.client.session.Outcome;
import baton.client.session.ServerAddress;
import baton.client.session.SessionMachine;
import baton.core.Phase;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives one session machine its connection, clock and timer, on one event loop.
 *
 * <p>Everything but {@link #post} and the accessors is confined to the loop. Events that arise while effects are
 * carried out wait until they have been: the machine is never re-entered. What is meant for others is collected and
 * handed to the delivery thread once per turn, and so is the flush of the connection.
 */
final class SessionDriver implements Effect.World {
    private static final Logger log = LoggerFactory.getLogger(SessionDriver.class);

    /** Events taken from the queue in one turn, so that reads get theirs. */
    private static final int EVENTS_PER_TURN_MAX = 1024;

    private final ClientThreads threads;
    private final EventLoop loop;
    private final Executor delivery;
    private final SessionMachine machine;
    private final NameResolver resolver;
    private final ZnodeListener listener;
    private final int replyBytesMax;
    private final @Nullable TlsClient tls;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    // Many writers, read by the loop; bounded by the machine's limit of requests in flight once it is drained.
    private final ConcurrentLinkedQueue<Event> posted = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean drainScheduled = new AtomicBoolean();

    private final ArrayDeque<Event> waiting = new ArrayDeque<>();
    private boolean busy;
    private List<Runnable> deliveries = new ArrayList<>();
    private @Nullable Link link;
    private @Nullable String server;
    private @Nullable Future<?> wake;

    // Written by the loop, read by everybody.
    private volatile Phase phase = Phase.DISCONNECTED;
    private volatile long deadlineNanos = System.nanoTime();
    private volatile @Nullable Credentials credentials;
    private volatile Duration timeout;

    SessionDriver(
            ClientThreads threads,
            SessionMachine machine,
            ZnodeListener listener,
            int replyBytesMax,
            @Nullable TlsClient tls,
            Duration timeout) {
        this.threads = threads;
        this.loop = threads.loops().next();
        this.delivery = threads.delivery(loop);
        this.machine = machine;
        this.resolver = new NameResolver(threads.resolver());
        this.listener = listener;
        this.replyBytesMax = replyBytesMax;
        this.tls = tls;
        this.timeout = timeout;
    }

    // ---- from any thread

    /** Brings an event to the machine. Events of one thread arrive in order. */
    void post(Event event) {
        posted.add(event);
        if (!drainScheduled.get() && drainScheduled.compareAndSet(false, true)) {
            try {
                loop.execute(this::drain);
            } catch (RejectedExecutionException stopped) {
                drainScheduled.set(false);
                refusePosted();
            }
        }
    }

    /** The threads are gone, and with them the session: answers in the thread of whoever asks. */
    private void refusePosted() {
        for (Event event = posted.poll(); event != null; event = posted.poll()) {
            if (event instanceof Event.Submit submit) {
                consumer(submit.tag()).accept(Outcome.Lost.SESSION_ENDED);
            }
        }
    }

    @SuppressWarnings("unchecked") // Only ZnodeClient submits, and this is its tag.
    private static Consumer<Outcome> consumer(Object tag) {
        return (Consumer<Outcome>) tag;
    }

    /** Runs work where deliveries run, after those that wait already. */
    void deliver(Runnable work) {
        delivery.execute(work);
    }

    void deliverLater(Runnable work, long delayMillis) {
        if (loop.isShuttingDown()) {
            return;
        }
        loop.schedule(() -> delivery.execute(work), delayMillis, TimeUnit.MILLISECONDS);
    }

    Phase phase() {
        return phase;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    @Nullable
    Credentials credentials() {
        return credentials;
    }

    Duration timeout() {
        return timeout;
    }

    /** Completes, on the delivery thread, when the connection is closed and nothing will happen any more. */
    CompletableFuture<Void> finished() {
        return finished;
    }

    // ---- on the loop

    private void drain() {
        drainScheduled.set(false);
        for (int taken = 0; taken < EVENTS_PER_TURN_MAX; taken++) {
            Event event = posted.poll();
            if (event == null) {
                break;
            }
            take(event);
        }
        endTurn();
        if (!posted.isEmpty() && drainScheduled.compareAndSet(false, true)) {
            loop.execute(this::drain);
        }
    }

    private void take(Event event) {
        if (busy) {
            waiting.add(event);
            return;
        }
        busy = true;
        try {
            for (Event next = event; next != null; next = waiting.poll()) {
                for (Effect effect : machine.on(next, System.nanoTime())) {
                    effect.accept(this);
                }
            }
        } finally {
            busy = false;
        }
    }

    private void endTurn() {
        if (link != null) {
            link.flush();
        }
        if (!deliveries.isEmpty()) {
            List<Runnable> batch = deliveries;
            deliveries = new ArrayList<>();
            delivery.execute(() -> batch.forEach(SessionDriver::run));
        }
    }

    private static void run(Runnable delivery) {
        try {
            delivery.run();
        } catch (RuntimeException broken) {
            log.error("listener failed", broken);
        }
    }

    // ---- effects

    @Override
    public void dial(Effect.Dial dial) {
        server = dial.server().toString();
        Link next = new Link(dial.attempt(), dial.server());
        link = next;
        resolver.resolve(dial.server(), loop, addresses -> next.connect(addresses, 0));
    }

    @Override
    public void hangUp(Effect.HangUp hangUp) {
        if (link != null) {
            link.close();
            link = null;
        }
    }

    @Override
    public void send(Effect.Send send) {
        if (link != null) {
            link.write(Unpooled.wrappedBuffer(send.frame().unsafeArray()));
        }
    }

    @Override
    public void complete(Effect.Complete complete) {
        Consumer<Outcome> consumer = consumer(complete.tag());
        deliveries.add(() -> consumer.accept(complete.outcome()));
    }

    @Override
    public void deliver(Effect.Deliver deliver) {
        deliveries.add(() -> listener.event(deliver.event(), deliver.zxid()));
    }

    @Override
    public void attached(Effect.Attached attached) {
        phase = Phase.LIVE;
        credentials = attached.session();
        Duration granted = Duration.ofMillis(attached.timeoutMillis());
        timeout = granted;
        log.info("attached session={} server={} timeout={}", attached.session(), server, granted);
        deliveries.add(
                attached.readOnly()
                        ? () -> listener.attachedReadOnly(granted)
                        : () -> listener.attached(attached.first(), granted));
    }

    @Override
    public void detached(Effect.Detached detached) {
        phase = Phase.DISCONNECTED;
        log.info("detached session={} server={} reason=\"{}\"", credentials, server, detached.why());
        deliveries.add(() -> listener.detached(detached.why()));
    }

    @Override
    public void unreachable(Effect.Unreachable unreachable) {
        log.warn("cannot reach server={} reason=\"{}\"; goes on trying", server, unreachable.why());
    }

    @Override
    public void extended(Effect.Extended extended) {
        deadlineNanos = extended.deadlineNanos();
        deliveries.add(() -> listener.extended(extended.deadlineNanos()));
    }

    @Override
    public void ended(Effect.Ended ended) {
        phase = Phase.ENDED;
        if (ended.ownerKnows()) {
            log.info("ended session={} reason={}", credentials, ended.end());
        } else {
            log.warn("lost session={} reason={} detail=\"{}\"", credentials, ended.end(), ended.why());
        }
        deliveries.add(() -> listener.ended(ended.end()));
    }

    @Override
    public void wakeAt(Effect.WakeAt wakeAt) {
        cancelWake();
        long delay = Math.max(0, wakeAt.nanos() - System.nanoTime());
        wake = loop.schedule(
                () -> {
                    take(new Event.TimeReached());
                    endTurn();
                },
                delay,
                TimeUnit.NANOSECONDS);
    }

    @Override
    public void finished(Effect.Finished finishedEffect) {
        cancelWake();
        deliveries.add(() -> finished.complete(null));
    }

    private void cancelWake() {
        if (wake != null) {
            wake.cancel(false);
            wake = null;
        }
    }

    /** One connection, made or in the making. Silent once closed by us. */
    private final class Link extends ChannelInboundHandlerAdapter {
        private final int attempt;
        private final ServerAddress address;
        private @Nullable Channel channel;
        private boolean ready;
        private boolean closed;

        Link(int attempt, ServerAddress address) {
            this.attempt = attempt;
            this.address = address;
        }

        void connect(List<InetSocketAddress> addresses, int index) {
            if (closed) {
                return;
            }
            if (index == addresses.size()) {
                report(new Event.ConnectionLost(attempt, "host name of " + server + " is unknown"));
                return;
            }
            ChannelFuture connecting = new Bootstrap()
                    .group(loop)
                    .channel(threads.channelType())
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.SO_KEEPALIVE, true)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            if (tls != null) {
                                channel.pipeline().addLast(tls.handler(channel.alloc(), address));
                            }
                            channel.pipeline().addLast(new FrameDecoder(replyBytesMax), Link.this);
                        }
                    })
                    .connect(addresses.get(index));
            channel = connecting.channel();
            connecting.addListener(done -> connected(done, addresses, index));
        }

        private void connected(Future<?> done, List<InetSocketAddress> addresses, int index) {
            if (closed) {
                return;
            }
            if (done.isSuccess()) {
                whenSecure(() -> {
                    ready = true;
                    report(new Event.Connected(attempt));
                });
            } else if (index + 1 < addresses.size()) {
                connect(addresses, index + 1);
            } else {
                report(new Event.ConnectionLost(attempt, reason(done.cause())));
            }
        }

        private void whenSecure(Runnable then) {
            SslHandler handler = channel == null ? null : channel.pipeline().get(SslHandler.class);
            if (handler == null) {
                then.run();
                return;
            }
            handler.handshakeFuture().addListener(done -> {
                if (closed) {
                    return;
                }
                if (done.isSuccess()) {
                    then.run();
                } else {
                    report(new Event.ConnectionLost(attempt, "TLS: " + reason(done.cause())));
                }
            });
        }

        void write(ByteBuf frame) {
            if (channel == null) {
                frame.release();
            } else {
                channel.write(frame);
            }
        }

        // Before, there is nothing to send, and TLS would begin to speak into a socket that is not connected.
        void flush() {
            if (channel != null && ready) {
                channel.flush();
            }
        }

        void close() {
            closed = true;
            if (channel != null) {
                // What was written before, a closeSession perhaps, still goes out.
                flush();
                channel.close();
            }
        }

        private void report(Event event) {
            take(event);
            endTurn();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                if (closed) {
                    return;
                }
                if (message instanceof ByteBuf frame) {
                    take(new Event.FrameReceived(attempt, frame.nioBuffer()));
                } else if (message instanceof FrameDecoder.Oversized oversized) {
                    take(new Event.FrameOversized(attempt, oversized.frameBytes()));
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            endTurn();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!closed) {
                report(new Event.ConnectionLost(attempt, "server closed the connection"));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!closed) {
                report(new Event.ConnectionLost(attempt, reason(cause)));
            }
        }

        private static String reason(@Nullable Throwable cause) {
            if (cause == null) {
                return "unknown";
            }
            return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        }
    }
}
