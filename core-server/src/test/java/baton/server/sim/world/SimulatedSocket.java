package baton.server.sim.world;

import baton.server.transport.ClientInput;
import baton.server.transport.GatheringWrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of a {@link Wire}, as a Netty channel: its machine takes bytes in whether or not the process runs, and
 * the process reads them in pieces of any size.
 */
final class SimulatedSocket extends AbstractChannel {
    /** So much the process reads at once, and so often in a turn, as loops over real sockets do. */
    static final int READ_BYTES = 16 << 10;

    private static final int READS_A_TURN = 16;
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.1", 2181);

    private record Id(String text) implements ChannelId {
        private static final long serialVersionUID = 1L;

        @Override
        public String asShortText() {
            return text;
        }

        @Override
        public String asLongText() {
            return text;
        }

        @Override
        public int compareTo(ChannelId other) {
            return text.compareTo(other.asLongText());
        }
    }

    /** Who looks at what the process does with it. */
    interface Watcher {
        /** The process is about to read something. */
        void reads(SimulatedSocket socket);

        /** Something whole is in what it reads: only that keeps a session, for who never ends a request could hold locks for ever. */
        void hears(SimulatedSocket socket);

        /** The process closes it, and is not about to end. */
        void closes(SimulatedSocket socket);
    }

    private final VirtualTime time;
    private final SimulatedLoop loop;
    private final Wire wire;
    private final Chance chance;
    private final InetSocketAddress remote;
    private final Watcher watcher;
    private final Tamper tamper;
    private final ChannelConfig config;
    private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
    private @Nullable Intake intake;
    private @Nullable Outflow outflow;
    private long servedAtNanos;
    private long oldestAtNanos;
    private boolean open = true;
    private boolean goodbyeArrived;
    private boolean ended;
    private boolean endWasRead;
    private boolean wasReset;
    private boolean abandoned;

    /**
     * @param tamper what becomes of the bytes that pass
     */
    SimulatedSocket(
            int number,
            VirtualTime time,
            SimulatedLoop loop,
            Wire wire,
            Chance chance,
            Tamper tamper,
            Watcher watcher) {
        super(null, new Id("socket-" + number));
        this.time = time;
        this.loop = loop;
        this.wire = wire;
        this.chance = chance;
        this.watcher = watcher;
        this.tamper = tamper;
        this.remote = new InetSocketAddress("10.0.0." + number % 250, 40_000 + number % 20_000);
        this.config = new DefaultChannelConfig(this);
        config.setAllocator(ByteBufAllocator.DEFAULT);
        config.setWriteBufferWaterMark(new WriteBufferWaterMark(2 << 10, 4 << 10));
    }

    Wire wire() {
        return wire;
    }

    SimulatedLoop loop() {
        return loop;
    }

    InetSocketAddress remote() {
        return remote;
    }

    /** The process serves it from now on. */
    void served(Intake taking, Outflow waiting) {
        intake = taking;
        outflow = waiting;
        servedAtNanos = loop.nanos();
    }

    /** Returns what serves it. */
    ClientInput input() {
        return intake.input();
    }

    /** Says whether nothing waits in the process for the client to take it. */
    boolean isFlushed() {
        ChannelOutboundBuffer waiting = unsafe().outboundBuffer();
        return waiting == null || waiting.totalPendingWriteBytes() == 0;
    }

    /** Returns since when the process serves it, by the machine's clock. */
    long servedAtNanos() {
        return servedAtNanos;
    }

    /** Says whether the process knows nothing yet of what the client wants. */
    boolean isStranger() {
        return intake.isStranger();
    }

    /** Says whether the process need not ask itself whether to close it: nobody is there, or speaks no protocol. */
    boolean hasToBeClosed() {
        return ended || wasReset || intake.isGarbled();
    }

    /** Says whether the process has read nothing whole yet. */
    boolean isSilent() {
        return intake.isSilent();
    }

    /** Says whether the process reads no more, for it has read enough ahead. */
    boolean isFarAhead() {
        return open && !config.isAutoRead() && isWritable() && intake.isFarAhead();
    }

    /** The loop has had a turn. */
    void look() {
        outflow.look(!isWritable());
    }

    /** The process gives the client up for not reading. */
    void givenUp() {
        ChannelOutboundBuffer waiting = unsafe().outboundBuffer();
        outflow.givenUp(waiting == null ? 0 : waiting.totalPendingWriteBytes());
    }

    // The machine.

    void arrived(byte[] bytes) {
        if (open) {
            take(tamper.inbound(bytes));
        }
    }

    /** The last thing that a client says has arrived. */
    void goodbyeArrived(byte[] bytes) {
        if (open) {
            goodbyeArrived = true;
            take(wire.isClosedByClient() ? tamper.lastWord(bytes) : tamper.inbound(bytes));
        }
    }

    private void take(byte[] bytes) {
        if (arrived.isEmpty()) {
            oldestAtNanos = time.nowNanos();
        }
        arrived.add(bytes);
        loop.wake();
    }

    /** Says whether the process has read the last thing that the client says. */
    boolean hasReadGoodbye() {
        return goodbyeArrived && arrived.isEmpty();
    }

