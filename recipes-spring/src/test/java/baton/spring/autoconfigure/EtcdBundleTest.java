package baton.spring.autoconfigure;

import static org.awaitility.Awaitility.await;

import baton.core.testkit.EtcdServer;
import baton.core.testkit.TestCertificate;
import baton.recipes.CoordinationClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** An application at an etcd that speaks TLS only. */
class EtcdBundleTest {
    @TempDir
    Path directory;

    @Test
    void aBundleEncryptsEtcdToo() {
        EtcdServer.assumeInstalled();
        TestCertificate certificate = TestCertificate.ofServer(directory, "etcd");
        Map<String, Path> files = Map.of("cert-file", certificate.certificatePem(), "key-file", certificate.keyPem());
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);

        try (EtcdServer etcd = EtcdServer.startWithTls(files);
                ConfigurableApplicationContext context = application.run(
                        "--spring.application.name=orders",
                        "--baton.connect=" + etcd.connectString(),
                        "--baton.ssl.bundle=store",
                        "--spring.ssl.bundle.pem.store.truststore.certificate=file:" + certificate.certificatePem())) {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> context.getBean(CoordinationClient.class).isConnected());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
