package baton.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.client.TlsOptions;
import baton.client.ZnodeClient;
import baton.core.testkit.FourLetterWord;
import baton.core.testkit.TestCertificate;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.BatonServer;
import baton.server.config.ListenAddress;
import baton.server.config.SecurePort;
import baton.server.config.ServerSettings;
import baton.server.config.TlsSettings;
import baton.server.config.TlsSettings.ClientAuth;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our client at the secure port of our server. */
class TlsTest {
    @TempDir
    static Path directory;

    private static TestCertificate here;
    private static TestCertificate elsewhere;

    @BeforeAll
    static void makeCertificates() {
        here = TestCertificate.ofServer(directory, "here");
        elsewhere = TestCertificate.ofElsewhere(directory, "elsewhere");
    }

    private static BatonServer start(TestCertificate certificate) throws Exception {
        TlsSettings tls = TlsSettings.of(StoreFile.of(certificate.bothPem(), Secret.EMPTY), null)
                .withClientAuth(ClientAuth.NONE);
        return BatonServer.start(
                ServerSettings.inMemory().withSecure(new SecurePort(ListenAddress.EPHEMERAL, false, tls)));
    }

    private static TlsOptions trusting(TestCertificate certificate) {
        return TlsOptions.trusting(StoreFile.of(certificate.certificatePem(), Secret.EMPTY));
    }

    private static ZnodeClient client(BatonServer server, TlsOptions options) throws Exception {
        return ZnodeClient.builder("127.0.0.1:" + server.securePort())
                .tls(options)
                .open();
    }

    @Test
    void thousandsOfAnswersPassEncrypted() throws Exception {
        try (BatonServer server = start(here);
                ZnodeClient client = client(server, trusting(here))) {
            client.attached().toCompletableFuture().get(20, TimeUnit.SECONDS);
            client.create("/large", Bytes.copyOf(new byte[500_000]), Acl.OPEN, CreateMode.PERSISTENT)
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            for (int i = 0; i < 1_000; i++) {
                var unused = client.setData("/large", Bytes.copyOf(new byte[i]), -1);
            }

            assertThat(client.getData("/large", false)
                            .toCompletableFuture()
                            .get(20, TimeUnit.SECONDS)
                            .bytes()
                            .size())
                    .isEqualTo(999);
        }
    }

    @Test
    void aCertificateOfAnotherHostIsRefusedUnlessNamesDoNotMatter() throws Exception {
        try (BatonServer server = start(elsewhere)) {
            InetSocketAddress plain = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
            try (ZnodeClient careful = client(server, trusting(elsewhere))) {
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> FourLetterWord.metric(plain, "zk_unsuccessful_handshake")
                                        .orElse(0L)
                                > 0);

                assertThat(careful.attached().toCompletableFuture()).isNotDone();
            }
            try (ZnodeClient careless = client(server, trusting(elsewhere).withoutNameCheck())) {
                assertThat(careless.attached().toCompletableFuture().get(20, TimeUnit.SECONDS))
                        .isSameAs(careless);
            }
        }
    }
}
