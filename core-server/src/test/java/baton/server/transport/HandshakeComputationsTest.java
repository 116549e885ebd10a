package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.config.TlsSettings;
import baton.server.config.TlsSettings.ClientAuth;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that shows its certificate, says something and then no more, all before anybody has looked at the certificate. */
class HandshakeComputationsTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final String FAREWELL = "the end of its input";

    @TempDir
    static Path directory;

    private static TestCertificate certificate;

    private final ArrayDeque<Runnable> elsewhere = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();
    private final EmbeddedChannel server = new EmbeddedChannel();
    private EmbeddedChannel client;
    private HandshakeComputations computations;

    @BeforeAll
    static void certify() {
        certificate = TestCertificate.ofServer(directory, "both");
    }

    @BeforeEach
    void connect() throws Exception {
        StoreFile keys = StoreFile.of(certificate.bothPem(), Secret.EMPTY);
        StoreFile trust = StoreFile.of(certificate.certificatePem(), Secret.EMPTY);
        TlsServer tls = new TlsServer(TlsSettings.of(keys, trust).withClientAuth(ClientAuth.NEED), elsewhere::add);
        computations = new HandshakeComputations(tls.handshakes(), server.eventLoop());
        server.pipeline()
                .addLast(computations)
                .addLast(tls.handler(UnpooledByteBufAllocator.DEFAULT, CLIENT, computations))
                .addLast(new Recorder());
        SslHandler clients = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3")
                .keyManager(keys.keys())
                .trustManager(trust.trust())
                .build()
                .newHandler(UnpooledByteBufAllocator.DEFAULT, "127.0.0.1", 1);
        client = new EmbeddedChannel(clients);
        // However long it takes, no handshake takes too long.
        client.freezeTime();
        server.freezeTime();
        while (!clients.handshakeFuture().isDone()) {
            move(client, server);
            compute();
            move(server, client);
        }
        assertThat(clients.handshakeFuture().isSuccess()).isTrue();
    }

    @AfterEach
    void close() {
        client.finishAndReleaseAll();
        server.finishAndReleaseAll();
    }

    private static void move(EmbeddedChannel from, EmbeddedChannel to) {
        for (Object bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.writeInbound(bytes);
        }
    }

    private void compute() {
        while (!elsewhere.isEmpty()) {
            elsewhere.remove().run();
            server.runPendingTasks();
        }
    }

    @Test
    void itIsHeardToTheEnd() {
        client.writeOutbound(Unpooled.copiedBuffer("goodbye", StandardCharsets.UTF_8));
        move(client, server);
        server.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertThat(elsewhere).isNotEmpty();
        assertThat(heard).isEmpty();

        compute();

        assertThat(heard).containsExactly("goodbye", FAREWELL);
    }

    @Test
    void ifHalfOfItIsMissingTheEndIsHeardAllTheSame() {
        ByteBuf all = client.readOutbound();
        server.writeInbound(all.readRetainedSlice(all.readableBytes() / 2));
        all.release();
        server.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        compute();

        assertThat(heard).containsExactly(FAREWELL);
    }

    @Test
    void afterAComputationThatFailsTheEndIsHeardAllTheSame() {
        computations.execute(() -> {
            throw new IllegalStateException("failed");
        });
        server.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        assertThatThrownBy(this::compute).hasMessage("failed");
        server.runPendingTasks();

        assertThat(heard).containsExactly(FAREWELL);
    }

    private final class Recorder extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            heard.add(bytes.toString(StandardCharsets.UTF_8));
            bytes.release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                heard.add(FAREWELL);
            }
        }
    }
}
