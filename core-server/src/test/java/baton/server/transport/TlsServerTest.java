package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Revocation;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.config.TlsSettings;
import baton.server.config.TlsSettings.ClientAuth;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsServerTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    @TempDir
    Path directory;

    private Path keys;
    private TlsServer server;

    @BeforeEach
    void start() throws Exception {
        TestCertificate first = TestCertificate.ofServer(directory, "first");
        keys = Files.copy(first.pkcs12(), directory.resolve("keys.p12"));
        server = new TlsServer(settings(), Runnable::run);
    }

    private TlsSettings settings() {
        return TlsSettings.of(StoreFile.of(keys, Secret.of(TestCertificate.PASSWORD)), null)
                .withClientAuth(ClientAuth.NONE);
    }

    @Test
    void newConnectionsGetACertificateThatWasReplaced() throws Exception {
        assertThat(subject()).isEqualTo("CN=first");
        TestCertificate second = TestCertificate.ofServer(directory, "second");
        Files.copy(second.pkcs12(), keys, StandardCopyOption.REPLACE_EXISTING);

        server.reloadIfChanged();

        assertThat(subject()).isEqualTo("CN=second");
    }

    @Test
    void aFileThatCannotBeUsedLeavesTheOldCertificateInForce() throws Exception {
        Files.writeString(keys, "nonsense");

        server.reloadIfChanged();

        assertThat(subject()).isEqualTo("CN=first");
    }

    private SslHandler handler() {
        return server.handler(UnpooledByteBufAllocator.DEFAULT, CLIENT, server.handshakes());
    }

    @Test
    void ofTooManyHandshakesTheOldestIsCutOffAndCounted() {
        List<EmbeddedChannel> channels = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            channels.add(new EmbeddedChannel());
            server.begun(channels.get(i));
        }
        server.ended(channels.get(0), true);
        server.begun(channels.get(0));

        server.begun(new EmbeddedChannel());

        assertThat(channels).filteredOn(each -> !each.isOpen()).containsExactly(channels.get(1));
        assertThat(server.handshakesOutstanding()).isEqualTo(1000);
        assertThat(server.handshakesTurnedAway()).isEqualTo(1);
    }

    @Test
    void aHandshakeMayTakeFiveSeconds() {
        assertThat(handler().getHandshakeTimeoutMillis()).isEqualTo(5_000);
    }

    @ParameterizedTest
    @CsvSource({"UNCHECKED, 86400", "LISTS, 60"})
    void whoComesBackIsLookedAtAgainWithinAMinuteIfCertificatesCanBeRevoked(Revocation revocation, int seconds)
            throws Exception {
        server = new TlsServer(settings().withRevocation(revocation), Runnable::run);
        SSLEngine engine = handler().engine();

        shakeHands(engine);

        assertThat(engine.getSession().getSessionContext().getSessionTimeout()).isEqualTo(seconds);
    }

    @Test
    void theEndOfTheCertificateIsKnown() {
        long days = (server.expiresAtMillis() - System.currentTimeMillis()) / 3_600_000;

        assertThat(days).isBetween(22L, 24L);
    }

    /** Shakes hands in memory, and returns the subject of the certificate that the server shows. */
    private String subject() throws Exception {
        SSLEngine ours = shakeHands(handler().engine());
        return ((X509Certificate) ours.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    /** Returns the client's side. */
    private static SSLEngine shakeHands(SSLEngine theirs) throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {new TrustsEverybody()}, null);
        SSLEngine ours = trusting.createSSLEngine("127.0.0.1", 1);
        ours.setUseClientMode(true);
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
        for (int i = 0; i < 100 && ours.getHandshakeStatus() != HandshakeStatus.FINISHED; i++) {
            step(ours, toClient, toServer);
            step(theirs, toServer, toClient);
            if (i > 0 && ours.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
                break;
            }
        }
        return ours;
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws Exception {
        ByteBuffer nothing = ByteBuffer.allocate(0);
        ByteBuffer plain = ByteBuffer.allocate(1 << 16);
        in.flip();
        boolean progress = true;
        while (progress) {
            int before = in.remaining() - out.position();
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            if (in.hasRemaining()) {
                engine.unwrap(in, plain);
            }
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                    || engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING && before == 0) {
                engine.wrap(nothing, out);
            }
            progress = before != in.remaining() - out.position();
        }
        in.compact();
    }

    private static final class TrustsEverybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
