package baton.server.transport;

import baton.server.config.ConnectionSettings;
import baton.server.config.Descriptors;
import baton.server.config.LimitSettings;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The event loops of a server, and what listens on them. */
public final class EventLoops {
    /** A loop that takes longer for a turn is with a disk that hangs: whoever ends does not wait for it. */
    static final long TURN_SECONDS_MAX = 5;

    private static final int CONNECTIONS_TO_ACCEPT_AT_ONCE = 4096;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 << 10, 64 << 10);

    private final MultiThreadIoEventLoopGroup group;
    private final SocketIo io;
    private final ClientDescriptors descriptors;
    private final Complaints complaints = new Complaints();
    private final AtomicInteger connections = new AtomicInteger();
    private final LastResort lastResort;

    // Written by whoever closes it.
    private volatile boolean closed;

    private final List<TransportLoop> loops = new ArrayList<>();
    private final Map<EventLoop, TransportLoop> byEventLoop = new IdentityHashMap<>();

    /**
     * Makes the loops; each takes its thread from the factory when it first has something to do.
     *
     * @param descriptors those of the process: connections of clients take no more of them than are for clients
     * @param lastResort told if memory runs out while something is done for one connection, or a thread ends by itself
     */
    public EventLoops(int count, SocketIo io, Descriptors descriptors, ThreadFactory threads, LastResort lastResort) {
        this.io = io;
        this.lastResort = lastResort;
        ThreadFactory watched = work -> threads.newThread(() -> untilClosed(work));
        group = new MultiThreadIoEventLoopGroup(count, watched, io.handlers());
        for (EventExecutor each : group) {
            TransportLoop loop = new TransportLoop((EventLoop) each, loops.size(), loops, io, lastResort);
            loops.add(loop);
            byEventLoop.put(loop.eventLoop(), loop);
        }
        boolean counted = io == SocketIo.NIO && descriptors.max().isPresent();
        this.descriptors = new ClientDescriptors(descriptors.endForClients(), counted ? Descriptors.open() : 0);
    }

    // What Netty cannot go on from ends the loop's thread and is only logged: its connections would hang for ever.
    private void untilClosed(Runnable work) {
        try {
            work.run();
        } finally {
            if (!closed) {
                lastResort.failed(new IllegalStateException("an event loop has ended"));
            }
        }
    }

    public List<TransportLoop> loops() {
        return List.copyOf(loops);
    }

    /** Returns how sockets are waited for. */
    public SocketIo io() {
        return io;
    }

    /** What a port speaks. */
    public sealed interface Security {
        /** Everything is sent in the open. */
        record Plain() implements Security {
            @Override
            public String toString() {
                return "no";
            }
        }

        /** Everything is encrypted. */
        record Encrypted(TlsServer tls) implements Security {
            @Override
            public String toString() {
                return "yes";
            }
        }

        /** Each client does as it likes. */
        record Either(TlsServer tls) implements Security {
            @Override
            public String toString() {
                return "either";
            }
        }
    }

    /**
     * Binds the address and serves connections from now on.
     *
     * @throws IOException if the address cannot be bound
     */
    public ClientPort listen(
            InetSocketAddress address, Security security, LimitSettings limits, ClientInput.Factory inputs)
            throws IOException {
        List<LoopPort> onLoops = onLoops(limits);
        Acceptor acceptor = new Acceptor(group, new Entry(security, onLoops, inputs), lastResort);
        int backlog = limits.connections().listenBacklog();
        Channel channel = acceptor.listen(io, address, backlog < 0 ? CONNECTIONS_TO_ACCEPT_AT_ONCE : backlog);
        return new ClientPort(channel, acceptor, onLoops);
    }

    /** Serves connections again that come to a port of these loops, which was {@linkplain ClientPort#vacate vacated}. */
    public ClientPort listenAgain(
            ClientPort vacated, Security security, LimitSettings limits, ClientInput.Factory inputs) {
        List<LoopPort> onLoops = onLoops(limits);
        return vacated.takenOver(new Entry(security, onLoops, inputs), onLoops);
    }

    private List<LoopPort> onLoops(LimitSettings limits) {
        ConnectionSettings bounds = limits.connections();
        ConnectionCount count = new ConnectionCount(bounds.perAddressMax(), bounds.max(), connections);
        List<LoopPort> onLoops = new ArrayList<>();
        for (TransportLoop each : loops) {
            onLoops.add(new LoopPort(each, limits, complaints, count));
        }
        return onLoops;
    }

    /** The door of a port for clients. */
    private final class Entry implements Acceptor.Door {
        private final Security security;
        private final List<LoopPort> onLoops;
        private final ClientInput.Factory inputs;

        Entry(Security security, List<LoopPort> onLoops, ClientInput.Factory inputs) {
            this.security = security;
            this.onLoops = onLoops;
            this.inputs = inputs;
        }

        /** Without a descriptor for its next file the log would have to stop, and the server with it. */
        @Override
        public boolean hasRoomFor(Channel accepted) {
            if (descriptors.hasRoomFor(accepted)) {
                return true;
            }
            onLoops.get(0).count().refuse();
            if (accepted.remoteAddress() instanceof InetSocketAddress remote) {
                complaints.about(
                        remote,
                        "this process has as many files and connections open as it may but for a reserve: raise the"
                                + " limit (ulimit -n)",
                        "");
            }
            return false;
        }

        @Override
        public void letIn(Channel accepted) {
            configure(accepted.config());
            accept(accepted, security, onLoops, inputs);
        }
    }

    private void configure(ChannelConfig connection) {
        connection.setOption(ChannelOption.TCP_NODELAY, true);
        connection.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        connection.setOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
        connection.setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
        for (Map.Entry<ChannelOption<Short>, Short> each : io.childOptions().entrySet()) {
            connection.setOption(each.getKey(), each.getValue());
        }
    }

    private void accept(Channel accepted, Security security, List<LoopPort> onLoops, ClientInput.Factory inputs) {
        TransportLoop loop = byEventLoop.get(accepted.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("a connection came up on a loop that is not ours");
        }
        LoopPort port = onLoops.get(loop.index());
        InetSocketAddress remote = (InetSocketAddress) accepted.remoteAddress();
        if (remote == null || !enter(remote, port.count(), port.limits())) {
            Acceptor.turnAway(accepted);
            return;
        }
        accepted.config().setRecvByteBufAllocator(loop.receiving());
        ClientChannel client = client(accepted, remote, port, inputs);
        accepted.pipeline().addLast(client);
        port.add(client);
        if (security instanceof Security.Encrypted encrypted) {
            encrypt(accepted, client, encrypted.tls());
        } else if (security instanceof Security.Either either) {
            TlsChoice choice = new TlsChoice(() -> encrypt(accepted, client, either.tls()));
            accepted.pipeline().addFirst(choice);
        }
    }

    private static ClientChannel client(
            Channel accepted, InetSocketAddress remote, LoopPort port, ClientInput.Factory inputs) {
        try {
            return new ClientChannel(accepted, remote, port, inputs);
        } catch (RuntimeException e) {
            port.count().leave(remote.getAddress());
            throw e;
        }
    }

    private boolean enter(InetSocketAddress remote, ConnectionCount count, LimitSettings limits) {
        return switch (count.enter(remote.getAddress())) {
            case ADMITTED -> true;
            case TOO_MANY_OF_ADDRESS -> {
                complaints.about(
                        remote,
                        "its address has as many connections as it may",
                        "maxClientCnxns=" + limits.connections().perAddressMax());
                yield false;
            }
            case TOO_MANY -> {
                complaints.about(
                        remote,
                        "there are as many connections as there may be",
                        "maxCnxns=" + limits.connections().max());
                yield false;
            }
        };
    }

    private void encrypt(Channel accepted, ClientChannel client, TlsServer tls) {
        tls.begun(accepted);
        ChannelPipeline pipeline = accepted.pipeline();
        String behind = pipeline.context(client).name();
        HandshakeComputations computations = new HandshakeComputations(tls.handshakes(), accepted.eventLoop());
        pipeline.addBefore(behind, null, computations);
        pipeline.addBefore(behind, null, tls.handler(accepted.alloc(), client.remote(), computations));
        pipeline.addBefore(behind, null, new TlsGate(tls, client, client.remote(), complaints));
    }

    /**
     * Stops the loops, and waits for their threads, but for one that hangs. Ports are to be closed before: a loop may end without
     * that.
     */
    public void close() {
        closed = true;
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(TURN_SECONDS_MAX, TimeUnit.SECONDS);
    }
}
