package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import baton.core.testkit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration speaks of is looked at, all of it at once, and nothing is touched. */
class SurroundingsTest {
    @TempDir
    Path directory;

    private Path file(String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of("clientPort=2181"));
        all.addAll(List.of(lines));
        return Files.write(directory.resolve("zoo.cfg"), all);
    }

    private List<String> problems(String... lines) throws IOException {
        Path file = file(lines);
        return catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file))
                .problems();
    }

    /** But for what the disk of this machine may want. */
    private List<String> warnings(String... lines) throws Exception {
        return ConfigFile.read(file(lines)).warnings().stream()
                .filter(each -> !each.contains(" left on its volume, "))
                .toList();
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() throws Exception {
        Path plain = Files.createFile(directory.resolve("plain"));
        Path logs = Files.createDirectory(directory.resolve("logs"));
        Files.createFile(logs.resolve("log.1a"));

        assertThat(problems(
                        "dataDir=" + plain.resolve("data"),
                        "dataLogDir=" + logs,
                        "tickTime=none",
                        "colour=blue",
                        "secureClientPort=2181",
                        "admin.serverPort=2181",
                        "ssl.keyStore.location=" + directory.resolve("missing.pem"),
                        "ssl.trustStore.location=" + plain))
                .hasSize(8)
                .anyMatch(each ->
                        each.startsWith("zoo.cfg line 2: dataDir=") && each.endsWith(plain + " is not a directory"))
                .anyMatch(each -> each.startsWith("zoo.cfg line 3: dataLogDir=") && each.contains("version-2"))
                .anyMatch(each -> each.startsWith("zoo.cfg line 4: tickTime=none"))
                .anyMatch(each -> each.startsWith("zoo.cfg line 5: unknown key 'colour'"))
                .contains("zoo.cfg line 6: secureClientPort=2181: is port 2181, which clientPort has already")
                .contains("zoo.cfg line 7: admin.serverPort=2181: is port 2181, which clientPort has already")
                .anyMatch(each -> each.startsWith("zoo.cfg line 8: ssl.keyStore.location=")
                        && each.contains("missing.pem")
                        && each.contains("no such file"))
                .anyMatch(each -> each.startsWith("zoo.cfg line 9: ssl.trustStore.location=" + plain));
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void filesOfADirectoryAreToldAtTheLineThatNamesIt() throws Exception {
        assertThat(problems("dataDir=" + directory.resolve("data"), "baton.tls.dir=" + directory))
                .hasSize(2)
                .allMatch(each -> each.startsWith("zoo.cfg line 3: baton.tls.dir=" + directory + ": cannot use "))
                .allMatch(each -> each.endsWith("there is no such file"));
    }

    @Test
    void aPasswordThatIsMissingIsToldAsThat() throws Exception {
        Path store = TestCertificate.ofServer(directory, "server").pkcs12();
        List<String> secured = List.of(
                "dataDir=" + directory.resolve("data"),
                "secureClientPort=2281",
                "ssl.keyStore.location=" + store,
                "ssl.trustStore.location=" + store);

        assertThat(problems(secured.toArray(String[]::new)))
                .hasSize(2)
                .anyMatch(each -> each.endsWith(store + " as PKCS12: its key has a password, and none is given"))
                .anyMatch(each -> each.endsWith(
                        store + ": it holds no certificate that can be read without a password, and none is given"));

        List<String> absent = new ArrayList<>(secured);
        absent.add("ssl.keyStore.passwordPath=" + directory.resolve("absent"));
        absent.add("ssl.trustStore.password=" + TestCertificate.PASSWORD);
        assertThat(problems(absent.toArray(String[]::new)))
                .containsExactly("zoo.cfg line 6: ssl.keyStore.passwordPath=" + directory.resolve("absent")
                        + ": there is no such file");
    }

    @Test
    void storesThatAreMissingAreToldBesideAMissingPassword() throws Exception {
        String keys = "ssl.keyStore.location=" + directory.resolve("gone.p12");
        String trust = "ssl.trustStore.location=" + directory.resolve("gone.pem");
        String password = "ssl.keyStore.passwordPath=" + directory.resolve("absent");

        assertThat(problems(
                        "dataDir=" + directory.resolve("data"),
                        "secureClientPort=2281",
                        keys,
                        password,
                        trust,
                        "admin.forceHttps=true",
                        "ssl.quorum.trustStore.location=" + directory.resolve("unused.pem")))
                .containsExactlyInAnyOrder(
                        "zoo.cfg line 4: " + keys + ": there is no such file",
                        "zoo.cfg line 5: " + password + ": there is no such file",
                        "zoo.cfg line 6: " + trust + ": there is no such file");
    }

    /** The superuser may write there, as far as the system's rights say. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aDirectoryThatCannotBeMadeIsToldBesideTheRest() throws Exception {
        assertThat(problems("dataDir=/proc/baton", "tickTime=none"))
                .hasSize(2)
                .anyMatch(each -> each.startsWith("zoo.cfg line 2: dataDir=/proc/baton: "));
    }

    @Test
    void withoutAFileThePortForTlsIsOnLoopbackToo() throws Exception {
        TestCertificate certificate = TestCertificate.ofServer(directory, "server");
        Path tls = Files.createDirectory(directory.resolve("tls"));
        Files.copy(certificate.certificatePem(), tls.resolve("node.pem"));
        Files.copy(certificate.keyPem(), tls.resolve("node.key"));
        Files.copy(certificate.certificatePem(), tls.resolve("ca.pem"));

        SecurePort secure = ConfigFile.none(
                        ListenAddress.DEFAULT,
                        directory.resolve("data"),
                        ConfigSources.of(Map.of(), Map.of("BATON_TLS_DIR", tls.toString())))
                .settings()
                .secure();

        assertThat(secure.listen()).isEqualTo(new ListenAddress("127.0.0.1", 2281));
    }

    @Test
    void aFileThatSeveralPortsShareIsToldOfOnce() throws Exception {
        String store = directory.resolve("missing.pem").toString();

        assertThat(problems(
                        "dataDir=" + directory.resolve("data"),
                        "secureClientPort=2281",
                        "ssl.keyStore.location=" + store,
                        "ssl.trustStore.location=" + store,
                        "ssl.quorum.keyStore.location=" + store,
                        "ssl.quorum.trustStore.location=" + store,
                        "admin.serverPort=8081",
                        "admin.forceHttps=true",
                        "admin.needClientAuth=true",
                        "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
                        "metricsProvider.httpsPort=7001",
                        "metricsProvider.ssl.keyStore.location=" + store,
                        "metricsProvider.ssl.trustStore.location=" + store))
                .singleElement()
                .asString()
                .contains("Store.location=" + store + ": cannot use " + store)
                .endsWith("there is no such file");
    }

    @Test
    void aVolumeShouldHaveTwoGibibytesAndATenthLeft() {
        long gibibyte = 1L << 30;

        assertThat(Surroundings.shortage(2 * gibibyte, 20 * gibibyte)).isEmpty();
        assertThat(Surroundings.shortage(2 * gibibyte, 21 * gibibyte))
                .hasValue("has 2048 MiB left on its volume, less than 2 GiB or a tenth of it");
        assertThat(Surroundings.shortage(2 * gibibyte - 1, 3 * gibibyte)).isPresent();
    }

    @Test
    void nothingIsCreated() throws Exception {
        Path data = directory.resolve("new").resolve("data");

        assertThat(warnings("dataDir=" + data)).noneMatch(each -> each.contains("dataDir"));
        assertThat(directory.resolve("new")).doesNotExist();
    }

    @Test
    void aDirectoryThatMustBeThereIsNotMadeUp() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));

        assertThat(problems("dataDir=" + data, "datadir.autocreate=false"))
                .singleElement()
                .asString()
                .startsWith("zoo.cfg line 2: dataDir=" + data + ": has no directory version-2");

        Files.createDirectory(data.resolve("version-2"));
        assertThat(warnings("dataDir=" + data, "datadir.autocreate=false"))
                .noneMatch(each -> each.contains("version-2"));
    }

    @Test
    void aDirectoryThatEverybodyCanReadIsAWarning() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Path inside = Files.createDirectory(data.resolve("version-2"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rwx------"));
        assertThat(warnings("dataDir=" + data)).noneMatch(each -> each.contains("every user"));

        Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(warnings("dataDir=" + data))
                .contains("zoo.cfg line 2: dataDir=" + data
                        + " holds data that every user of this machine can read: chmod 700 " + data);
    }

    @Test
    void aDirectoryOfSomethingElseIsAWarningThatNamesWhatIsInIt() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        for (String each : List.of("a.txt", "b.txt", "c.txt", "d.txt", "myid")) {
            Files.createFile(data.resolve(each));
        }

        assertThat(warnings("dataDir=" + data))
                .contains("zoo.cfg line 2: dataDir=" + data
                        + " is no data directory yet, and holds a.txt, b.txt, c.txt and more");
    }

    @Test
    void whatAServerLeavesBesideItsDataIsNothingElse() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        for (String each : List.of("baton.lock", "version-2.ext", "version-2.before-1f")) {
            Files.createFile(data.resolve(each));
        }

        assertThat(warnings("dataDir=" + data)).noneMatch(each -> each.contains("is no data directory yet"));
    }

    @Test
    void aDirectoryOfAMemberOfAnEnsembleIsAWarning() throws Exception {
        Path data = Files.createDirectories(directory.resolve("data/version-2")).getParent();
        Path id = data.resolve("myid");

        Files.writeString(id, "2\n");
        assertThat(warnings("dataDir=" + data))
                .anyMatch(each -> each.contains("belongs to server 2 of an ensemble") && each.contains("server.2"));
        assertThat(warnings("dataDir=" + data, "server.2=a:2888:3888")).noneMatch(each -> each.contains("myid"));
        assertThat(warnings("dataDir=" + data, "server.1=a:2888:3888"))
                .anyMatch(each -> each.contains("belongs to server 2") && each.contains("the lines are server.1"));
        Files.writeString(id, "two");
        assertThat(warnings("dataDir=" + data)).anyMatch(each -> each.contains("a file myid that says 'two'"));
    }

    @Test
    void aRelativePathIsAWarning() throws Exception {
        assertThat(warnings("dataDir=target/data"))
                .anyMatch(each -> each.startsWith("zoo.cfg line 2: dataDir=target/data depends on where"));
    }

    @Test
    void secretsThatOthersCanReadAreWarnedOf() throws Exception {
        TestCertificate certificate = TestCertificate.ofServer(directory, "server");
        Files.setPosixFilePermissions(certificate.bothPem(), PosixFilePermissions.fromString("rw-r--r--"));
        Path file = file(
                "dataDir=" + directory.resolve("data"),
                "secureClientPort=2281",
                "ssl.clientAuth=none",
                "DigestAuthenticationProvider.superDigest=super:x",
                "ssl.keyStore.location=" + certificate.bothPem());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(ConfigFile.read(file).warnings())
                .contains("zoo.cfg: holds passwords and can be read by others: chmod 600 " + file)
                .anyMatch(each -> each.contains("private key")
                        && each.contains(certificate.bothPem().toString()));

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(certificate.bothPem(), PosixFilePermissions.fromString("rw-------"));
        assertThat(ConfigFile.read(file).warnings()).noneMatch(each -> each.contains("can be read by others"));
    }

    @Test
    void filesWithPasswordsThatOthersCanReadAreWarnedOf() throws Exception {
        Path secret = Files.writeString(
                directory.resolve("secret"),
                "Server { org.apache.zookeeper.server.auth.DigestLoginModule required user_a=\"b\"; };");
        Path store = TestCertificate.ofServer(directory, "server").bothPem();
        Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rw-------"));
        List<String> keys = List.of(
                "ssl.keyStore.passwordPath",
                "ssl.trustStore.passwordPath",
                "ssl.quorum.keyStore.passwordPath",
                "ssl.quorum.trustStore.passwordPath",
                "metricsProvider.ssl.keyStore.passwordPath",
                "metricsProvider.ssl.trustStore.passwordPath",
                "baton.session.secretPath",
                "java.security.auth.login.config");
        List<String> lines = new ArrayList<>();
        keys.forEach(each -> lines.add(each + "=" + secret));
        for (String each : List.of("ssl.", "ssl.quorum.", "metricsProvider.ssl.")) {
            lines.add(each + "keyStore.location=" + store);
            lines.add(each + "trustStore.location=" + store);
        }
        lines.addAll(List.of(
                "dataDir=" + directory.resolve("data"),
                "fips-mode=false",
                "secureClientPort=2281",
                "admin.forceHttps=true",
                "admin.needClientAuth=true",
                "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
                "metricsProvider.httpsPort=4443"));

        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(warnings(lines.toArray(String[]::new)))
                .filteredOn(each -> each.endsWith("=" + secret + " can be read by others: chmod 600"))
                .hasSameSizeAs(keys)
                .allSatisfy(each -> assertThat(keys).anyMatch(key -> each.contains(": " + key + "=")));

        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        assertThat(warnings(lines.toArray(String[]::new))).noneMatch(each -> each.contains("can be read by others"));
    }

    @Test
    void toLookAtSecretsGivesNoKeyAnEffect() throws Exception {
        Path open = Files.createFile(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        Path file = file(
                "dataDir=" + directory.resolve("data"),
                "baton.config.unknown=warn",
                "ssl.keyStore.passwordPath=" + open,
                "ssl.quorum.keyStore.passwordPath=" + open,
                "metricsProvider.ssl.keyStore.passwordPath=" + open,
                "foo.passwordPath=" + open,
                "x-my.passwordPath=" + open);

        ConfigFile read = ConfigFile.read(file);

        assertThat(read.warnings()).noneMatch(each -> each.contains("chmod 600"));
        assertThat(read.report().keys())
                .filteredOn(each -> each.value().equals(open.toString()))
                .isNotEmpty()
                .allMatch(each -> each.remark().startsWith("has no effect here: "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl.keyStore.passwordPath",
                "baton.session.secretPath",
                "baton.tls.dir",
                "dynamicConfigFile",
                "java.security.auth.login.config"
            })
    void whatCanBeNoPathIsAProblemLikeAnyOther(String key) throws Exception {
        assertThat(problems(
                        "dataDir=" + directory.resolve("data"),
                        "secureClientPort=2281",
                        "ssl.keyStore.location=" + directory.resolve("missing.pem"),
                        key + "=/a\\u0000b"))
                .contains("zoo.cfg line 5: " + key + "=/a\0b: " + "is not a path: Nul character not allowed");
    }
}
