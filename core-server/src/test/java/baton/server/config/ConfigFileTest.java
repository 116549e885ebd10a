package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final List<String> SMALLEST = List.of("clientPort=2181", "dataDir=/var/lib/zk");

    @Test
    void theSmallestFileGetsDefaultsForTheRest() throws ConfigException {
        ServerSettings settings = ConfigFile.parse("zoo.cfg", SMALLEST).settings();

        assertThat(settings.listen()).isEqualTo(new ListenAddress("", 2181));
        assertThat(settings.sessions()).isEqualTo(new SessionSettings(3000, 6000, 60000));
        assertThat(settings.storage()).isEqualTo(StorageSettings.Files.in(Path.of("/var/lib/zk")));
        assertThat(settings.limits()).isEqualTo(LimitSettings.DEFAULT);
        assertThat(settings.features())
                .isEqualTo(new FeatureSettings(false, false, false, 60_000, 10_000, 0, AuthSettings.DEFAULT));
        assertThat(settings.words()).isEqualTo(WordAccess.DEFAULT);
    }

    @Test
    void everySettingOfAnOrdinaryFileIsTaken() throws ConfigException {
        ServerSettings settings = ConfigFile.parse(
                        "zoo.cfg",
                        List.of(
                                "# an ordinary file",
                                "tickTime = 2000",
                                "minSessionTimeout=3000",
                                "maxSessionTimeout=-1",
                                "dataDir=/data",
                                "dataLogDir=/log",
                                "clientPort=0021",
                                "clientPortAddress=127.0.0.1",
                                "maxClientCnxns=0",
                                "autopurge.snapRetainCount=5",
                                "autopurge.purgeInterval=0",
                                "snapCount=1000",
                                "preAllocSize=64",
                                "txnLogSizeLimitInKb=7",
                                "snapSizeLimitInKb=-1",
                                "fsync.warningthresholdms=50",
                                "snapshot.compression.method=snappy",
                                "baton.reserveMegabytes=20",
                                "forceSync=no",
                                "zookeeper.extendedTypesEnabled=true",
                                "skipACL=yes",
                                "enforceQuota=true",
                                "reconfigEnabled=true",
                                "znode.container.maxPerMinute=600",
                                "znode.container.maxNeverUsedIntervalMs=5000",
                                "DigestAuthenticationProvider.digestAlg=SHA-256",
                                "DigestAuthenticationProvider.superDigest=boss:x",
                                "authProvider.x=org.apache.zookeeper.server.auth.X509AuthenticationProvider",
                                "X509AuthenticationProvider.superUser=CN=boss",
                                "enforce.auth.enabled=true",
                                "enforce.auth.schemes=ip",
                                "4lw.commands.whitelist=stat, ruok"))
                .settings();

        assertThat(settings)
                .isEqualTo(new ServerSettings(
                        new ListenAddress("127.0.0.1", 21),
                        new StorageSettings.Files(
                                Path.of("/data"),
                                Path.of("/log"),
                                new StorageSettings.Log(64 << 10, false, 7 << 10, 50),
                                new StorageSettings.Snapshots(1000, 0, StorageSettings.Packing.SNAPPY),
                                new StorageSettings.Purge(5, 0),
                                20L << 20),
                        new SessionSettings(2000, 3000, 40000),
                        LimitSettings.DEFAULT.withConnectionsPerAddress(0),
                        new FeatureSettings(
                                true,
                                true,
                                true,
                                60_000,
                                600,
                                5_000,
                                new AuthSettings(
                                        false, "SHA-256", "boss:x", true, "CN=boss", SaslSettings.NONE, Set.of("ip"))),
                        WordAccess.everywhere(Set.of("stat", "ruok"))));
    }

    @Test
    void aContinuedLineCountsFromItsFirst() {
        ConfigException refusal =
                refusal("clientPort=2181", "dataDir=/var/\\", "   lib/zk", "tickTime=\\", "  zero", "snapCount=1");

        assertThat(refusal.problems())
                .containsExactlyInAnyOrder(
                        "zoo.cfg line 4: tickTime=zero: must be a whole number, from 1 to 16777216 ms",
                        "zoo.cfg line 6: snapCount=1: must be a whole number, at least 2 transactions");
    }

    @Nested
    class AValueThatIsWrong {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "tickTime=fast     | must be a whole number, from 1 to 16777216 ms",
                    "tickTime=0        | must be a whole number, from 1 to 16777216 ms",
                    "maxClientCnxns=-1 | must be a whole number, at least 0 connections",
                    "snapCount=1       | must be a whole number, at least 2 transactions",
                    "forceSync=maybe   | must be yes or no",
                    "extendedTypesEnabled=1 | must be true or false",
                    "autopurge.snapRetainCount=2 | must be a whole number, at least 3 snapshots",
                    "secureClientPort=2281 | TLS is not supported yet; remove the line to start without it",
                    "enforceQuota=1 | must be true or false",
                    "enforce.auth.enabled=true | needs enforce.auth.schemes, for example enforce.auth.schemes=digest",
                    "DigestAuthenticationProvider.digestAlg=X | must be a hash that Java knows, for example SHA-256",
                    "java.security.auth.login.config=/x | logging in by DIGEST-MD5 is not allowed while fips-mode is on:"
                            + " add the line fips-mode=false, or remove this one",
                })
        void isRefusedWithLineKeyValueAndRange(String line, String expected) {
            ConfigException refusal = refusal("clientPort=2181", "dataDir=/data", line);

            assertThat(refusal.problems()).containsExactly("zoo.cfg line 3: " + line + ": " + expected);
        }

        @Test
        void isToldWithAllTheOthers() {
            ConfigException refusal = refusal("clientPort=70000", "snapCount=none");

            assertThat(refusal.problems())
                    .containsExactlyInAnyOrder(
                            "zoo.cfg line 1: clientPort=70000: must be a whole number, from 1 to 65535",
                            "zoo.cfg: dataDir is missing: add a line 'dataDir=DIRECTORY'",
                            "zoo.cfg line 2: snapCount=none: must be a whole number, at least 2 transactions");
        }
    }

    @Test
    void timeoutsThatCrossAreRefused() {
        ConfigException refusal =
                refusal("clientPort=1", "dataDir=/d", "minSessionTimeout=9000", "maxSessionTimeout=8000");

        assertThat(refusal.problems())
                .containsExactly("zoo.cfg line 3: minSessionTimeout=9000:"
                        + " must not be over maxSessionTimeout, which is 8000 ms");
    }

    @Test
    void moreThanOneServerIsRefused() {
        ConfigException refusal = refusal("clientPort=1", "dataDir=/d", "server.1=a:2888:3888", "server.2=b:2888:3888");

        assertThat(refusal.problems())
                .containsExactly("zoo.cfg: server.1, server.2: ensembles are not supported yet;"
                        + " leave at most one server line to run standalone");
    }

    @Test
    void anUnknownKeyIsAWarningThatNamesTheNearestKnownOne() throws ConfigException {
        ConfigFile file = ConfigFile.parse(
                "zoo.cfg", List.of("clientPort=1", "dataDir=/d", "tickTme=2000", "maxClientConns=3", "colour=blue"));

        assertThat(file.warnings())
                .containsExactly(
                        "zoo.cfg line 3: unknown key 'tickTme' has no effect: did you mean 'tickTime'?",
                        "zoo.cfg line 4: unknown key 'maxClientConns' has no effect: did you mean 'maxClientCnxns'?",
                        "zoo.cfg line 5: unknown key 'colour' has no effect");
    }

    @Test
    void aKeyWithoutEffectIsNotedWithTheReason() throws ConfigException {
        ConfigFile file =
                ConfigFile.parse("zoo.cfg", List.of("clientPort=1", "dataDir=/d", "initLimit=10", "x-owner=me"));

        assertThat(file.warnings()).isEmpty();
        assertThat(file.notes())
                .containsExactly(
                        "zoo.cfg line 3: initLimit has no effect here: only ensembles use it",
                        "zoo.cfg line 4: x-owner has no effect here: a comment");
    }

    @Test
    void aFeatureWeLackMaySayThatItIsOff() throws ConfigException {
        ConfigFile file = ConfigFile.parse("zoo.cfg", List.of("clientPort=1", "dataDir=/d", "audit.enable=false"));

        assertThat(file.warnings()).isEmpty();
    }

    @Test
    void aKeySaidTwiceIsAWarning() throws ConfigException {
        ConfigFile file =
                ConfigFile.parse("zoo.cfg", List.of("clientPort=1", "dataDir=/d", "tickTime=5", "tickTime=6"));

        assertThat(file.settings().sessions().tickMillis()).isEqualTo(6);
        assertThat(file.warnings()).containsExactly("zoo.cfg line 4: tickTime replaces the value of line 3");
    }

    @Test
    void aFileThatIsNotThereIsNamed(@TempDir Path directory) {
        Path missing = directory.resolve("zoo.cfg");

        ConfigException refusal = catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(missing));

        assertThat(refusal.problems()).hasSize(1).first().asString().contains(missing.toString());
    }

    @Test
    void aFileIsReadWithItsOwnNameInTheProblems(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("my.cfg"), List.of("clientPort=x", "dataDir=/d"));

        ConfigException refusal = catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file));

        assertThat(refusal.problems())
                .containsExactly("my.cfg line 1: clientPort=x: must be a whole number, from 1 to 65535");
    }

    private static ConfigException refusal(String... lines) {
        return catchThrowableOfType(ConfigException.class, () -> ConfigFile.parse("zoo.cfg", List.of(lines)));
    }
}
