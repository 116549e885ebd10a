package baton.server.transport;

import baton.server.transport.EventLoops.Security;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A port that speaks HTTP/1.1, on one thread of its own, so that nobody who asks much there slows clients down.
 *
 * <p>Bounded against strangers: in connections, in the length of a request and its headers, and in how long a connection
 * may be silent.
 */
public final class HttpPort {
    private static final int CONNECTIONS_MAX = 256;
    private static final int LINE_BYTES_MAX = 4096;
    private static final int HEADER_BYTES_MAX = 16 << 10;
    private static final int BODY_BYTES_MAX = 64 << 10;

    private final EventLoopGroup group;
    private final ServerSocketChannel channel;
    private final ChannelGroup open;

    private HttpPort(EventLoopGroup group, ServerSocketChannel channel, ChannelGroup open) {
        this.group = group;
        this.channel = channel;
        this.open = open;
    }

    /**
     * Binds the address and answers from now on.
     *
     * @param idleMillis after how long a silent connection is closed, and one that has not taken its page
     * @throws IOException if the address cannot be bound; nothing is left behind then
     */
    public static HttpPort open(
            InetSocketAddress address, int idleMillis, HttpSite site, Security security, ThreadFactory threads)
            throws IOException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, threads, NioIoHandler.newFactory());
        ChannelGroup open = new DefaultChannelGroup(group.next(), true);
        HttpConnections connections = new HttpConnections(CONNECTIONS_MAX, open);
        boolean loopback = address.getAddress().isLoopbackAddress();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        if (!connections.admit(accepted)) {
                            accepted.close();
                            return;
                        }
                        accepted.pipeline()
                                .addLast(new IdleStateHandler(0, 0, idleMillis, TimeUnit.MILLISECONDS))
                                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                                        .setMaxInitialLineLength(LINE_BYTES_MAX)
                                        .setMaxHeaderSize(HEADER_BYTES_MAX)))
                                .addLast(new LongBodies(site, loopback, connections))
                                .addLast(new ShortBodies(BODY_BYTES_MAX))
                                .addLast(new ChunkedWriteHandler())
                                .addLast(new HttpExchange(site, loopback, connections, idleMillis));
                        secure(accepted, security);
                    }
                });
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
            throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
        }
        return new HttpPort(group, (ServerSocketChannel) bound.channel(), open);
    }

    private static void secure(Channel accepted, Security security) {
        if (security instanceof Security.Encrypted encrypted) {
            accepted.pipeline().addFirst(handler(accepted, encrypted.tls()));
        } else if (security instanceof Security.Either either) {
            String choice = "choice";
            accepted.pipeline()
                    .addFirst(
                            choice,
                            new TlsChoice(
                                    () -> accepted.pipeline().addAfter(choice, null, handler(accepted, either.tls()))));
        }
    }

    private static SslHandler handler(Channel accepted, TlsServer tls) {
        return tls.handler(accepted.alloc(), (InetSocketAddress) accepted.remoteAddress(), tls.handshakes());
    }

    /** Returns the address that is bound, with the port the system picked if it was asked to. */
    public InetSocketAddress address() {
        return channel.localAddress();
    }

    /** Frees the port, closes its connections and ends its thread. */
    public void close() {
        channel.close().awaitUninterruptibly();
        open.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
