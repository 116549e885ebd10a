package baton.server.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;

/** Sends notices to a datagram socket of this machine, and never hears back. Callable from any thread. */
public final class NoticeSocket {
    private final Channel channel;
    private final DomainSocketAddress to;

    NoticeSocket(Channel channel, DomainSocketAddress to) {
        this.channel = channel;
        this.to = to;
    }

    /** Sends a notice, unless nobody listens any more. */
    public void send(String notice) {
        ChannelFuture unused = channel.writeAndFlush(
                new DomainDatagramPacket(Unpooled.copiedBuffer(notice, StandardCharsets.UTF_8), to));
    }

    /** Sends what it was given, and ends. */
    public void close() {
        channel.close().awaitUninterruptibly();
    }
}
