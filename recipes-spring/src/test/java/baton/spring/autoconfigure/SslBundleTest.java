package baton.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.FourLetterWord;
import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.recipes.CoordinationClient;
import baton.server.BatonServer;
import baton.server.config.ListenAddress;
import baton.server.config.SecurePort;
import baton.server.config.ServerSettings;
import baton.server.config.TlsSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Applications at the secure port of a server that lets in whoever shows the certificate of alice. */
@ExtendWith(OutputCaptureExtension.class)
class SslBundleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path directory;

    private static TestCertificate here;
    private static TestCertificate alice;
    private static TestCertificate mallory;
    private static BatonServer server;

    @BeforeAll
    static void start() throws Exception {
        here = TestCertificate.ofServer(directory, "here");
        alice = TestCertificate.ofClient(directory, "alice");
        mallory = TestCertificate.ofClient(directory, "mallory");
        Path trust = TestCertificate.trust(directory.resolve("trust.p12"), List.of(alice));
        TlsSettings tls = TlsSettings.of(
                StoreFile.of(here.bothPem(), Secret.EMPTY), StoreFile.of(trust, Secret.of(TestCertificate.PASSWORD)));
        server = BatonServer.start(
                ServerSettings.inMemory().withSecure(new SecurePort(ListenAddress.EPHEMERAL, false, tls)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aBundleEncryptsAndIdentifies() {
        try (ConfigurableApplicationContext context = start(
                "--baton.ssl.bundle=store",
                "--spring.ssl.bundle.jks.store.keystore.location=file:" + alice.pkcs12(),
                "--spring.ssl.bundle.jks.store.keystore.password=" + TestCertificate.PASSWORD,
                "--spring.ssl.bundle.jks.store.truststore.location=file:" + trustOfClient(),
                "--spring.ssl.bundle.jks.store.truststore.password=" + TestCertificate.PASSWORD)) {
            awaitConnected(context);
        }
    }

    @Test
    void aReloadedBundleIsUsedFromTheNextConnectionOn() throws Exception {
        Path shown = Files.copy(mallory.bothPem(), directory.resolve("reloaded.pem"));
        long before = failedHandshakes();

        try (ConfigurableApplicationContext context = start(pem(shown))) {
            await().atMost(PATIENCE).until(() -> failedHandshakes() > before);
            assertThat(client(context).isConnected()).isFalse();

            replace(shown, alice);

            awaitConnected(context);
        }
    }

    @Test
    void aBundleIsUsedForImportedConfigurationToo() throws Exception {
        Path shown = Files.copy(mallory.bothPem(), directory.resolve("imported.pem"));
        long before = failedHandshakes();

        try (ConfigurableApplicationContext context =
                start(pem(shown, "--spring.config.import=optional:baton:", "--baton.config.import-timeout=100ms"))) {
            await().atMost(PATIENCE).until(() -> failedHandshakes() > before);

            replace(shown, alice);

            awaitConnected(context);
        }
    }

    @Test
    void anUnknownBundleRefusesTheStartAndNamesThoseThereAre(CapturedOutput output) {
        String[] misspelt = Stream.of(pem(alice.bothPem()))
                .map(argument -> argument.replace("baton.ssl.bundle=store", "baton.ssl.bundle=stroe"))
                .toArray(String[]::new);

        assertThatThrownBy(() -> start(misspelt)).isInstanceOf(Exception.class);

        assertThat(output)
                .contains(
                        "APPLICATION FAILED TO START",
                        "baton.ssl.bundle is \"stroe\"",
                        "only [store]",
                        "spring.ssl.bundle.pem.stroe")
                .doesNotContain("StartRefusedException:");
    }

    @Test
    void aBundleThatCannotBeReadRefusesTheStartAndNamesTheFile(CapturedOutput output) {
        String[] missing = pem(directory.resolve("missing.pem"), "--spring.config.import=optional:baton:");

        assertThatThrownBy(() -> start(missing)).isInstanceOf(Exception.class);

        assertThat(output).contains("baton.ssl.bundle is \"store\"", "cannot be used", "missing.pem");
    }

    @Test
    void whatTheJdkTrustsIsEnoughIfItIsOnlySwitchedOn() {
        long before = failedHandshakes();

        try (ConfigurableApplicationContext context = start("--baton.ssl.enabled=true")) {
            // The JDK does not trust our server; that there was a handshake at all is the point.
            await().atMost(PATIENCE).until(() -> failedHandshakes() > before);
            assertThat(client(context).isConnected()).isFalse();
        }
    }

    @Test
    void aServiceConnectionBringsItsOwnBundle() {
        SpringApplication application = new SpringApplication(Application.class, ServiceConnection.class);
        application.setWebApplicationType(WebApplicationType.NONE);

        // What the properties say of the servers does not count then.
        try (ConfigurableApplicationContext context = application.run(
                "--spring.application.name=orders", "--baton.connect=127.0.0.1:1", "--baton.ssl.bundle=none")) {
            awaitConnected(context);
        }
    }

    private static String[] pem(Path shown, String... more) {
        return Stream.concat(
                        Stream.of(
                                "--baton.ssl.bundle=store",
                                "--spring.ssl.bundle.watch.file.quiet-period=50ms",
                                "--spring.ssl.bundle.pem.store.reload-on-update=true",
                                "--spring.ssl.bundle.pem.store.keystore.certificate=file:" + shown,
                                "--spring.ssl.bundle.pem.store.keystore.private-key=file:" + shown,
                                "--spring.ssl.bundle.pem.store.truststore.certificate=file:" + here.certificatePem()),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private static Path trustOfClient() {
        return TestCertificate.trust(directory.resolve("here-trust.p12"), List.of(here));
    }

    private static void replace(Path shown, TestCertificate newer) throws IOException {
        Path written = Files.copy(newer.bothPem(), directory.resolve(shown.getFileName() + ".new"));
        Files.move(written, shown, StandardCopyOption.ATOMIC_MOVE);
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        return application.run(Stream.concat(
                        Stream.of(
                                "--spring.application.name=orders",
                                "--baton.connect=127.0.0.1:" + server.securePort(),
                                "--baton.session-timeout=2s"),
                        Stream.of(arguments))
                .toArray(String[]::new));
    }

    private static CoordinationClient client(ConfigurableApplicationContext context) {
        return context.getBean(CoordinationClient.class);
    }

    private static void awaitConnected(ConfigurableApplicationContext context) {
        await().atMost(PATIENCE).until(() -> client(context).isConnected());
    }

    private static long failedHandshakes() {
        InetSocketAddress plain = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
        return FourLetterWord.metric(plain, "zk_unsuccessful_handshake").orElse(0L);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    static class ServiceConnection {
        @Bean
        CoordinationConnectionDetails store() {
            JksSslStoreDetails keys = JksSslStoreDetails.forLocation("file:" + alice.pkcs12());
            JksSslStoreDetails trust = JksSslStoreDetails.forLocation("file:" + trustOfClient());
            SslBundle bundle = SslBundle.of(new JksSslStoreBundle(
                    keys.withPassword(TestCertificate.PASSWORD), trust.withPassword(TestCertificate.PASSWORD)));
            return new CoordinationConnectionDetails() {
                @Override
                public List<String> servers() {
                    return List.of("127.0.0.1:" + server.securePort());
                }

                @Override
                public SslBundle getSslBundle() {
                    return bundle;
                }
            };
        }
    }
}
