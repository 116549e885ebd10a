package baton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import baton.core.CoreSession;
import baton.core.TlsContext;
import baton.core.testkit.FourLetterWord;
import baton.core.testkit.LoopbackPort;
import baton.core.testkit.ObservedSession;
import baton.core.testkit.ServerProcess;
import baton.core.testkit.TestCertificate;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ClientIdentity;
import baton.protocol.CreateMode;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.protocol.tls.TlsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client at the secure port of Apache ZooKeeper. */
class TlsClientTest {
    @TempDir
    static Path directory;

    private static TestCertificate server;
    private static TestCertificate elsewhere;
    private static TestCertificate alice;
    private static ServerProcess apache;
    private static LoopbackPort securePort;

    @BeforeAll
    static void start() throws Exception {
        server = TestCertificate.ofServer(directory, "server");
        elsewhere = TestCertificate.ofElsewhere(directory, "elsewhere");
        alice = TestCertificate.ofClient(directory, "alice");
        Path trust = TestCertificate.trust(directory.resolve("trust.p12"), List.of(alice));
        securePort = LoopbackPort.claim();
        apache = ServerProcess.apache(
                directory,
                List.of(
                        "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
                        "secureClientPort=" + securePort.number(),
                        "secureClientPortAddress=127.0.0.1",
                        "ssl.keyStore.location=" + server.pkcs12(),
                        "ssl.keyStore.password=" + TestCertificate.PASSWORD,
                        "ssl.trustStore.location=" + trust,
                        "ssl.trustStore.password=" + TestCertificate.PASSWORD));
    }

    @AfterAll
    static void stop() {
        apache.close();
        securePort.close();
    }

    private static TlsOptions trusting(TestCertificate trusted) {
        return TlsOptions.trusting(StoreFile.of(trusted.certificatePem(), Secret.EMPTY))
                .withKeys(StoreFile.pem(alice.certificatePem(), alice.keyPem()));
    }

    @Test
    void speaksAndIsKnownByItsCertificate() throws Exception {
        try (ZnodeClient client =
                ZnodeClient.builder(securePort.toString()).tls(trusting(server)).open()) {
            client.attached().toCompletableFuture().get(20, TimeUnit.SECONDS);
            client.create("/secret", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT)
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);

            List<ClientIdentity> me = client.whoAmI().toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(me).contains(new ClientIdentity("x509", "CN=alice"));
        }
    }

    @Test
    void speaksWithWhatTheApplicationHasRenewed() throws Exception {
        AtomicReference<TlsContext> current = new AtomicReference<>(context(elsewhere));
        long before = failedHandshakes();
        ZnodeCore core =
                ZnodeCore.builder(securePort.toString()).tls(current::get).build();
        try (core) {
            CompletableFuture<CoreSession> opening = CompletableFuture.supplyAsync(
                    () -> ObservedSession.open(core, Duration.ofSeconds(5)).session());
            await().atMost(Duration.ofSeconds(20)).until(() -> failedHandshakes() > before);
            assertThat(opening).isNotDone();

            current.set(context(server));

            CoreSession session = opening.get(20, TimeUnit.SECONDS);
            session.verifyAlive().toCompletableFuture().get(20, TimeUnit.SECONDS);
            session.end().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private static TlsContext context(TestCertificate trusted) throws Exception {
        SSLContext keys = SSLContext.getInstance("TLS");
        keys.init(
                StoreFile.pem(alice.certificatePem(), alice.keyPem()).keys().getKeyManagers(),
                StoreFile.of(trusted.certificatePem(), Secret.EMPTY).trust().getTrustManagers(),
                null);
        return TlsContext.of(keys);
    }

    @Test
    void doesNotSpeakToAServerItDoesNotTrust() throws Exception {
        assertRefused(trusting(elsewhere));
    }

    @Test
    void isNotServedWithoutACertificateWhereOneIsNeeded() throws Exception {
        TlsOptions anonymous = TlsOptions.trusting(StoreFile.of(server.certificatePem(), Secret.EMPTY));

        assertRefused(anonymous);
    }

    @Test
    void keysThatCannotBeReadAreNamedAtOnce() {
        TlsOptions options = TlsOptions.trusting(StoreFile.of(directory.resolve("missing.pem"), Secret.EMPTY));

        TlsException refusal = catchThrowableOfType(
                TlsException.class, () -> ZnodeCore.builder("127.0.0.1:1").tls(options));

        assertThat(refusal).hasMessageContaining("missing.pem").hasMessageContaining("no such file");
    }

    /** Tries to attach until the server has counted a handshake that came to nothing. */
    private static void assertRefused(TlsOptions options) throws Exception {
        long before = failedHandshakes();
        ZnodeClient client = ZnodeClient.builder(securePort.toString())
                .timeout(Duration.ofSeconds(5))
                .tls(options)
                .open();
        try (client) {
            await().atMost(Duration.ofSeconds(20)).until(() -> failedHandshakes() > before);

            assertThat(client.attached().toCompletableFuture()).isNotDone();
        }
    }

    private static long failedHandshakes() {
        return FourLetterWord.metric(apache.address(), "zk_unsuccessful_handshake")
                .orElse(0L);
    }
}
