package baton.etcd;

import baton.core.Encryption;
import baton.core.TlsContext;
import baton.core.TlsContexts;
import baton.core.TlsFiles;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Makes connections to members: plain or encrypted, all on the core's threads. */
final class MemberChannels {
    /** A page of a listing with data, at most. */
    private static final int ANSWER_BYTES_MAX = 512 << 20;

    private static final ApplicationProtocolConfig HTTP_2 = new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2);

    private final CoreThreads threads;
    private final @Nullable Supplier<SslContext> tls;

    /**
     * Prepares connections.
     *
     * @throws IllegalArgumentException if the files of {@code tls} cannot be used
     */
    MemberChannels(CoreThreads threads, Optional<Encryption> tls) {
        this.threads = threads;
        this.tls = tls.map(MemberChannels::contexts).orElse(null);
    }

    private static Supplier<SslContext> contexts(Encryption tls) {
        if (tls instanceof TlsContexts application) {
            return () -> wrapped(application.current());
        }
        SslContext read = read((TlsFiles) tls);
        return () -> read;
    }

    private static SslContext wrapped(TlsContext context) {
        return new JdkSslContext(
                context.keys(),
                true,
                context.ciphers().isEmpty() ? Http2SecurityUtil.CIPHERS : context.ciphers(),
                SupportedCipherSuiteFilter.INSTANCE,
                HTTP_2,
                ClientAuth.NONE,
                context.protocols().toArray(String[]::new),
                false);
    }

    private static SslContext read(TlsFiles tls) {
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
            builder.sslContext(tls.get());
        }
        return builder.build();
    }
}
