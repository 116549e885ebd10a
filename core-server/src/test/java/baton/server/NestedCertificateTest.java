package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.LoopbackPort;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.TestAuthority.Purpose;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stranger whose certificate is nested so deep that the stack runs out over it is turned away, and everybody else served. With
 * threads of the usual size none can be; a server may have been given smaller ones.
 */
@Timeout(60)
class NestedCertificateTest {
    @TempDir
    Path directory;

    @Test
    void itsOwnerIsTurnedAwayAndNobodyElse() throws Exception {
        try (TestAuthority authority = new TestAuthority();
                LoopbackPort claimed = LoopbackPort.claim();
                ServerProcess process = started(authority, claimed.number())) {
            int port = claimed.number();
            process.listening();
            assertThat(answer(port, authority, keys(authority))).isEqualTo("imok");

            KeyManager[] nested = {NestedCertificate.shown(authority.sign("CN=mallory", Purpose.CLIENT))};
            assertThat(answer(port, authority, nested)).isEmpty();

            assertThat(answer(port, authority, keys(authority))).isEqualTo("imok");
            assertThat(Files.readString(directory.resolve("stderr")))
                    .contains("TLS handshake failed")
                    .doesNotContain("\tat ");
        }
    }

    private ServerProcess started(TestAuthority authority, int port) throws Exception {
        Path own = authority.keys(directory.resolve("server.p12"), authority.sign("CN=server", Purpose.SERVER));
        Path trust = authority.trust(directory.resolve("trust.p12"));
        List<String> lines = List.of(
                "dataDir=" + directory.resolve("data"),
                "clientPort=" + port,
                "clientPortAddress=127.0.0.1",
                "admin.enableServer=false",
                "client.portUnification=true",
                "ssl.keyStore.location=" + own,
                "ssl.keyStore.password=" + TestAuthority.PASSWORD,
                "ssl.trustStore.location=" + trust,
                "ssl.trustStore.password=" + TestAuthority.PASSWORD);
        Path file = Files.write(directory.resolve("zoo.cfg"), lines);
        return ServerProcess.start(Main.class, List.of("-Xss256k"), directory.resolve("stderr"), file.toString());
    }

    private KeyManager[] keys(TestAuthority authority) throws Exception {
        Path file = authority.keys(directory.resolve("client.p12"), authority.sign("CN=alice", Purpose.CLIENT));
        return StoreFile.of(file, Secret.of(TestAuthority.PASSWORD)).keys().getKeyManagers();
    }

    /** Asks whether all is well, and returns what is answered: nothing if there is no handshake. */
    private String answer(int port, TestAuthority authority, KeyManager[] own) throws Exception {
        StoreFile trust =
                StoreFile.of(authority.trust(directory.resolve("trust.p12")), Secret.of(TestAuthority.PASSWORD));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own, trust.trust().getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("ruok".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (SSLException refused) {
            return "";
        }
    }
}