    /** Nothing more will come from the client. */
    void ended() {
        ended = true;
        if (open) {
            loop.wake();
        }
    }

    void reset() {
        if (open) {
            wasReset = true;
            loop.wake();
        }
    }

    void roomAgain() {
        if (open
                && unsafe().outboundBuffer() != null
                && !unsafe().outboundBuffer().isEmpty()) {
            loop.execute(this::continueWriting);
        }
    }

    boolean isReadable() {
        return open && (wasReset || wantsInput() && (!arrived.isEmpty() || isAtItsEnd()));
    }

    private boolean wantsInput() {
        return config.isAutoRead() || tamper.readsOnAndOn();
    }

    private boolean isAtItsEnd() {
        return ended && !endWasRead && arrived.isEmpty();
    }

    /** Says whether bytes have lain here since that time that the process has not read, though it wants to. */
    boolean hasUnreadSince(long nanos) {
        return open && !wasReset && config.isAutoRead() && !arrived.isEmpty() && oldestAtNanos <= nanos;
    }

    // The process.

    /** Reads what has arrived, if it is wanted: all of it, or a part. */
    void readInput() {
        if (!isReadable()) {
            return;
        }
        if (wasReset) {
            arrived.clear();
            unsafe().close(unsafe().voidPromise());
            return;
        }
        for (int i = 0; i < READS_A_TURN && isReadable() && !arrived.isEmpty(); i++) {
            readBytes(someThatArrived());
        }
        pipeline().fireChannelReadComplete();
        if (open && isAtItsEnd()) {
            endWasRead = true;
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    private void readBytes(byte[] bytes) {
        time.note("reads", Arrays.hashCode(bytes));
        watcher.reads(this);
        if (intake.read(bytes)) {
            watcher.hears(this);
        }
        pipeline().fireChannelRead(Unpooled.wrappedBuffer(bytes));
    }

    private byte[] someThatArrived() {
        ByteArrayOutputStream some = new ByteArrayOutputStream();
        while (!arrived.isEmpty() && some.size() < READ_BYTES) {
            some.writeBytes(arrived.remove());
        }
        byte[] bytes = some.toByteArray();
        int most = Math.min(READ_BYTES, bytes.length);
        int cut = most > 1 && chance.oneIn(8) ? 1 + chance.below(most - 1) : most;
        if (cut < bytes.length) {
            arrived.addFirst(Arrays.copyOfRange(bytes, cut, bytes.length));
        }
        return Arrays.copyOf(bytes, cut);
    }

    private void continueWriting() {
        if (open) {
            ((Calls) unsafe()).flushOn();
        }
    }

    /** Has one of them take what it can at once. */
    static long writeTo(Channel socket, GatheringWrite.Pieces pieces) {
        ByteBuf all = Unpooled.buffer();
        pieces.forEach(all::writeBytes);
        SimulatedSocket to = (SimulatedSocket) socket;
        byte[] taken = new byte[Math.min(all.readableBytes(), to.wire.room())];
        all.readBytes(taken);
        to.send(taken);
        return taken.length;
    }

    private void send(byte[] bytes) {
        if (bytes.length > 0) {
            outflow.moved();
        }
        byte[] tampered = tamper.outbound(bytes);
        if (tampered.length > 0) {
            wire.sendToClient(tampered);
        }
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer buffer) {
        for (Object message = buffer.current(); message != null; message = buffer.current()) {
            ByteBuf bytes = (ByteBuf) message;
            int count = Math.min(bytes.readableBytes(), wire.room());
            if (count == 0 && bytes.isReadable()) {
                return;
            }
            byte[] sent = new byte[count];
            bytes.getBytes(bytes.readerIndex(), sent);
            // Before the queue gives it up: who hears of room there may write straight to the socket.
            send(sent);
            if (count == bytes.readableBytes()) {
                buffer.remove();
            } else {
                buffer.removeBytes(count);
            }
        }
    }

    @Override
    protected void doClose() {
        open = false;
        if (!abandoned) {
            watcher.closes(this);
        }
        loop.remove(this);
        if (!abandoned) {
            wire.closedByServer();
        }
    }

    @Override
    protected void doBeginRead() {
        if (!arrived.isEmpty()) {
            loop.wake();
        }
    }

    /** Lets go of memory when the process has died; nobody hears of it. */
    void abandon() {
        abandoned = true;
        unsafe().close(unsafe().voidPromise());
    }

    @Override
    protected void doRegister() {
        loop.add(this);
    }

    @Override
    protected void doBind(SocketAddress local) {
        throw new UnsupportedOperationException("accepted, not bound");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected boolean isCompatible(EventLoop other) {
        return other instanceof SimulatedLoop;
    }

    @Override
    protected SocketAddress localAddress0() {
        return SERVER;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return remote;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new Calls();
    }

    private final class Calls extends AbstractUnsafe {
        void flushOn() {
            flush0();
        }

        @Override
        public void connect(SocketAddress to, SocketAddress from, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("accepted, not connected"));
        }
    }
}
