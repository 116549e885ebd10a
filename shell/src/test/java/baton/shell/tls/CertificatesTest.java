package baton.shell.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import baton.core.testkit.LoopbackPort;
import baton.core.testkit.TestCertificate;
import baton.server.BatonServer;
import baton.server.config.ConfigFile;
import baton.shell.exit.CommandFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
    @TempDir
    static Path directory;

    private static Path site;

    @BeforeAll
    static void makeSite() throws Exception {
        site = directory.resolve("site");
        CertificateAuthority.issue(site, List.of("127.0.0.1", "zk1.example"));
    }

    private static List<String> problems(Path home, List<String> hosts, List<String> servers, Instant now) {
        return CertificateCheck.run(home, hosts, servers, now).stream()
                .filter(each -> each.level() != Finding.Level.OK)
                .map(Finding::text)
                .toList();
    }

    @Test
    void whatIsMadeFitsAndKeysAreTheirOwnersAlone() throws Exception {
        Path home = site.resolve("zk1.example");

        assertThat(problems(home, List.of("zk1.example"), List.of(), Instant.now()))
                .isEmpty();
        assertThat(CertificateCheck.run(home, List.of(), List.of(), Instant.now()))
                .contains(Finding.ok("node.key is the key of node.pem"), Finding.ok("node.pem is signed by ca.pem"))
                .contains(Finding.ok("node.pem names [zk1.example]"));
        for (Path key : List.of(home.resolve("node.key"), site.resolve("ca").resolve("ca.key"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("rw-------");
        }
        try (var left = Files.list(site)) {
            assertThat(left.map(each -> each.getFileName().toString())).noneMatch(each -> each.startsWith("."));
        }
    }

    @Test
    void anAuthorityThatIsThereSignsMore() throws Exception {
        List<Path> made = CertificateAuthority.issue(site, List.of("::1"));

        assertThat(made).containsExactly(site.resolve("--1"));
        assertThat(problems(made.get(0), List.of("0:0:0:0:0:0:0:1"), List.of(), Instant.now()))
                .isEmpty();
        assertThat(Files.readString(made.get(0).resolve("ca.pem")))
                .isEqualTo(Files.readString(site.resolve("zk1.example").resolve("ca.pem")));
    }

    @Test
    void whatIsThereStays() {
        CommandFailedException refusal = catchThrowableOfType(
                CommandFailedException.class, () -> CertificateAuthority.issue(site, List.of("zk1.example")));

        assertThat(refusal).hasMessageContaining(site.resolve("zk1.example") + " is there already");
    }

    @Test
    void aServerSpeaksTlsByThatOneDirectoryAndIsGreeted() throws Exception {
        Path home = site.resolve("127.0.0.1");
        LoopbackPort port = LoopbackPort.claim();
        LoopbackPort adminPort = LoopbackPort.claim();
        Path file = Files.write(
                directory.resolve("zoo.cfg"),
                List.of(
                        "secureClientPort=" + port.number(),
                        "secureClientPortAddress=127.0.0.1",
                        "admin.serverPort=" + adminPort.number(),
                        "admin.serverAddress=127.0.0.1",
                        "dataDir=" + directory.resolve("data"),
                        "baton.tls.dir=" + home));
        try (port;
                adminPort;
                BatonServer server = BatonServer.start(ConfigFile.read(file).settings())) {
            String address = "127.0.0.1:" + server.port();

            assertThat(problems(home, List.of(), List.of(address, "127.0.0.1:" + server.adminPort()), Instant.now()))
                    .isEmpty();
            assertThat(problems(
                            site.resolve("zk1.example"),
                            List.of(),
                            List.of("localhost:" + port.number()),
                            Instant.now()))
                    .singleElement()
                    .asString()
                    .startsWith("localhost:" + port.number() + ": no TLS with it: ")
                    .contains("localhost");
        }
    }

    @Test
    void whatIsWrongIsFound() throws Exception {
        Path home = Files.createDirectory(directory.resolve("wrong"));
        Path one = site.resolve("zk1.example");
        TestCertificate stranger = TestCertificate.ofElsewhere(directory, "stranger");
        Files.copy(one.resolve("node.pem"), home.resolve("node.pem"));
        Files.copy(stranger.keyPem(), home.resolve("node.key"));
        Files.copy(stranger.certificatePem(), home.resolve("ca.pem"));
        Files.setPosixFilePermissions(home.resolve("node.key"), PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(problems(
                        home,
                        List.of("far.example"),
                        List.of("nonsense"),
                        Instant.now().plus(Duration.ofDays(350))))
                .anyMatch(each -> each.startsWith("node.key is not the key of node.pem"))
                .anyMatch(each -> each.startsWith("node.pem does not lead to ca.pem"))
                .anyMatch(each -> each.matches("node.pem \\(CN=zk1.example\\) ends in 1[45] days, at .*"))
                .anyMatch(each -> each.startsWith("node.pem names [zk1.example], and not far.example"))
                .anyMatch(each -> each.startsWith("others can read what is the server's alone"))
                .contains("nonsense is not HOST:PORT");
        assertThat(problems(one, List.of(), List.of(), Instant.now().plus(Duration.ofDays(400))))
                .anyMatch(each -> each.contains("has ended at"));
        assertThat(problems(one, List.of(), List.of(), Instant.now().minus(Duration.ofDays(2))))
                .anyMatch(each -> each.contains("look at this machine's clock"));

        Files.copy(one.resolve("ca.pem"), home.resolve("node.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.delete(home.resolve("node.key"));
        assertThat(problems(home, List.of(), List.of(), Instant.now()))
                .singleElement()
                .asString()
                .contains("there is no such file");
    }
}
