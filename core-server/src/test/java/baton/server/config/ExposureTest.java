package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        "clientPortAddress=10.0.0.1, CLIENT_PORT_PLAIN",
        "clientPortAddress=0.0.0.0, CLIENT_PORT_PLAIN",
        "clientPortAddress=, CLIENT_PORT_PLAIN",
        "letAnySaslUserDoX=anyone, ANY_LOGIN",
        "skipACL=yes, ACL_SKIPPED",
        "DigestAuthenticationProvider.superDigest=boss:x, SUPER_USER",
        "X509AuthenticationProvider.superUser=CN=boss, SUPER_USER",
        "superUser.1=boss, SUPER_USER",
        "forceSync=no, FSYNC_SKIPPED",
        "admin.serverPort=8081, ADMIN_PORT_OPEN",
        "metricsProvider.className=" + PROMETHEUS + ", METRICS_PORT_OPEN"
    })
    void aSettingThatOpensTheServerIsNamed(String line, String exposure) throws ConfigException {
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

    @Test
    void aPortForAllThatSpeaksPlainlyIsNamedUnlessItSpeaksTls() throws ConfigException {
        List<String> tls = List.of("clientPortAddress=", "baton.tls.dir=/tls");

        assertThat(exposures(tls.toArray(String[]::new))).containsExactly("CLIENT_PORT_PLAIN");
        assertThat(exposed(ConfigFile.parse("zoo.cfg", List.of("dataDir=/d", "secureClientPort=2", tls.get(1)))))
                .isEmpty();
    }

    /** The name is above whatever list names somebody who logs in. */
    @Test
    void whoLogsInAsSuperIsNamed() {
        SaslSettings logins = SaslSettings.of(Map.of("super", "password"));
        ServerSettings silent = ServerSettings.inMemory();
        FeatureSettings features = silent.features();

        assertThat(Exposure.SUPER_USER.isIn(
                        silent.withFeatures(features.withAuth(features.auth().withSasl(logins)))))
                .isTrue();
        assertThat(Exposure.SUPER_USER.isIn(silent.withFeatures(
                        features.withAuth(features.auth().withSasl(SaslSettings.of(Map.of("alice", "password")))))))
                .isFalse();
    }

    private static List<String> exposures(String... lines) throws ConfigException {
        List<String> all = new ArrayList<>(List.of("clientPort=1", "clientPortAddress=127.0.0.1", "dataDir=/d"));
        all.addAll(List.of(lines));
        return exposed(ConfigFile.parse("zoo.cfg", all));
    }

    private static List<String> exposed(ConfigFile file) {
        return Stream.of(Exposure.values())
                .filter(each -> each.isIn(file.settings()))
                .map(Exposure::name)
                .toList();
    }
}
