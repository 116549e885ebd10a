package baton.etcd;

import baton.core.TlsFiles;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Makes connections to members: plain or encrypted, all on the core's threads. */
final class MemberChannels {
    /** A page of a listing with data, at most. */
    private static final int ANSWER_BYTES_MAX = 512 << 20;

    private final CoreThreads threads;
    private final @Nullable SslContext tls;

    /**
     * Prepares connections.
     *
     * @throws IllegalArgumentException if the files of {@code tls} cannot be used
     */
    MemberChannels(CoreThreads threads, Optional<TlsFiles> tls) {
        this.threads = threads;
        this.tls = tls.map(MemberChannels::context).orElse(null);
    }

    private static SslContext context(TlsFiles tls) {
        try {
            SslContextBuilder context = GrpcSslContexts.forClient();
            tls.trusted().ifPresent(file -> context.trustManager(file.toFile()));
            if (tls.certificate().isPresent() && tls.key().isPresent()) {
                context.keyManager(
                        tls.certificate().get().toFile(), tls.key().get().toFile());
            }
            return context.build();
        } catch (SSLException | IllegalArgumentException unusable) {
            throw new IllegalArgumentException(
                    tls + ": these files cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    ManagedChannel open(EtcdAddress.Member member) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(member.host(), member.port())
                .eventLoopGroup(threads.sockets())
                .channelType(NioSocketChannel.class)
                .offloadExecutor(threads.resolver())
                // What it runs there only hands over to the loop.
                .directExecutor()
                .disableRetry()
                .proxyDetector(address -> null)
                .maxInboundMessageSize(ANSWER_BYTES_MAX);
        if (tls == null) {
            builder.usePlaintext();
        } else {
            builder.sslContext(tls);
        }
        return builder.build();
    }
}
