package baton.server.transport;

import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.server.config.LimitSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of one connection.
 *
 * <p>Inwards: cuts them into frames of {@code length:int32} and that many bytes, and offers these in order. A length
 * out of bounds closes the connection, and no other notices. Input stops while the {@link ClientInput} declines a frame or
 * the client does not read its answers, and with it reading from the socket: at once in the latter case, else with some
 * kilobytes read ahead. What was received whole is offered even if the client has closed its end meanwhile: one that ends its
 * session need not wait for the answer. It may close its end only for what it sends and is still answered.
 *
 * <p>Outwards: gathers what is sent until {@link #flush}, so that a batch of answers costs one system call. A client
 * that leaves more than {@code unreadBytesMax} unread is cut off: its watch events cannot be held back. So is one that
 * takes nothing for {@code outboundStallMillis} of what waits for it, and one that does not take its last answer within
 * {@code handshakeMillis}.
 *
 * <p>Confined to its loop.
 */
public final class ClientChannel implements PassingOn {
    private static final Logger log = LoggerFactory.getLogger(ClientChannel.class);
    /** For so long a client may go on talking that was told the end. */
    private static final int LINGER_MILLIS = 1_000;

    private static final int READ_AHEAD_BYTES = 16 << 10;
    private static final int LENGTH_BYTES = 4;
    private static final long SHARE_OF_ALL = 4;
    private static final int STALLED_LOOKS_MAX = 10;

    private final Channel channel;
    private final InetSocketAddress remote;
    private final LoopPort port;
    private final ClientInput input;
    private final Outgoing outgoing;

    // Written by the port.
    @Nullable
    ClientChannel older;

    @Nullable
    ClientChannel newer;

    private ByteBuf unread = Unpooled.EMPTY_BUFFER;

    /** How many of the frames that come next the input has been shown already. */
    private int framesSeenAhead;

    private boolean waitsItsTurn;
    private boolean offering;
    private boolean declined;

    /** The client says no more, and may still listen. */
    private boolean ended;

    /** Nobody is there to be answered. */
    private boolean lost;

    private boolean closing;

    /** The input knows that the connection is gone, or as good as that. */
    private boolean gone;

    private long takenBytesSeen;
    private long countedBytes;
    private @Nullable Stall watched;

    // Written by the loop.
    private volatile boolean secure;

    private Runnable forgetPatience = () -> {};
    private Runnable forgetLook = () -> {};

    ClientChannel(Channel channel, InetSocketAddress remote, LoopPort port, ClientInput.Factory inputs) {
        this.channel = channel;
        this.remote = remote;
        this.port = port;
        this.outgoing = new Outgoing(channel, port.loop().socketWrite());
        this.input = inputs.open(this);
    }

    public InetSocketAddress remote() {
        return remote;
    }

    /** Says whether what is sent is encrypted, once the handshake is done. Callable from any thread. */
    public boolean isSecure() {
        return secure;
    }

    /**
     * The handshake is done: nothing the client says was taken before.
     *
     * @param subject the name in the client's certificate, verified; null if it showed none
     */
    void secured(@Nullable String subject) {
        secure = true;
        outgoing.encrypt();
        if (subject != null) {
            input.certified(subject);
        }
    }

    private LimitSettings limits() {
        return port.limits();
    }

    public TransportLoop loop() {
        return port.loop();
    }

    /** Sends everything the writer holds, behind what was sent before; {@link #flush} moves it on. */
    public void send(WireWriter bytes) {
        send(bytes.unsafeArray(), bytes.size());
    }

    /** Sends the first bytes of the array, which is copied; {@link #flush} moves it on. */
    public void send(byte[] bytes, int length) {
        if (!closing) {
            comeToFlush();
            outgoing.add(bytes, length);
            flushIfMuch();
        }
    }

    /**
     * Sends everything the writer holds and, behind the first {@code at} bytes of it, what is lent; {@link #flush} moves it on.
     *
     * @param lent direct, not copied and never changed
     */
    public void send(WireWriter bytes, int at, ByteBuffer lent) {
        if (!closing) {
            comeToFlush();
            outgoing.add(bytes.unsafeArray(), bytes.size());
            outgoing.lend(lent, bytes.size() - at);
            flushIfMuch();
        }
    }

    private void comeToFlush() {
        if (waitsItsTurn || outgoing.isEmpty()) {
            waitsItsTurn = false;
            loop().toFlush(this);
        }
    }

    /**
     * Sends a frame that many others get too: others' answers may leave before, but nothing of this client's.
     *
     * @param frame alone
     */
    public void sendInTurn(SharedFrames frame) {
        if (!closing) {
            comeToFlushInTurn();
            outgoing.share(frame);
            flushIfMuch();
        }
    }

    private void comeToFlushInTurn() {
        if (outgoing.isEmpty()) {
            waitsItsTurn = true;
            loop().toFlushInTurn(this);
        }
    }

    private void flushIfMuch() {
        if (outgoing.isMuch()) {
            flush();
        }
    }

    /** Writes out what was sent. */
    public void flush() {
        waitsItsTurn = false;
        if (outgoing.isEmpty()) {
            return;
        }
        outgoing.flush();
        if (!channel.isWritable()) {
            loop().afterWriting(this::boundUnwritten);
        }
    }

    private void boundUnwritten() {
        if (closing) {
            return;
        }
        countUnwritten();
        if (outgoing.unwrittenBytes() > limits().unreadBytesMax()) {
            cutOffUnread();
        } else if (!channel.isWritable()) {
            loop().bound(SHARE_OF_ALL * limits().unreadBytesMax());
            watch();
        }
    }

    private void watch() {
        if (watched == null && !closing) {
            watched = new Stall();
            watched.lookLater();
        }
    }

    /** Looks again and again whether a client takes any of what waits for it. */
    private final class Stall implements Runnable {
        private long takenBytesAtLook = outgoing.takenBytes();
        private int stalledLooks;

        void lookLater() {
            forgetLook = loop().executeAfter(limits().flow().outboundStallMillis() / STALLED_LOOKS_MAX, this);
        }

        // By the number of looks, not by a clock: while the server itself stands still nobody is expected to read.
        @Override
        public void run() {
            if (closing || channel.isWritable()) {
                watched = null;
                return;
            }
            long taken = outgoing.takenBytes();
            stalledLooks = taken > takenBytesAtLook ? 0 : stalledLooks + 1;
            takenBytesAtLook = taken;
            if (stalledLooks >= STALLED_LOOKS_MAX) {
                cutOffUnread();
            } else {
                lookLater();
            }
        }
    }

    /** Keeps the loop's sum up to date with what this client leaves unread. */
    long countUnwritten() {
        long before = countedBytes;
        countedBytes = channel.isWritable() ? 0 : outgoing.unwrittenBytes();
        loop().countUnwritten(this, before, countedBytes);
        return countedBytes;
    }

    void cutOffUnread() {
        log.warn("closed client={} because={} unreadBytes={}", remote, "it does not read", outgoing.unwrittenBytes());
        input.givenUp();
        // As one that is lost: what it has asked for whole, the end of its session above all, is done all the same.
        offerTheRest();
        close();
    }

    /**
     * Says whether the client has taken some of what waits for it since the last call, or since it began to wait. Nothing
     * is read from such a client, so that it takes output is all there is to know of its life.
     */
    public boolean isTakingOutput() {
        long before = takenBytesSeen;
        takenBytesSeen = outgoing.takenBytes();
        return !channel.isWritable() && takenBytesSeen > before;
    }

    /** Offers the declined frame again, and those behind it. A bug in what is done with them closes this connection. */
    public void resume() {
        declined = false;
        try {
            offerFrames();
        } catch (Throwable bug) {
            closeFor(bug);
        }
    }

    /** Says to operators that the frame that is being offered asks for no session, and what it may be instead. */
    public void tellOfNoHandshake() {
        port.complaints().aboutHandshake(remote, unread);
    }

    /** Says to operators that the frame that is being offered is too short for a request. */
    public void tellOfNoRequest() {
        int length = unread.getInt(unread.readerIndex());
        port.complaints().about(remote, "a frame too short for a request", Complaints.details(length, unread));
    }

    /** Closes the connection; what was sent and not flushed is lost. */
    public void close() {
        closing = true;
        channel.close();
    }

    /** Takes no more input, writes out what was sent, and closes the connection. */
    public void closeAfterSending() {
        if (closing) {
            return;
        }
        closing = true;
        channel.config().setAutoRead(false);
        if (!offering) {
            dropUnread();
        }
        forgetPatience = loop().executeAfter(limits().connections().handshakeMillis(), this::close);
        outgoing.flush();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> end());
    }

    /**
     * Says that this is the end, and closes when the client has ended, too: to close while there is input that nobody reads
     * is a reset, which can take from the client what it has not got yet.
     */
    private void end() {
        if (ended || !(channel instanceof DuplexChannel duplex)) {
            channel.close();
            return;
        }
        forgetPatience.run();
        forgetPatience = loop().executeAfter(LINGER_MILLIS, this::close);
        // Not at once: the input may be in the middle of something.
        loop().execute(() -> {
            // Only the socket lingers.
            tellThatItIsGone();
            endEncryption().addListener(told -> duplex.shutdownOutput().addListener(this::awaitTheClientsEnd));
        });
    }

    private void awaitTheClientsEnd(Future<?> said) {
        if (ended || !said.isSuccess()) {
            channel.close();
        } else if (channel.isOpen()) {
            channel.config().setAutoRead(true);
        }
    }

    /** The end is said in the words of TLS first: who hears of the socket's alone takes it for an attack. */
    private ChannelFuture endEncryption() {
        SslHandler encryption = channel.pipeline().get(SslHandler.class);
        return encryption == null ? channel.newSucceededFuture() : encryption.closeOutbound();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (closing) {
            ReferenceCountUtil.release(message);
            return;
        }
        unread = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), unread, (ByteBuf) message);
        input.heard();
        offerFrames();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        loop().flushAfterThisLook();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        // A reset is followed by this event too, when the socket is closed already.
        if (event instanceof ChannelInputShutdownEvent && channel.isOpen()) {
            ended = true;
            if (!closing) {
                offerFrames();
                loop().flushAll();
            } else if (channel instanceof DuplexChannel duplex && duplex.isOutputShutdown()) {
                channel.close();
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            countUnwritten();
            offerFrames();
            loop().flushAll();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!closing) {
            offerTheRest();
        }
        closing = true;
        forgetPatience.run();
        forgetLook.run();
        loop().countUnwritten(this, countedBytes, 0);
        countedBytes = 0;
        dropUnread();
        outgoing.drop();
        port.remove(this);
        tellThatItIsGone();
    }

    private void tellThatItIsGone() {
        if (!gone) {
            gone = true;
            input.closed();
        }
    }

    /** Offers the frames that were received whole and had to wait; those that ask only for answers are not worth it any more. */
    private void offerTheRest() {
        lost = true;
        declined = false;
        input.lost();
        if (offering) {
            return;
        }
        try {
            offerWholeFrames();
        } catch (Throwable bug) {
            // It is gone all the same, and that must be told.
            closeFor(bug);
        }
    }

    private void dropUnread() {
        unread.release();
        unread = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            log.debug("lost client={} because={}", remote, cause.toString());
            channel.close();
        } else {
            closeFor(cause);
        }
    }

    private void closeFor(Throwable bug) {
        loop().lastResort().lookAt(bug);
        log.error("closed client={} because of a bug", remote, bug);
        close();
    }

    private void offerFrames() {
        if (offering) {
            return;
        }
        offerWholeFrames();
        if (closing) {
            dropUnread();
            return;
        }
        if (unread.isReadable()) {
            // Else a client that never pauses between two frames would make it ever longer.
            unread.discardSomeReadBytes();
        } else {
            dropUnread();
        }
        boolean wanted = !ended && channel.isWritable() && (!declined || unread.readableBytes() < READ_AHEAD_BYTES);
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
            takenBytesSeen = outgoing.takenBytes();
        }
        if (ended) {
            input.leaving();
            if (!declined && channel.isWritable()) {
                input.ended();
            }
        }
    }

    private void offerWholeFrames() {
        offering = true;
        WireReader reader = loop().lendReader(limits().recordBytesMax());
        try {
            while (!declined && !closing && (lost || channel.isWritable()) && offerFrame(reader)) {}
        } finally {
            offering = false;
            loop().takeBack(reader);
            input.offered();
        }
    }

    /** Offers the next frame; false if it is not whole yet, or was declined. */
    private boolean offerFrame(WireReader reader) {
        if (unread.readableBytes() < LENGTH_BYTES) {
            return false;
        }
        int length = unread.getInt(unread.readerIndex());
        if (length <= 0 || length > limits().frameBytesMax()) {
            takeWord(length);
            return false;
        }
        if (unread.readableBytes() - LENGTH_BYTES < length) {
            return false;
        }
        if (framesSeenAhead == 0 && unread.readableBytes() > LENGTH_BYTES + length) {
            framesSeenAhead = input.ahead(unread.internalNioBuffer(unread.readerIndex(), unread.readableBytes()));
        }
        reader.reset(unread.internalNioBuffer(unread.readerIndex() + LENGTH_BYTES, length));
        if (!input.frame(reader)) {
            declined = true;
            return false;
        }
        unread.skipBytes(LENGTH_BYTES + length);
        framesSeenAhead = Math.max(0, framesSeenAhead - 1);
        return true;
    }

    private void takeWord(int first) {
        int argumentBytes = input.argumentBytes(first);
        if (unread.readableBytes() - LENGTH_BYTES < argumentBytes) {
            return;
        }
        long argument = argumentBytes == 0 ? 0 : unread.getLong(unread.readerIndex() + LENGTH_BYTES);
        if (input.word(first, argument)) {
            declined = true;
            return;
        }
        port.complaints().aboutLength(remote, limits().frameBytesMax(), unread);
        close();
    }
}
