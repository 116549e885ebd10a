package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.BatonServer;
import baton.server.ExitCode;
import baton.server.RawClient;
import baton.server.StartFailedException;
import baton.server.config.AdminSettings;
import baton.server.config.AuthSettings;
import baton.server.config.ConnectionSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.SecurePort;
import baton.server.config.ServerSettings;
import baton.server.config.TlsSettings;
import baton.server.config.TlsSettings.ClientAuth;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The secure port, as Apache ZooKeeper's own client and plain sockets of the JDK see it. */
class TlsTest {
    @TempDir
    static Path directory;

    private static TestCertificate server;
    private static TestCertificate alice;
    private static TestCertificate stranger;
    private static Path trust;

    @BeforeAll
    static void makeCertificates() {
        server = TestCertificate.ofServer(directory, "server");
        alice = TestCertificate.ofClient(directory, "alice");
        stranger = TestCertificate.ofClient(directory, "stranger");
        trust = TestCertificate.trust(directory.resolve("trust.p12"), List.of(server, alice));
    }

    private static Secret password() {
        return Secret.of(TestCertificate.PASSWORD);
    }

    private static TlsSettings tls(StoreFile keys) {
        return TlsSettings.of(keys, StoreFile.of(trust, password()));
    }

    private static BatonServer start(TlsSettings tls) throws StartFailedException {
        return BatonServer.start(ServerSettings.inMemory()
                .withFeatures(FeatureSettings.DEFAULT.withAuth(AuthSettings.DEFAULT.withX509SuperUser(null)))
                .withSecure(new SecurePort(ListenAddress.EPHEMERAL, false, tls)));
    }

    private static ZKClientConfig config(Optional<TestCertificate> own) {
        return config(trust, own);
    }

    static ZKClientConfig config(Path trust, Optional<TestCertificate> own) {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        try (ClientX509Util names = new ClientX509Util()) {
            own.ifPresent(certificate -> {
                config.setProperty(
                        names.getSslKeystoreLocationProperty(),
                        certificate.pkcs12().toString());
                config.setProperty(names.getSslKeystorePasswdProperty(), TestCertificate.PASSWORD);
            });
            config.setProperty(names.getSslTruststoreLocationProperty(), trust.toString());
            config.setProperty(names.getSslTruststorePasswdProperty(), TestCertificate.PASSWORD);
        }
        return config;
    }

    static Stream<StoreFile> formsOfTheKey() {
        return Stream.of(
                StoreFile.of(server.pkcs12(), password()),
                StoreFile.of(server.jks(), password()),
                StoreFile.of(server.bothPem(), Secret.EMPTY),
                StoreFile.pem(server.certificatePem(), server.keyPem()));
    }

    @ParameterizedTest
    @MethodSource("formsOfTheKey")
    void apachesClientIsServedAndKnownByItsCertificate(StoreFile keys) throws Exception {
        try (BatonServer started = start(tls(keys));
                ApacheClient client =
                        new ApacheClient("127.0.0.1:" + started.securePort(), 10_000, config(Optional.of(alice)))) {
            List<ACL> onlyAlice = Collections.singletonList(new ACL(Perms.ALL, new Id("x509", "CN=alice")));
            client.zk.create("/hers", new byte[1], onlyAlice, CreateMode.PERSISTENT);

            assertThat(client.zk.getData("/hers", false, null)).hasSize(1);
            assertThat(client.zk.whoAmI())
                    .anyMatch(each -> each.getAuthScheme().equals("x509")
                            && each.getUser().equals("CN=alice"));
        }
    }

    @Test
    void aClientWithoutACertificateIsLetInOnlyWhereNoneIsNeeded() throws Exception {
        StoreFile keys = StoreFile.of(server.pkcs12(), password());
        try (BatonServer strict = start(tls(keys));
                BatonServer lax = start(tls(keys).withClientAuth(ClientAuth.WANT))) {
            assertThat(word(strict.securePort())).isEmpty();
            assertThat(word(lax.securePort())).contains("imok");
        }
    }

    @Test
    void aClientWithAStrangersCertificateIsNotLetIn() throws Exception {
        try (BatonServer started = start(tls(StoreFile.of(server.pkcs12(), password())))) {
            assertThat(word(started.securePort(), stranger)).isEmpty();
            assertThat(word(started.securePort(), alice)).contains("imok");
        }
    }

