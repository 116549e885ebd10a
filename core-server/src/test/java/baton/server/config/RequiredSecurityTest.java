package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The profile {@code baton.security=required}, line by line. */
class RequiredSecurityTest {
    @TempDir
    Path directory;

    private final List<String> strict = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "0123456789abcdef\n");
        strict.addAll(List.of(
                "dataDir=/d",
                "baton.security=required",
                "secureClientPort=2281",
                "baton.tls.dir=/tls",
                "baton.session.secretPath=" + secret));
    }

    @Test
    void isMetByTlsCertificatesAndKeyedSessions() throws ConfigException {
        ServerSettings settings = ConfigFile.parse("zoo.cfg", strict).settings();

        SessionProof sessions = settings.features().auth().sessions();
        assertThat(sessions.key()).isNotNull();
        assertThat(sessions.bound()).isTrue();
        assertThat(settings.secure().isAlone()).isTrue();
    }

    @Test
    void isMetByLoginsOverTls() throws Exception {
        Path logins = Files.writeString(
                directory.resolve("logins"),
                "Server { org.apache.zookeeper.server.auth.DigestLoginModule required user_a=\"b\"; };");
        strict.addAll(List.of(
                "ssl.clientAuth=none",
                "fips-mode=false",
                "java.security.auth.login.config=" + logins,
                "enforce.auth.enabled=true",
                "enforce.auth.schemes=sasl"));

        assertThat(ConfigFile.parse("zoo.cfg", strict).settings().secure()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "clientPort=2181 | a port would speak without TLS",
                "skipACL=yes | access control lists must be enforced",
                "ssl.clientAuth=want | every client must prove who it is",
                "ssl.clientAuth=none | every client must prove who it is",
                "baton.session.password=classic | passwords of sessions must be secret",
                "baton.session.binding=false | sessions must be bound",
                "admin.serverPort=8080 | the admin server speaks without TLS",
                "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider"
                        + " | metrics are shown without TLS",
                "baton.security=sometimes | must be required, or the line be removed",
            })
    void isRefusedWithALineThatOpensAnything(String line, String objection) {
        strict.add(line);

        assertThat(problems()).singleElement().asString().contains(objection);
    }

    /** Anybody can say any name and password: only an access control list makes something of it. */
    @ParameterizedTest
    @ValueSource(strings = {"ip,sasl", "digest", "x509,digest"})
    void isRefusedWhereAStrangerSuffices(String schemes) {
        strict.addAll(List.of("ssl.clientAuth=want", "enforce.auth.enabled=true", "enforce.auth.schemes=" + schemes));

        assertThat(problems()).singleElement().asString().contains("every client must prove who it is");
    }

    @Test
    void isRefusedWithoutTls() {
        strict.removeIf(each -> each.startsWith("secure") || each.startsWith("baton.tls"));
        strict.add("clientPort=2181");

        assertThat(problems()).singleElement().asString().contains("clients must speak TLS");
    }

    @Test
    void isRefusedWithASecretThatIsNone() throws IOException {
        Files.writeString(directory.resolve("secret"), "short");

        assertThat(problems())
                .anyMatch(each -> each.contains("must hold at least 16 characters"))
                .noneMatch(each -> each.contains("short"));
    }

    private List<String> problems() {
        return catchThrowableOfType(ConfigException.class, () -> ConfigFile.parse("zoo.cfg", strict))
                .problems();
    }
}
