package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.client.TlsOptions;
import baton.core.testkit.EtcdServer;
import baton.core.testkit.TestCertificate;
import baton.protocol.Bytes;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.shell.exit.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An etcd that wants encryption, or to know who asks. */
class EtcdAccessTest {
    @TempDir
    Path directory;

    @BeforeEach
    void need() {
        EtcdServer.assumeInstalled();
    }

    @Test
    void connectionsAreEncryptedAsTheProfileSays() throws InterruptedException {
        TestCertificate certificate = TestCertificate.ofServer(directory, "etcd");
        Path trust = TestCertificate.trust(directory.resolve("trust.p12"), List.of(certificate));
        Map<String, Path> files = Map.of("cert-file", certificate.certificatePem(), "key-file", certificate.keyPem());
        try (EtcdServer server = EtcdServer.startWithTls(files)) {
            assertAnswered(ShellSettings.of(server.connectString())
                    .withTls(TlsOptions.trusting(StoreFile.of(trust, Secret.of(TestCertificate.PASSWORD)))));
        }
    }

    @Test
    void theShellLogsInAsTheProfileSays() throws InterruptedException {
        try (EtcdServer server = EtcdServer.start()) {
            server.requireLogin("a:b");

            assertAnswered(ShellSettings.of(server.connectString()).withIdentity(Target.SASL, Bytes.utf8("root:a:b")));
        }
    }

    private static void assertAnswered(ShellSettings settings) throws InterruptedException {
        try (RecordedShell shell = RecordedShell.at(settings)) {
            ExitCode code = shell.run("locks");

            assertThat(code).as(shell.err()).isEqualTo(ExitCode.OK);
        }
    }
}