    @Test
    void plainClientsOfTheSecurePortAreClosedAndHarmNobody() throws Exception {
        try (BatonServer started = start(tls(StoreFile.of(server.pkcs12(), password())));
                ApacheClient client =
                        new ApacheClient("127.0.0.1:" + started.securePort(), 10_000, config(Optional.of(alice)))) {
            for (int i = 0; i < 10; i++) {
                try (RawClient plain = new RawClient(started.securePort())) {
                    plain.send("ruok and more than a record's head");
                    assertThat(plain.isCutOff()).isTrue();
                }
            }
            client.zk.create("/still", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
    }

    @Test
    void aConnectionTooManyIsNotWorthAHandshake() throws Exception {
        TlsSettings tls = tls(StoreFile.of(server.pkcs12(), password())).withClientAuth(ClientAuth.WANT);
        ServerSettings narrow = ServerSettings.inMemory()
                .withLimits(LimitSettings.DEFAULT.withConnections(ConnectionSettings.DEFAULT.withPerAddressMax(1)))
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL))
                .withSecure(new SecurePort(ListenAddress.EPHEMERAL, false, tls));
        try (BatonServer started = BatonServer.start(narrow);
                SSLSocket first = shakeHands(started.securePort())) {
            assertThatThrownBy(() -> shakeHands(started.securePort())).isInstanceOf(IOException.class);

            MetricsPage page = MetricsPage.at(started.adminPort());
            assertThat(page.sum("connection_rejected")).isEqualTo(1);
            assertThat(page.sum("unsuccessful_handshake")).isZero();
            assertThat(say(first, "ruok")).isEqualTo("imok");
        }
    }

    /** With TLS 1.2; nobody can ask for more with 1.3. */
    @Test
    void aConnectionShakesHandsOnce() throws Exception {
        TlsSettings tls = tls(StoreFile.of(server.pkcs12(), password())).withClientAuth(ClientAuth.WANT);
        try (BatonServer started = start(tls);
                SSLSocket again = shakeHands(started.securePort());
                SSLSocket other = shakeHands(started.securePort())) {
            assertThatThrownBy(() -> {
                        again.startHandshake();
                        // A server that shakes hands a second time does that while its answer is waited for.
                        say(again, "ruok");
                    })
                    .isInstanceOf(IOException.class);

            assertThat(say(other, "ruok")).isEqualTo("imok");
        }
    }

    private static SSLSocket shakeHands(int port) throws Exception {
        SSLSocket socket =
                (SSLSocket) context(new KeyManager[0]).getSocketFactory().createSocket("127.0.0.1", port);
        socket.setSoTimeout(20_000);
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        socket.startHandshake();
        return socket;
    }

    private static String say(SSLSocket socket, String word) throws IOException {
        socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void encryptedClientsOfThePlainPortAreClosed() throws Exception {
        try (BatonServer started = start(tls(StoreFile.of(server.pkcs12(), password())))) {
            assertThat(word(started.port())).isEmpty();
        }
    }

    @Test
    void aUnifiedPortTakesBoth() throws Exception {
        TlsSettings tls = tls(StoreFile.of(server.pkcs12(), password()));
        try (BatonServer started =
                BatonServer.start(ServerSettings.inMemory().withSecure(new SecurePort(null, true, tls)))) {
            try (RawClient plain = RawClient.withSession(started.port(), 10_000);
                    ApacheClient encrypted =
                            new ApacheClient("127.0.0.1:" + started.port(), 10_000, config(Optional.of(alice)))) {
                encrypted.zk.create("/both", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
                assertThat(plain).isNotNull();
            }
            try (RawClient ruok = new RawClient(started.port())) {
                ruok.send("ruok");
                assertThat(ruok.receiveAll()).isEqualTo("imok");
            }
        }
    }

    @Test
    void keysThatCannotBeUsedStopTheStartWithOneLine() throws Exception {
        Path broken = Files.writeString(directory.resolve("broken.p12"), "nonsense");
        for (StoreFile keys : List.of(
                StoreFile.of(directory.resolve("missing.p12"), password()),
                StoreFile.of(server.pkcs12(), Secret.of("wrong")),
                StoreFile.of(broken, password()),
                StoreFile.of(server.certificatePem(), Secret.EMPTY))) {
            StartFailedException failure = catchThrowableOfType(StartFailedException.class, () -> start(tls(keys)));

            assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(failure.getMessage())
                    .contains(keys.files().get(0).toString())
                    .doesNotContain("\n", "wrong");
        }
    }

    /** Asks for {@code ruok}, trusting the server and showing no certificate; empty if the server will not talk. */
    private static Optional<String> word(int port) throws Exception {
        return ask(context(new KeyManager[0]), port);
    }

    private static Optional<String> word(int port, TestCertificate own) throws Exception {
        return ask(context(StoreFile.of(own.pkcs12(), password()).keys().getKeyManagers()), port);
    }

    private static Optional<String> ask(SSLContext context, int port) throws Exception {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("ruok".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(((X509Certificate) socket.getSession().getPeerCertificates()[0])
                            .getSubjectX500Principal()
                            .getName())
                    .isEqualTo("CN=server");
            return answer.isEmpty() ? Optional.empty() : Optional.of(answer);
        } catch (SSLException | SocketException refused) {
            return Optional.empty();
        }
    }

    private static SSLContext context(KeyManager[] own) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(trust)) {
            store.load(in, TestCertificate.PASSWORD.toCharArray());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own, trusted.getTrustManagers(), null);
        return context;
    }
}
