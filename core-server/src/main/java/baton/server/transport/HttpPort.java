package baton.server.transport;

import baton.server.transport.EventLoops.Security;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
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
    private static final int BACKLOG = 256;
    private static final int LINE_BYTES_MAX = 4096;
    private static final int HEADER_BYTES_MAX = 16 << 10;
    private static final int BODY_BYTES_MAX = 64 << 10;
    private static final String IDLENESS = "idleness";

    private final EventLoopGroup group;
    private final Channel channel;
    private final ChannelGroup open;

    private HttpPort(EventLoopGroup group, Channel channel, ChannelGroup open) {
        this.group = group;
        this.channel = channel;
        this.open = open;
    }

    /**
     * What strangers may do.
     *
     * @param connectionsMax how many connections there may be; one more takes the place of another
     * @param idleMillis after how long a silent connection is closed, and one that has not taken its page
     */
    public record Bounds(int connectionsMax, int idleMillis) {}

    /**
     * Binds the address and answers from now on.
     *
     * @param lastResort told if memory runs out over an answer
     * @throws IOException if the address cannot be bound; nothing is left behind then
     */
    public static HttpPort open(
            InetSocketAddress address,
            Bounds bounds,
            HttpSite site,
            Security security,
            ThreadFactory threads,
            LastResort lastResort)
            throws IOException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, threads, SocketIo.NIO.handlers());
        ChannelGroup open = new DefaultChannelGroup(group.next(), true);
        HttpConnections connections = new HttpConnections(bounds.connectionsMax(), open);
        boolean loopback = address.getAddress().isLoopbackAddress();
        Acceptor acceptor = new Acceptor(
                group,
                accepted -> {
                    if (!connections.admit(accepted)) {
                        accepted.close();
                        return;
                    }
                    accepted.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                    accepted.pipeline()
                            .addLast(IDLENESS, new IdleStateHandler(0, 0, bounds.idleMillis(), TimeUnit.MILLISECONDS))
                            .addLast(new HttpServerCodec(new HttpDecoderConfig()
                                    .setMaxInitialLineLength(LINE_BYTES_MAX)
                                    .setMaxHeaderSize(HEADER_BYTES_MAX)))
                            .addLast(new LongBodies(site, loopback, connections))
                            .addLast(new ShortBodies(BODY_BYTES_MAX))
                            .addLast(new ChunkedWriteHandler())
                            .addLast(new HttpExchange(site, loopback, connections, bounds.idleMillis(), lastResort));
                    secure(accepted, security);
                },
                lastResort);
        try {
            return new HttpPort(group, acceptor.listen(SocketIo.NIO, address, BACKLOG), open);
        } catch (IOException e) {
            group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
            throw e;
        }
    }

    private static void secure(Channel accepted, Security security) {
        if (security instanceof Security.Encrypted encrypted) {
            encrypt(accepted, encrypted.tls());
        } else if (security instanceof Security.Either either) {
            accepted.pipeline().addFirst(new TlsChoice(() -> encrypt(accepted, either.tls())));
        }
    }

    private static void encrypt(Channel accepted, TlsServer tls) {
        InetSocketAddress remote = (InetSocketAddress) accepted.remoteAddress();
        HandshakeComputations computations = new HandshakeComputations(tls.handshakes(), accepted.eventLoop());
        accepted.pipeline()
                .addBefore(IDLENESS, null, computations)
                .addBefore(IDLENESS, null, tls.handler(accepted.alloc(), remote, computations));
    }

    /** Returns the address that is bound, with the port the system picked if it was asked to. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Frees the port, closes its connections and ends its thread. */
    public void close() {
        channel.close().awaitUninterruptibly();
        open.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
