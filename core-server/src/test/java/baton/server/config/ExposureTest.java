package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExposureTest {
    private static final String PROMETHEUS = "org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider";

    @Test
    void whatIsNotSaidExposesNothing() throws ConfigException {
        assertThat(exposures()).isEmpty();
        assertThat(exposures("admin.serverAddress=127.0.0.1", "admin.enableServer=true"))
                .isEmpty();
        assertThat(exposures("metricsProvider.className=" + PROMETHEUS, "metricsProvider.httpHost=127.0.0.1"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "skipACL=yes, ACL_SKIPPED",
        "DigestAuthenticationProvider.superDigest=boss:x, SUPER_USER",
        "X509AuthenticationProvider.superUser=CN=boss, SUPER_USER",
        "superUser.1=boss, SUPER_USER",
        "forceSync=no, FSYNC_SKIPPED",
        "admin.serverPort=8081, ADMIN_PORT_OPEN",
        "metricsProvider.className=" + PROMETHEUS + ", METRICS_PORT_OPEN"
    })
    void aSettingThatOpensTheServerIsNamed(String line, Exposure exposure) throws ConfigException {
        assertThat(exposures(line)).containsExactly(exposure);
    }

    @Test
    void aPortThatAlsoSpeaksPlainlyIsNamed() {
        ServerSettings settings = ServerSettings.inMemory()
                .withSecure(
                        new SecurePort(null, true, TlsSettings.of(StoreFile.of(Path.of("a.p12"), Secret.EMPTY), null)));

        assertThat(Exposure.PORT_UNIFIED.isIn(settings)).isTrue();
        assertThat(Exposure.PORT_UNIFIED.isIn(settings.withSecure(null))).isFalse();
    }

    private static List<Exposure> exposures(String... lines) throws ConfigException {
        List<String> all = new ArrayList<>(List.of("clientPort=1", "dataDir=/d"));
        all.addAll(List.of(lines));
        ServerSettings settings = ConfigFile.parse("zoo.cfg", all).settings();
        return Stream.of(Exposure.values()).filter(each -> each.isIn(settings)).toList();
    }
}
