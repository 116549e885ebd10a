package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.tls.Revocation;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.protocol.tls.TlsException;
import baton.server.TestAuthority.Purpose;
import baton.server.TestAuthority.Signed;
import baton.server.config.AdminSettings;
import baton.server.config.ConfigFile;
import baton.server.config.ListenAddress;
import baton.server.config.SecurePort;
import baton.server.config.ServerSettings;
import baton.server.config.TlsSettings;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which certificates let a client in, on a server that speaks nothing but TLS. */
@Timeout(60)
class ClientCertificateTest {
    @TempDir
    static Path directory;

    private static TestAuthority authority;
    private static TestAuthority another;
    private static StoreFile serverKeys;
    private static StoreFile trust;

    @BeforeAll
    static void sign() throws Exception {
        authority = new TestAuthority();
        another = new TestAuthority();
        serverKeys =
                store(authority.keys(directory.resolve("server.p12"), authority.sign("CN=server", Purpose.SERVER)));
        trust = store(authority.trust(directory.resolve("trust.p12")));
    }

    @AfterAll
    static void close() {
        authority.close();
        another.close();
    }

    private static StoreFile store(Path file) {
        return StoreFile.of(file, Secret.of(TestAuthority.PASSWORD));
    }

    private static BatonServer start(Revocation revocation) throws StartFailedException {
        TlsSettings tls = TlsSettings.of(serverKeys, trust).withRevocation(revocation);
        return BatonServer.start(ServerSettings.inMemory().withSecure(SecurePort.alone(tls)));
    }

    @Test
    void whoseChainTimeAndPurposeAreRightIsLetIn() throws Exception {
        try (BatonServer server = start(Revocation.UNCHECKED)) {
            assertThat(server.securePort()).isEqualTo(server.port());
            assertThat(isLetIn(server, authority, authority.sign("CN=alice", Purpose.CLIENT)))
                    .isTrue();

            Signed old =
                    authority.sign("CN=alice", Purpose.CLIENT, Instant.now().minusSeconds(60));
            assertThat(isLetIn(server, authority, old)).isFalse();
            assertThat(isLetIn(server, authority, authority.sign("CN=server", Purpose.SERVER)))
                    .isFalse();
            assertThat(isLetIn(server, another, another.sign("CN=alice", Purpose.CLIENT)))
                    .isFalse();
        }
    }

    @Test
    void aPlainClientIsNotLetIn() throws Exception {
        try (BatonServer server = start(Revocation.UNCHECKED);
                RawClient plain = new RawClient(server.port())) {
            plain.send("ruok, and as much as the head of a record has");

            assertThat(plain.isCutOff()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "UNCHECKED", mode = EnumSource.Mode.EXCLUDE)
    void whoseCertificateWasRevokedIsNotLetIn(Revocation revocation) throws Exception {
        Signed good = authority.sign("CN=alice", Purpose.CLIENT);
        Signed bad = authority.sign("CN=alice", Purpose.CLIENT);
        authority.revoke(bad);
        try (BatonServer server = start(revocation)) {
            assertThat(isLetIn(server, authority, good)).isTrue();
            assertThat(isLetIn(server, authority, bad)).isFalse();
        }
        try (BatonServer server = start(Revocation.UNCHECKED)) {
            assertThat(isLetIn(server, authority, bad)).isTrue();
        }
    }

    @Test
    void whoseCertificateWasRevokedIsNoOperatorEither() throws Exception {
        Signed good = authority.sign("CN=operator", Purpose.CLIENT);
        Signed bad = authority.sign("CN=operator", Purpose.CLIENT);
        authority.revoke(bad);
        List<String> lines = List.of(
                "clientPort=1",
                "dataDir=" + directory.resolve("data"),
                "admin.forceHttps=true",
                "admin.needClientAuth=true",
                "ssl.keyStore.location=" + serverKeys.files().get(0),
                "ssl.keyStore.password=" + TestAuthority.PASSWORD,
                "ssl.trustStore.location=" + trust.files().get(0),
                "ssl.trustStore.password=" + TestAuthority.PASSWORD,
                "ssl.crl=true");
        AdminSettings told = ConfigFile.read(Files.write(directory.resolve("zoo.cfg"), lines))
                .settings()
                .admin();
        AdminSettings admin = AdminSettings.at(ListenAddress.EPHEMERAL).withTls(told.tls());
        try (BatonServer server = BatonServer.start(ServerSettings.inMemory().withAdmin(admin))) {
            assertThat(answer(server.adminPort(), authority, good, "GET /commands/ruok HTTP/1.0\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(answer(server.adminPort(), authority, bad, "GET /commands/ruok HTTP/1.0\r\n\r\n"))
                    .isEmpty();
        }
    }

    @Test
    void whereNobodyCanTellNobodyIsLetIn() throws Exception {
        Signed good = authority.sign("CN=alice", Purpose.CLIENT);
        authority.keepSilent(true);
        try (BatonServer server = start(Revocation.RESPONDERS)) {
            assertThat(isLetIn(server, authority, good)).isFalse();

            authority.keepSilent(false);
            assertThat(isLetIn(server, authority, good)).isTrue();
        } finally {
            authority.keepSilent(false);
        }
    }

    private static boolean isLetIn(BatonServer server, TestAuthority signedBy, Signed own)
            throws GeneralSecurityException, IOException, TlsException {
        return answer(server.securePort(), signedBy, own, "ruok").equals("imok");
    }

    /** Says something to a port, and returns everything that is answered: nothing if there is no handshake. */
    private static String answer(int port, TestAuthority signedBy, Signed own, String said)
            throws GeneralSecurityException, IOException, TlsException {
        SSLContext context = SSLContext.getInstance("TLS");
        StoreFile keys = store(signedBy.keys(directory.resolve("client.p12"), own));
        context.init(keys.keys().getKeyManagers(), trust.trust().getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (SSLException | SocketException refused) {
            return "";
        }
    }
}
