package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import baton.protocol.tls.Revocation;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.protocol.tls.StoreFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                .isEqualTo(
                        new FeatureSettings(false, false, false, true, false, 60_000, 10_000, 0, AuthSettings.DEFAULT));
        assertThat(settings.words()).isEqualTo(WordAccess.DEFAULT);
    }

    @Test
    void whatMayBeUnderWayAndHeldIsTaken() throws ConfigException {
        LimitSettings limits = parse(
                        "globalOutstandingLimit=1000",
                        "jute.maxbuffer=4000000",
                        "maxCnxns=0",
                        "baton.outboundStallMillis=5000",
                        "connection_throttle_tokens=7")
                .limits();

        assertThat(limits.flow()).isEqualTo(new FlowSettings(1000, 64 << 20, 64 << 20, 5000));
        assertThat(limits.listBytesMax()).isEqualTo(4_000_000);
        assertThat(limits.connections().max()).isZero();
        assertThat(limits.holdings()).isEqualTo(new HoldingSettings(100_000, 50_000, 100_000, 20_000_000, 7, 1, 1));
        assertThat(parse(
                                "baton.watchedBytesPerConnectionMax=1MiB",
                                "baton.watchedBytesMax=2MiB",
                                "baton.identityBytesPerConnectionMax=3000")
                        .limits()
                        .holdings()
                        .texts())
                .isEqualTo(new TextSettings(1 << 20, 2 << 20, 3000));
        assertThat(parse("baton.listBytesMax=9000").limits().listBytesMax()).isEqualTo(9000);
        LimitSettings small = parse("jute.maxbuffer=512").limits();
        assertThat(small.frameBytesMax()).isEqualTo(512);
        assertThat(small.listBytesMax()).isEqualTo(1_048_575);
    }

    @Test
    void oldNodesWithATimeToLiveAreRefused() {
        assertThat(refusal("clientPort=1", "dataDir=/d", "emulate353TTLNodes=true")
                        .problems())
                .singleElement()
                .asString()
                .startsWith("zoo.cfg line 3: emulate353TTLNodes=true: ");
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
                                "baton.fsync.stuckMillis=7000",
                                "snapshot.compression.method=snappy",
                                "baton.reserveMegabytes=20",
                                "forceSync=no",
                                "zookeeper.extendedTypesEnabled=true",
                                "skipACL=yes",
                                "enforceQuota=true",
                                "reconfigEnabled=true",
                                "digest.enabled=false",
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
                                new StorageSettings.Log(64 << 10, false, 7 << 10, 50, 7000),
                                new StorageSettings.Snapshots(1000, 0, StorageSettings.Packing.SNAPPY),
                                new StorageSettings.Purge(5, 0),
                                20L << 20),
                        new SessionSettings(2000, 3000, 40000),
                        LimitSettings.DEFAULT.withConnections(ConnectionSettings.DEFAULT.withPerAddressMax(0)),
                        new FeatureSettings(
                                true,
                                true,
                                true,
                                false,
                                false,
                                60_000,
                                600,
                                5_000,
                                new AuthSettings(
                                        false,
                                        "SHA-256",
                                        Secret.of("boss:x"),
                                        true,
                                        "CN=boss",
                                        SaslSettings.NONE,
                                        Set.of("ip"),
                                        null,
                                        SessionProof.CLASSIC)),
                        WordAccess.everywhere(Set.of("stat", "ruok")),
                        AdminSettings.DEFAULT,
                        null));
    }

    @Test
    void aContinuedLineCountsFromItsFirst() {
        ConfigException refusal =
                refusal("clientPort=2181", "dataDir=/var/\\", "   lib/zk", "tickTime=\\", "  zero", "snapCount=few");

        assertThat(refusal.problems())
                .containsExactlyInAnyOrder(
                        "zoo.cfg line 4: tickTime=zero: must be a whole number, from 1 to 16777216 ms",
                        "zoo.cfg line 6: snapCount=few: must be a whole number, at least 2 transactions");
    }

    @Nested
    class AValueThatIsWrong {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "tickTime=fast     | must be a whole number, from 1 to 16777216 ms",
                    "tickTime=0        | must be a whole number, from 1 to 16777216 ms",
                    "tickTime=0x10     | must be a whole number, from 1 to 16777216 ms",
                    "snapCount=08      | must be a whole number, at least 2 transactions",
                    "admin.serverPort=-1 | must be a whole number, from 0 to 65535",
                    "snapshot.compression.method=zip | must be gz, snappy, checked or empty",
                    "snapCount=3000000000 | must be a whole number, at most 2147483647 transactions",
                    "snapSizeLimitInKb=3000000000 | must be a whole number, at most 2147483647 KB",
                    "extendedTypesEnabled=1 | must be true or false",
                    "secureClientPort=2281 | needs the server's key: add a line ssl.keyStore.location=FILE, or"
                            + " baton.tls.dir=DIRECTORY",
                    "enforceQuota=1 | must be true or false",
                    "baton.transport=kqueue | must be one of auto, epoll, io_uring, nio",
                    "syncEnabled=maybe | must be true or false",
                    "quorum.auth.enableSasl= | must be true or false",
                    "enforce.auth.enabled=true | needs enforce.auth.schemes, for example enforce.auth.schemes=digest",
                    "DigestAuthenticationProvider.digestAlg=X | must be a hash that Java knows, for example SHA-256",
                    "java.security.auth.login.config=/x | cannot be read",
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

    @Nested
    class AValueThatApacheZooKeeperTakes {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "autopurge.snapRetainCount=1   | counts as 3: there can be no fewer",
                    "autopurge.purgeInterval=-1    | counts as 0: nothing is purged",
                    "maxClientCnxns=-1             | counts as 0: there is no limit",
                    "maxCnxns=-1                   | counts as 0: there is no limit",
                    "snapCount=1                   | counts as 2: there can be no fewer",
                    "globalOutstandingLimit=0      | counts as 1: there can be no fewer",
                    "forceSync=true                | counts as yes, like everything but no",
                    "skipACL=false                 | counts as no, like everything but yes",
                    "znode.container.maxPerMinute=0 | keeps containers, and nodes whose time to live is over, for ever",
                    "admin.serverPort=0            | lets the system pick a port, which only the log tells",
                    "snapCount=010                 | is 8: what begins with a zero is octal",
                })
        void isWarnedOf(String line, String expected) throws ConfigException {
            ConfigFile file = ConfigFile.parse("zoo.cfg", List.of("clientPort=1", "dataDir=/d", line));

            assertThat(file.warnings()).hasSize(1);
            assertThat(file.warnings().get(0).replaceFirst(line + ":? ", "")).isEqualTo("zoo.cfg line 3: " + expected);
        }

        @Test
        void meansWhatItMeansThere() throws ConfigException {
            ServerSettings settings = parse(
                    "autopurge.snapRetainCount=1",
                    "autopurge.purgeInterval=-1",
                    "maxClientCnxns=-1",
                    "maxCnxns=-1",
                    "snapCount=1",
                    "globalOutstandingLimit=0",
                    "forceSync=false",
                    "skipACL=true",
                    "znode.container.maxPerMinute=0",
                    "admin.serverPort=0",
                    "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
                    "metricsProvider.httpPort=0",
                    "snapshot.compression.method=GZ");

            assertThat(settings.storage())
                    .isEqualTo(new StorageSettings.Files(
                            Path.of("/d"),
                            Path.of("/d"),
                            StorageSettings.Log.DEFAULT,
                            new StorageSettings.Snapshots(
                                    2, StorageSettings.Snapshots.LOG_BYTES_DEFAULT, StorageSettings.Packing.GZIP),
                            new StorageSettings.Purge(3, 0),
                            StorageSettings.Files.RESERVE_BYTES_DEFAULT));
            assertThat(settings.limits().connections().perAddressMax()).isZero();
            assertThat(settings.limits().connections().max()).isZero();
            assertThat(settings.limits().flow().outstandingRequestsMax()).isOne();
            assertThat(settings.features().auth().aclChecked()).isTrue();
            assertThat(settings.features().containersPerMinute()).isZero();
            assertThat(settings.admin().listen()).isEqualTo(new ListenAddress("", 0));
            assertThat(settings.admin().metrics()).isEqualTo(new ListenAddress("", 0));
        }

        @Test
        void isANumberAsJavaReadsProperties() throws ConfigException {
            ConfigFile file = ConfigFile.parse(
                    "zoo.cfg",
                    List.of("clientPort=0021", "dataDir=/d", "jute.maxbuffer=0x200000", "maxCnxns=#ff"),
                    properties("zookeeper.snapCount", "0x10"));

            assertThat(file.warnings()).isEmpty();
            assertThat(file.settings().listen().port()).isEqualTo(21);
            assertThat(file.settings().limits().frameBytesMax()).isEqualTo(2 << 20);
            assertThat(file.settings().limits().connections().max()).isEqualTo(255);
            assertThat(((StorageSettings.Files) file.settings().storage())
                            .snapshots()
                            .snapCount())
                    .isEqualTo(16);
            assertThat(ConfigFile.parse("zoo.cfg", SMALLEST, properties("jute.maxbuffer", "0x200000"))
                            .settings()
                            .limits()
                            .frameBytesMax())
                    .isEqualTo(2 << 20);
        }

        @Test
        void isTrueOrFalseInAnyLetters() throws ConfigException {
            ConfigFile file = ConfigFile.parse(
                    "zoo.cfg",
                    List.of(
                            "clientPort=1",
                            "dataDir=/d",
                            "extendedTypesEnabled=TRUE",
                            "reconfigEnabled=True",
                            "enforceQuota=TRUE",
                            "digest.enabled=False",
                            "emulate353TTLNodes=FALSE",
                            "admin.enableServer=FALSE"));

            assertThat(file.warnings()).isEmpty();
            FeatureSettings features = file.settings().features();
            assertThat(List.of(
                            features.ttlNodes(),
                            features.reconfigEnabled(),
                            features.quotaEnforced(),
                            features.digestsKept()))
                    .containsExactly(true, true, true, false);
            assertThat(file.settings().admin().presence()).isEqualTo(AdminSettings.Presence.OFF);
            assertThat(file.report().keys())
                    .contains(new ConfigReport.Entry("enforceQuota", "true", "zoo.cfg line 5", ""));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "request_throttle_max_requests=300, 300",
        "requestThrottleLimit=300, 300",
        "zookeeper.request_throttle_max_requests=20000, 20000",
        "requestThrottleLimit=0, 10000",
    })
    void howManyRequestsMayBeUnderWayIsSaidByTheKeysOfTheThrottlerToo(String line, int requests)
            throws ConfigException {
        assertThat(parse(line).limits().flow().outstandingRequestsMax()).isEqualTo(requests);
    }

    @Test
    void ofAllThatSayHowManyRequestsMayBeUnderWayTheSmallestCounts() throws ConfigException {
        ConfigFile file = ConfigFile.parse(
                "zoo.cfg",
                List.of(
                        "clientPort=1",
                        "dataDir=/d",
                        "globalOutstandingLimit=500",
                        "request_throttle_max_requests=700",
                        "requestThrottleLimit=600",
                        "throttled_op_wait_time=5"));

        assertThat(file.settings().limits().flow().outstandingRequestsMax()).isEqualTo(500);
        assertThat(file.notes())
                .containsExactlyInAnyOrder(
                        "zoo.cfg line 4: request_throttle_max_requests=700 does what globalOutstandingLimit does",
                        "zoo.cfg line 5: requestThrottleLimit=600 does what globalOutstandingLimit does",
                        "zoo.cfg line 6: throttled_op_wait_time has no effect here: who waits for room is not refused"
                                + " for it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4lw.commands.whitelist=ruok", "4lw.commands.whitelist=*"})
    void whoLooksForAServerThatWritesMayAskIfThereIsReadOnlyMode(String words) throws ConfigException {
        WordAccess silent = parse(words.isEmpty() ? "x-words=" : words).words();
        WordAccess readOnly = parse(words.isEmpty() ? "x-words=" : words, "readonlymode.enabled=true")
                .words();

        assertThat(silent.allows("isro", false)).isEqualTo(words.endsWith("*"));
        assertThat(readOnly.allows("isro", false)).isTrue();
        assertThat(readOnly.allows("isro", true)).isTrue();
        assertThat(readOnly.allows("ruok", true)).isEqualTo(silent.allows("ruok", true));
        assertThat(readOnly.allows("ruok", false)).isEqualTo(silent.allows("ruok", false));
    }

    @Test
    void theLongestAnswerMayAlwaysLieUnread() throws ConfigException {
        assertThat(parse("jute.maxbuffer=134217728").limits().flow().outboundBytesMax())
                .isEqualTo((4 << 27) + (1 << 20));
        assertThat(parse("baton.listBytesMax=100MiB").limits().flow().outboundBytesMax())
                .isEqualTo(101 << 20);
        assertThat(refusal("clientPort=1", "dataDir=/d", "jute.maxbuffer=134217728", "baton.outboundBytesMax=64MiB")
                        .problems())
                .containsExactly("zoo.cfg line 4: baton.outboundBytesMax=64MiB: must be at least 537919488, or whoever"
                        + " asks for the longest answer that jute.maxbuffer and baton.listBytesMax allow is cut off");
    }

    @Test
    void ourOwnKeysTakeUnits() throws ConfigException {
        ServerSettings settings = parse(
                "baton.outboundStallMillis=30s",
                "baton.outboundBytesMax=64MiB",
                "baton.outstandingBytesMax=2097152B",
                "baton.listBytesMax=8 kib",
                "baton.fsync.stuckMillis=2min",
                "baton.reserveMegabytes=1GiB",
                "baton.identity.kilobytesPerMinute=3MiB");

        assertThat(settings.limits().flow()).isEqualTo(new FlowSettings(10_000, 2 << 20, 64 << 20, 30_000));
        assertThat(settings.limits().listBytesMax()).isEqualTo(8192);
        assertThat(settings.limits().identities()).isEqualTo(new IdentitySettings(0, 0, 3072));
        StorageSettings.Files files = (StorageSettings.Files) settings.storage();
        assertThat(files.log().stuckSyncMillis()).isEqualTo(120_000);
        assertThat(files.reserveBytes()).isEqualTo(1L << 30);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "baton.outboundStallMillis=64MiB | must be a whole number, at least 100 ms, or with a unit like 30s",
                "baton.outboundStallMillis=1ms   | must be a whole number, at least 100 ms, or with a unit like 30s",
                "baton.outboundBytesMax=64MB     | must be a whole number, at least 1048576 bytes, or with a unit like"
                        + " 64MiB",
                "baton.reserveMegabytes=20000KiB | must be a whole number, from 16 to 1073741824 MB, or with a unit"
                        + " like 64MiB",
                "baton.outboundBytesMax=9999999999999999GiB | must be a whole number, at least 1048576 bytes, or with"
                        + " a unit like 64MiB",
                "baton.sessionsMax=3s            | must be a whole number, at least 1 sessions",
                "fsync.warningthresholdms=1s     | must be a whole number, at least 1 ms",
            })
    void aUnitThatDoesNotFitIsRefused(String line, String expected) {
        assertThat(refusal("clientPort=1", "dataDir=/d", line).problems())
                .containsExactly("zoo.cfg line 3: " + line + ": " + expected);
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
                .containsExactly("zoo.cfg line 4: server.2=b:2888:3888: ensembles are not supported yet;"
                        + " leave one of the lines server.1, server.2 at most, to run standalone");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server.x=a:2888:3888",
                "server.1=a",
                "server.1=a:2888",
                "server.1=a:2888:x",
                "server.1=a:2888:3888:leader",
                "server.1="
            })
    void aServerThatIsNotInFormIsRefused(String line) {
        assertThat(refusal("clientPort=1", "dataDir=/d", line).problems())
                .containsExactly("zoo.cfg line 3: " + line
                        + ": must have the form server.N=HOST:PORT:PORT[:ROLE][;[ADDRESS:]PORT]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server.1=a:2888:3888:OBSERVER",
                "server.1=[::1]:2888:3888",
                "server.1=a:2888:3888|b.example:2889:3889;1",
                "server.1=a:2888:3888|",
                "server.1=a:2888:3888|b.example:2889:3889|;1",
                "server.12=10.0.0.1:2888:3888:participant ; 0.0.0.0:1"
            })
    void aServerMayHaveMoreAddressesAndARole(String line) throws ConfigException {
        assertThat(ConfigFile.parse("zoo.cfg", List.of("clientPort=1", "dataDir=/d", line))
                        .warnings())
                .isEmpty();
    }

    @Test
    void aWordThatThereIsNotIsAWarning() throws Exception {
        ConfigFile file = ConfigFile.parse(
                "zoo.cfg",
                List.of("clientPort=1", "dataDir=/d", "4lw.commands.whitelist=,rouk, ruok ,ruok,everything"));

        assertThat(file.settings().words().allows("ruok", false)).isTrue();
        assertThat(file.warnings())
                .containsExactly(
                        "zoo.cfg line 3: 4lw.commands.whitelist=,rouk, ruok ,ruok,everything"
                                + " names no word by 'everything': there are conf, cons, crst, dirs, dump, envi, gtmk,"
                                + " hash, isro, mntr, ruok, srst, srvr, stat, stmk, wchc, wchp, wchs, and * for all",
                        "zoo.cfg line 3: 4lw.commands.whitelist=,rouk, ruok ,ruok,everything"
                                + " names no word by 'rouk': did you mean 'ruok'?");
        assertThat(ConfigFile.parse("zoo.cfg", List.of("clientPort=1", "dataDir=/d", "4lw.commands.whitelist=*"))
                        .warnings())
                .isEmpty();
    }

    @Test
    void theFileOfAContainerNamesThePortForClientsBehindItsOnlyServer() throws ConfigException {
        ConfigFile file = ConfigFile.parse(
                "zoo.cfg",
                List.of(
                        "dataDir=/data",
                        "dataLogDir=/datalog",
                        "tickTime=2000",
                        "initLimit=5",
                        "syncLimit=2",
                        "autopurge.snapRetainCount=3",
                        "autopurge.purgeInterval=0",
                        "maxClientCnxns=60",
                        "standaloneEnabled=true",
                        "admin.enableServer=true",
                        "server.1=localhost:2888:3888;2181"));

        assertThat(file.settings().listen()).isEqualTo(new ListenAddress("", 2181));
        assertThat(file.warnings()).isEmpty();
        assertThat(file.report().keys()).contains(new ConfigReport.Entry("clientPort", "2181", "zoo.cfg line 11", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "server.1=a:2888:3888:participant;127.0.0.1:2199, 127.0.0.1, 2199",
        "server.7=a:2888:3888;[::1]:2199, ::1, 2199",
        "server.1=a:2888:3888;0.0.0.0:2199, 0.0.0.0, 2199",
    })
    void theAddressForClientsMayStandThereToo(String line, String host, int port) throws ConfigException {
        ServerSettings settings =
                ConfigFile.parse("zoo.cfg", List.of("dataDir=/d", line)).settings();

        assertThat(settings.listen()).isEqualTo(new ListenAddress(host, port));
    }

    @Test
    void aServerHasOnePortForClients() throws ConfigException {
        assertThat(refusal("clientPort=2181", "dataDir=/d", "server.1=a:2888:3888;2199")
                        .problems())
                .containsExactly("zoo.cfg line 3: server.1=a:2888:3888;2199:"
                        + " names another port for clients than clientPort=2181: remove one of the two");
        assertThat(refusal("dataDir=/d", "server.1=a:2888:3888;x").problems())
                .containsExactly("zoo.cfg line 2: clientPort=x: must be a whole number, from 1 to 65535");
        assertThat(ConfigFile.parse(
                                "zoo.cfg",
                                List.of("clientPort=2199", "dataDir=/d", "server.1=a:2888:3888;1.2.3.4:2199"))
                        .settings()
                        .listen())
                .isEqualTo(new ListenAddress("", 2199));
    }

    @Test
    void theLinesAboutServersMayStandInAFileOfTheirOwn(@TempDir Path directory) throws Exception {
        Path members = Files.write(
                directory.resolve("zoo.cfg.dynamic"),
                List.of("server.1=localhost:2888:3888:participant;127.0.0.1:2199", "version=100000000"));
        Path file = directory.resolve("zoo.cfg");
        Files.write(file, List.of("dataDir=" + directory.resolve("data"), "dynamicConfigFile=" + members));

        assertThat(ConfigFile.read(file).settings().listen()).isEqualTo(new ListenAddress("127.0.0.1", 2199));

        Files.delete(members);
        assertThat(catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file))
                        .problems())
                .contains("zoo.cfg line 2: dynamicConfigFile=" + members + ": cannot read the configuration " + members
                        + ": there is no such file");
    }

    @Test
    void whatEditorsPutBeforeTheFirstLetterIsPassedOver(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("zoo.cfg");
        Files.writeString(file, "\ufeffclientPort=2199\ndataDir=" + directory.resolve("data") + "\n");

        assertThat(ConfigFile.read(file).settings().listen()).isEqualTo(new ListenAddress("", 2199));
    }

    @Test
    void aFileMayBeOfTheCharactersThatJavaWritesPropertiesIn(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("zoo.cfg");
        String text = "# f\u00fcr Stra\u00dfe\nclientPort=2199\ndataDir=" + directory.resolve("data") + "\n";
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);

        assertThat(ConfigFile.read(file).settings().listen()).isEqualTo(new ListenAddress("", 2199));
        assertThat(StatedKey.of(file)).extracting(StatedKey::key).containsExactly("clientPort", "dataDir");
    }

    @Test
    void whatManualsOfOtherProgramsSayToWriteIsKnownToDoNothing() throws ConfigException {
        ConfigFile file = ConfigFile.parse(
                "zoo.cfg",
                List.of(
                        "clientPort=1",
                        "dataDir=/d",
                        "jaasLoginRenew=3600000",
                        "requireClientAuthScheme=sasl",
                        "kerberos.removeHostFromPrincipal=true",
                        "kerberos.removeRealmFromPrincipal=true"));

        assertThat(file.notes())
                .hasSize(4)
                .anyMatch(each -> each.startsWith("zoo.cfg line 4: requireClientAuthScheme has no effect here: ")
                        && each.endsWith("sessionRequireClientSASLAuth=true does what it says"));
    }

    @Test
    void anUnknownKeyIsRefusedAndTheNearestKnownOneNamed() {
        assertThat(refusal("clientPort=1", "dataDir=/d", "tickTme=2000", "maxClientConns=3", "colour=blue")
                        .problems())
                .containsExactly(
                        "zoo.cfg line 3: unknown key 'tickTme': did you mean 'tickTime'?",
                        "zoo.cfg line 4: unknown key 'maxClientConns': did you mean 'maxClientCnxns'?",
                        "zoo.cfg line 5: unknown key 'colour': remove the line, or write x- before the key");
    }

    @ParameterizedTest
    @CsvSource({
        "autopurge.snapRetain, autopurge.snapRetainCount",
        "dataDirectory, dataDir",
        "maxSession, maxSessionTimeout",
    })
    void ofAnUnknownKeyThatIsTooShortOrTooLongTheWholeOneIsNamed(String key, String meant) {
        assertThat(refusal("clientPort=1", "dataDir=/d", key + "=1").problems())
                .containsExactly("zoo.cfg line 3: unknown key '" + key + "': did you mean '" + meant + "'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "snap", "client.port.for.all"})
    void aBeginningOfManyKeysSaysNothing(String key) {
        assertThat(KnownKey.nearest(key)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"option", "file", "environment"})
    void anUnknownKeyIsAWarningForTheLenient(String how) throws ConfigException {
        List<String> lines = new ArrayList<>(
                List.of("clientPort=1", "dataDir=/d", "tickTme=2000", "maxClientConns=3", "colour=blue"));
        ConfigSources sources = switch (how) {
            case "option" -> ConfigSources.NONE.withLenience();
            case "environment" -> ConfigSources.of(Map.of(), Map.of("BATON_CONFIG_UNKNOWN", "warn"));
            default -> ConfigSources.NONE;
        };
        if (how.equals("file")) {
            lines.add("baton.config.unknown=warn");
        }

        assertThat(ConfigFile.parse("zoo.cfg", lines, sources).warnings())
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
        ConfigFile file =
                ConfigFile.parse("zoo.cfg", List.of("clientPort=1", "dataDir=/d", "emulate353TTLNodes=false"));

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

        assertThat(refusal.problems())
                .containsExactly("cannot read the configuration " + missing + ": there is no such file");
        assertThat(catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(directory))
                        .problems())
                .containsExactly("cannot read the configuration " + directory + ": it is a directory");
    }

    @Test
    void aFileIsReadWithItsOwnNameInTheProblems(@TempDir Path directory) throws Exception {
        Path file = Files.write(
                directory.resolve("my.cfg"), List.of("clientPort=x", "dataDir=" + directory.resolve("data")));

        ConfigException refusal = catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file));

        assertThat(refusal.problems())
                .containsExactly("my.cfg line 1: clientPort=x: must be a whole number, from 1 to 65535");
    }

    @Nested
    class TheAdminPort {
        @Test
        void isOnLoopbackIfItIsFreeWhenTheFileIsSilent() throws ConfigException {
            assertThat(parse().admin()).isEqualTo(AdminSettings.DEFAULT);
        }

        @Test
        void isWhereApacheHasItWhenTheFileSaysAnythingOfIt() throws ConfigException {
            assertThat(parse("admin.idleTimeout=5000").admin())
                    .isEqualTo(new AdminSettings(
                            AdminSettings.Presence.REQUIRED,
                            new ListenAddress("", 8080),
                            5000,
                            "/commands",
                            null,
                            AdminSettings.Snapshots.DEFAULT,
                            AdminSettings.Restores.DEFAULT,
                            null,
                            null,
                            AdminSettings.CounterNames.BOTH));
        }

        @Test
        void restoresOnlyIfItIsToldTo() throws ConfigException {
            assertThat(parse("admin.snapshot.enabled=true").admin().restores())
                    .isEqualTo(new AdminSettings.Restores(false, 300_000));
            AdminSettings told = parse("admin.restore.enabled=true", "admin.rateLimiterIntervalInMS=50")
                    .admin();
            assertThat(told.restores()).isEqualTo(new AdminSettings.Restores(true, 50));
            assertThat(told.snapshots()).isEqualTo(new AdminSettings.Snapshots(true, 50));
        }

        @Test
        void speaksTlsByTheKeysOfServersOrOfClients() throws ConfigException {
            AdminSettings.AdminTls forced = parse(
                            "admin.forceHttps=true",
                            "ssl.quorum.keyStore.location=/q.p12",
                            "ssl.quorum.keyStore.password=hidden",
                            "ssl.keyStore.location=/k.p12")
                    .admin()
                    .tls();
            AdminSettings.AdminTls either = parse(
                            "admin.portUnification=true",
                            "admin.needClientAuth=true",
                            "ssl.keyStore.location=/k.pem",
                            "ssl.trustStore.location=/t.pem")
                    .admin()
                    .tls();

            assertThat(forced)
                    .isEqualTo(new AdminSettings.AdminTls(
                            TlsSettings.of(StoreFile.of(Path.of("/q.p12"), Secret.of("hidden")), null)
                                    .withClientAuth(TlsSettings.ClientAuth.NONE),
                            false));
            assertThat(either)
                    .isEqualTo(new AdminSettings.AdminTls(
                            TlsSettings.of(
                                    StoreFile.of(Path.of("/k.pem"), Secret.EMPTY),
                                    StoreFile.of(Path.of("/t.pem"), Secret.EMPTY)),
                            true));
            assertThat(refusal("clientPort=1", "dataDir=/d", "admin.forceHttps=true")
                            .problems())
                    .containsExactly("zoo.cfg line 3: admin.forceHttps=true: needs the server's key: add a line"
                            + " ssl.keyStore.location=FILE, or baton.tls.dir=DIRECTORY");
        }

        @Test
        void asksAfterRevokedCertificatesOfThoseItTakes() throws ConfigException {
            String[] clientsCount = {
                "admin.forceHttps=true",
                "admin.needClientAuth=true",
                "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
                "metricsProvider.httpsPort=4443",
                "baton.tls.dir=/tls",
                "ssl.crl=true"
            };
            AdminSettings byClients = parse(clientsCount).admin();
            AdminSettings byServers = parse(
                            "admin.forceHttps=true",
                            "admin.needClientAuth=true",
                            "ssl.keyStore.location=/k.pem",
                            "ssl.quorum.trustStore.location=/t.pem",
                            "ssl.quorum.ocsp=true")
                    .admin();

            assertThat(byClients.tls().tls().revocation()).isEqualTo(Revocation.LISTS);
            assertThat(byClients.secureMetrics().tls().revocation()).isEqualTo(Revocation.LISTS);
            assertThat(byServers.tls().tls().revocation()).isEqualTo(Revocation.RESPONDERS);
        }

        @Test
        void asksAfterCertificatesOfStoresOfItsOwnAsClientsAre() throws ConfigException {
            List<String> lines = new ArrayList<>(List.of(
                    "admin.forceHttps=true",
                    "admin.needClientAuth=true",
                    "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
                    "metricsProvider.httpsPort=4443",
                    "ssl.keyStore.location=/k.pem",
                    "ssl.quorum.trustStore.location=/t.pem",
                    "metricsProvider.ssl.trustStore.location=/m.pem",
                    "ssl.crl=true"));
            AdminSettings silent = parse(lines.toArray(String[]::new)).admin();
            lines.add("ssl.quorum.crl=false");
            AdminSettings otherwise = parse(lines.toArray(String[]::new)).admin();

            assertThat(silent.tls().tls().revocation()).isEqualTo(Revocation.LISTS);
            assertThat(silent.secureMetrics().tls().revocation()).isEqualTo(Revocation.LISTS);
            assertThat(otherwise.tls().tls().revocation()).isEqualTo(Revocation.UNCHECKED);
        }

        @Test
        void saysWhereNobodyAsksAfterCertificates() throws ConfigException {
            String where =
                    "only an admin port that takes certificates by ssl.quorum.trustStore.location asks after them";
            ConfigFile file = ConfigFile.parse(
                    "zoo.cfg",
                    List.of(
                            "clientPort=1",
                            "dataDir=/d",
                            "admin.forceHttps=true",
                            "admin.needClientAuth=true",
                            "baton.tls.dir=/tls",
                            "ssl.quorum.crl=true",
                            "ssl.quorum.ocsp=true"));

            assertThat(file.notes())
                    .containsExactly(
                            "zoo.cfg line 6: ssl.quorum.crl has no effect here: " + where,
                            "zoo.cfg line 7: ssl.quorum.ocsp has no effect here: " + where);
        }

        @Test
        void asksAfterCertificatesOfThoseItKnowsOnly() {
            assertThat(refusal(
                                    "clientPort=1",
                                    "dataDir=/d",
                                    "secureClientPort=2",
                                    "ssl.keyStore.location=/k.pem",
                                    "admin.forceHttps=true",
                                    "admin.needClientAuth=true",
                                    "ssl.crl=true")
                            .problems())
                    .containsExactly("zoo.cfg line 7: ssl.crl=true: needs whose certificates to ask about:"
                            + " add a line ssl.trustStore.location=FILE");
        }

        @Test
        void oneDirectoryIsEnoughForClientsAndOperators() throws ConfigException {
            ServerSettings settings = parse("clientPortAddress=10.0.0.1", "baton.tls.dir=/tls");

            assertThat(settings.secure().listen()).isEqualTo(new ListenAddress("10.0.0.1", 2281));
            assertThat(settings.admin().tls().plainToo()).isTrue();
            assertThat(settings.admin().tls().tls().keys())
                    .isEqualTo(StoreFile.pem(Path.of("/tls/node.pem"), Path.of("/tls/node.key")));
        }

        @Test
        void letsNobodyInWithoutTlsWhereOperatorsNeedACertificate() throws ConfigException {
            assertThat(parse("baton.tls.dir=/tls", "admin.needClientAuth=true")
                            .admin()
                            .tls()
                            .plainToo())
                    .isFalse();

            ConfigFile both = ConfigFile.parse(
                    "zoo.cfg",
                    List.of(
                            "clientPort=1",
                            "dataDir=/d",
                            "baton.tls.dir=/tls",
                            "admin.needClientAuth=true",
                            "admin.portUnification=true"));
            assertThat(both.settings().admin().tls().plainToo()).isTrue();
            assertThat(both.warnings())
                    .containsExactly("zoo.cfg line 4: admin.needClientAuth=true keeps nobody out who comes without TLS;"
                            + " add the line admin.forceHttps=true");
        }

        @Test
        void isSwitchedOff() throws ConfigException {
            assertThat(parse("admin.enableServer=false").admin().presence()).isEqualTo(AdminSettings.Presence.OFF);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "baton.tls.dir=/tls",
                    "admin.forceHttps=true",
                    "admin.portUnification=true",
                    "admin.needClientAuth=true"
                })
        void needsNoCertificatesWhereItIsSwitchedOff(String line) throws ConfigException {
            ConfigFile file = ConfigFile.parse(
                    "zoo.cfg", List.of("clientPort=1", "dataDir=/d", "admin.enableServer=false", line));

            assertThat(file.settings().admin().tls()).isNull();
            assertThat(file.warnings()).isEmpty();
        }

        @Test
        void showsMetricsOverTlsAloneIfTheFileNamesNoOtherPortForThem() throws ConfigException {
            AdminSettings secure = parse(
                            "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
                            "metricsProvider.httpHost=10.0.0.1",
                            "metricsProvider.httpsPort=4443",
                            "metricsProvider.ssl.keyStore.location=/k.jks",
                            "metricsProvider.ssl.keyStore.password=hidden",
                            "metricsProvider.ssl.need.client.auth=false",
                            "metricsProvider.ssl.want.client.auth=false",
                            "metricsProvider.ssl.enabledProtocols=TLSv1.3")
                    .admin();
            AdminSettings both = parse(
                            "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
                            "metricsProvider.httpPort=7000",
                            "metricsProvider.httpsPort=4443",
                            "baton.tls.dir=/tls")
                    .admin();

            assertThat(secure.metrics()).isNull();
            assertThat(secure.secureMetrics())
                    .isEqualTo(new AdminSettings.MetricsOverTls(
                            new ListenAddress("10.0.0.1", 4443),
                            TlsSettings.of(StoreFile.of(Path.of("/k.jks"), Secret.of("hidden")), null)
                                    .withClientAuth(TlsSettings.ClientAuth.NONE)
                                    .with(List.of("TLSv1.3"), List.of())));
            assertThat(both.metrics()).isEqualTo(new ListenAddress("", 7000));
            assertThat(both.secureMetrics().tls().keys())
                    .isEqualTo(StoreFile.pem(Path.of("/tls/node.pem"), Path.of("/tls/node.key")));
            assertThat(both.secureMetrics().tls().clientAuth()).isEqualTo(TlsSettings.ClientAuth.NEED);
        }

        @Test
        void hasAnotherForMetricsWhenPrometheusIsNamed() throws ConfigException {
            AdminSettings settings = parse(
                            "metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
                            "metricsProvider.counterNames=plain")
                    .admin();

            assertThat(settings.metrics()).isEqualTo(new ListenAddress("", 7000));
            assertThat(settings.counterNames()).isEqualTo(AdminSettings.CounterNames.PLAIN);
        }

        @Test
        void notesAPortForMetricsThatNothingOpens() throws ConfigException {
            ConfigFile file =
                    ConfigFile.parse("zoo.cfg", List.of("clientPort=1", "dataDir=/d", "metricsProvider.httpPort=7000"));

            assertThat(file.notes())
                    .containsExactly("zoo.cfg line 3: metricsProvider.httpPort has no effect here: /metrics is at the"
                            + " admin port; another opens by metricsProvider.className="
                            + "org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider");
        }

        @Test
        void warnsOfAnotherProviderOfMetrics() throws ConfigException {
            ConfigFile file = ConfigFile.parse(
                    "zoo.cfg", List.of("clientPort=1", "dataDir=/d", "metricsProvider.className=a.b.Provider"));

            assertThat(file.warnings())
                    .containsExactly("zoo.cfg line 3: metricsProvider.className=a.b.Provider"
                            + " is not loaded; metrics are at /metrics of the admin port");
        }
    }

    @Nested
    class ASecurePort {
        @Test
        void takesKeysAndTrustAndWhatClientsMustShow() throws ConfigException {
            SecurePort secure = parse(
                            "secureClientPort=2281",
                            "secureClientPortAddress=127.0.0.1",
                            "ssl.keyStore.location=/tls/server.jks",
                            "ssl.keyStore.password=hidden",
                            "ssl.trustStore.location=/tls/trust",
                            "ssl.trustStore.type=PEM",
                            "ssl.clientAuth=want",
                            "ssl.enabledProtocols=TLSv1.3",
                            "ssl.crl=true",
                            "ssl.ocsp=true",
                            "client.certReload=false")
                    .secure();

            assertThat(secure)
                    .isEqualTo(new SecurePort(
                            new ListenAddress("127.0.0.1", 2281),
                            false,
                            new TlsSettings(
                                    new StoreFile(
                                            List.of(Path.of("/tls/server.jks")), StoreFormat.JKS, Secret.of("hidden")),
                                    new StoreFile(List.of(Path.of("/tls/trust")), StoreFormat.PEM, Secret.EMPTY),
                                    Revocation.RESPONDERS_OR_LISTS,
                                    TlsSettings.ClientAuth.WANT,
                                    false,
                                    List.of("TLSv1.3"),
                                    List.of(),
                                    false,
                                    1000)));
            assertThat(secure.toString()).doesNotContain("hidden");
        }

        @Test
        void takesAllFilesFromOneDirectory() throws ConfigException {
            SecurePort secure =
                    parse("client.portUnification=true", "baton.tls.dir=/tls").secure();

            assertThat(secure)
                    .isEqualTo(new SecurePort(
                            null,
                            true,
                            TlsSettings.of(
                                    StoreFile.pem(Path.of("/tls/node.pem"), Path.of("/tls/node.key")),
                                    StoreFile.of(Path.of("/tls/ca.pem"), Secret.EMPTY))));
        }

        @Test
        void isTheOnlyOneIfNoOtherIsNamed() throws ConfigException {
            ServerSettings settings = ConfigFile.parse(
                            "zoo.cfg",
                            List.of(
                                    "dataDir=/d",
                                    "secureClientPort=2281",
                                    "secureClientPortAddress=10.0.0.1",
                                    "baton.tls.dir=/tls"))
                    .settings();

            assertThat(settings.listen()).isEqualTo(new ListenAddress("10.0.0.1", 2281));
            assertThat(settings.secure().isAlone()).isTrue();
        }

        @Test
        void isTheOnlyOneIfNothingButADirectoryIsNamed() throws ConfigException {
            ServerSettings silent = ConfigFile.parse("zoo.cfg", List.of("dataDir=/d", "baton.tls.dir=/tls"))
                    .settings();
            ServerSettings placed = ConfigFile.parse(
                            "zoo.cfg", List.of("dataDir=/d", "baton.tls.dir=/tls", "secureClientPortAddress=10.0.0.1"))
                    .settings();

            assertThat(silent.listen()).isEqualTo(new ListenAddress("", 2281));
            assertThat(silent.secure().isAlone()).isTrue();
            assertThat(placed.listen()).isEqualTo(new ListenAddress("10.0.0.1", 2281));
        }

        @Test
        void knowsWhoHasACertificateAlsoByADirectory() throws ConfigException {
            assertThat(parse("baton.tls.dir=/tls").features().auth().x509Known())
                    .isTrue();
            assertThat(parse().features().auth().x509Known()).isFalse();
        }

        @Test
        void isWhereItsOwnAddressSaysBesideTheOther() throws ConfigException {
            SecurePort secure = parse(
                            "clientPortAddress=127.0.0.1", "secureClientPortAddress=10.0.0.1", "baton.tls.dir=/tls")
                    .secure();

            assertThat(secure.listen()).isEqualTo(new ListenAddress("10.0.0.1", 2281));
        }

        @Test
        void cannotBeUnifiedWithNone() {
            assertThat(refusal(
                                    "dataDir=/d",
                                    "secureClientPort=2281",
                                    "client.portUnification=true",
                                    "baton.tls.dir=/tls")
                            .problems())
                    .containsExactly("zoo.cfg line 3: client.portUnification=true:"
                            + " needs a port that speaks without TLS: add a line clientPort=2181");
        }

        @Test
        void asksAfterRevokedCertificatesOnlyOfThoseItKnows() {
            assertThat(refusal(
                                    "clientPort=1",
                                    "dataDir=/d",
                                    "secureClientPort=2281",
                                    "ssl.keyStore.location=/tls/server.p12",
                                    "ssl.ocsp=true")
                            .problems())
                    .containsExactly("zoo.cfg line 5: ssl.ocsp=true: needs whose certificates to ask about:"
                            + " add a line ssl.trustStore.location=FILE");
        }

        @Test
        void isRefusedWithEverythingThatIsWrong() {
            ConfigException refusal = refusal(
                    "clientPort=1",
                    "dataDir=/d",
                    "secureClientPort=2281",
                    "ssl.keyStore.location=/tls/server",
                    "ssl.clientAuth=perhaps",
                    "ssl.enabledProtocols=TLSv1.1",
                    "ssl.trustStore.location=/tls/trust.p12",
                    "ssl.trustStore.passwordPath=/no/such/file");

            assertThat(refusal.problems())
                    .hasSize(4)
                    .anyMatch(each -> each.startsWith("zoo.cfg line 4: ssl.keyStore.location=/tls/server: "))
                    .contains(
                            "zoo.cfg line 5: ssl.clientAuth=perhaps: must be one of need, want, none",
                            "zoo.cfg line 6: ssl.enabledProtocols=TLSv1.1: must be TLSv1.3 or TLSv1.2;"
                                    + " older versions are broken");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "NOPE | this Java has no 'NOPE', or has switched it off: a name is like TLS_AES_128_GCM_SHA256",
                    "TLS_AES_128_GCM_SHA265,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 | this Java has no 'TLS_AES_128_GCM_SHA265',"
                            + " or has switched it off: did you mean 'TLS_AES_128_GCM_SHA256'?",
                    "SSL_RSA_WITH_RC4_128_MD5 | this Java has no 'SSL_RSA_WITH_RC4_128_MD5', or has switched it off:"
                            + " a name is like TLS_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 | none of them belongs to TLSv1.3"
                })
        void hasNoSuitesThatCannotBeSpoken(String suites, String expected) {
            assertThat(refusal(
                                    "clientPort=1",
                                    "dataDir=/d",
                                    "baton.tls.dir=/tls",
                                    "ssl.enabledProtocols=TLSv1.3",
                                    "ssl.ciphersuites=" + suites)
                            .problems())
                    .containsExactly("zoo.cfg line 5: ssl.ciphersuites=" + suites + ": " + expected);
        }

        /** As an update of the JDK switches some off. */
        @Test
        void doesWithoutSuitesThatCannotBeHadWhereOthersAreLeft() throws ConfigException {
            String suites = "TLS_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA265,SSL_RSA_WITH_RC4_128_MD5";
            ConfigFile file = ConfigFile.parse(
                    "zoo.cfg",
                    List.of("clientPort=1", "dataDir=/d", "baton.tls.dir=/tls", "ssl.ciphersuites=" + suites));

            assertThat(file.warnings())
                    .containsExactly(
                            "zoo.cfg line 4: ssl.ciphersuites=" + suites + " does without 'TLS_AES_128_GCM_SHA265',"
                                    + " which this Java lacks or has switched off: did you mean"
                                    + " 'TLS_AES_128_GCM_SHA256'?",
                            "zoo.cfg line 4: ssl.ciphersuites=" + suites + " does without 'SSL_RSA_WITH_RC4_128_MD5',"
                                    + " which this Java lacks or has switched off: a name is like"
                                    + " TLS_AES_128_GCM_SHA256");
        }

        @Test
        void hasTheSuitesThatAreNamed() throws ConfigException {
            List<String> suites = List.of("TLS_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
            ServerSettings settings = parse("baton.tls.dir=/tls", "ssl.ciphersuites=" + String.join(", ", suites));

            assertThat(settings.secure().tls().ciphers()).isEqualTo(suites);
        }

        @Test
        void isMissedByKeysThatNeedOne() throws ConfigException {
            ConfigFile file = ConfigFile.parse(
                    "zoo.cfg", List.of("clientPort=1", "dataDir=/d", "ssl.keyStore.location=/tls/server.jks"));

            assertThat(file.notes())
                    .containsExactly("zoo.cfg line 3: ssl.keyStore.location has no effect here:"
                            + " no port speaks TLS; one would by secureClientPort=2281");
        }
    }

    @Nested
    class PropertiesOfTheProcess {
        @Test
        void countUnlessTheFileSaysOtherwise() throws ConfigException {
            ConfigFile file = ConfigFile.parse(
                    "zoo.cfg",
                    List.of("clientPort=1", "dataDir=/d", "snapCount=7"),
                    properties(
                            "zookeeper.snapCount", "9",
                            "jute.maxbuffer", "4096",
                            "zookeeper.forceSync", "no",
                            "user.home", "/root"));

            StorageSettings.Files files =
                    (StorageSettings.Files) file.settings().storage();
            assertThat(files.snapshots().snapCount()).isEqualTo(7);
            assertThat(files.log().forceSync()).isFalse();
            assertThat(file.settings().limits().frameBytesMax()).isEqualTo(4096);
            assertThat(file.warnings())
                    .containsExactly("zoo.cfg line 3: snapCount replaces the value of"
                            + " the system property zookeeper.snapCount");
        }

        @Test
        void areCheckedLikeTheFile() {
            ConfigException refusal = catchThrowableOfType(
                    ConfigException.class,
                    () -> ConfigFile.parse(
                            "zoo.cfg",
                            List.of("clientPort=1", "dataDir=/d"),
                            properties("jute.maxbuffer", "much", "zookeeper.oraclePath", "/o")));

            assertThat(refusal.problems())
                    .containsExactlyInAnyOrder(
                            "system property jute.maxbuffer: jute.maxbuffer=much:"
                                    + " must be a whole number, from 45 to 268435456 bytes",
                            "system property zookeeper.oraclePath: zookeeper.oraclePath=/o: ensembles are not supported"
                                    + " yet; remove the line to start without it");
        }

        @Test
        void thatApacheReadsFromTheFileOnlyAreWarnedOf() throws ConfigException {
            ConfigFile file = ConfigFile.parse(
                    "zoo.cfg",
                    List.of("clientPort=1", "dataDir=/d"),
                    properties("zookeeper.tickTime", "9", "zookeeper.snapCuont", "9"));

            assertThat(file.settings().sessions().tickMillis()).isEqualTo(3000);
            assertThat(file.warnings())
                    .containsExactly(
                            "system property zookeeper.snapCuont: unknown key 'zookeeper.snapCuont' has no effect:"
                                    + " did you mean 'snapCount'?",
                            "system property zookeeper.tickTime has no effect:"
                                    + " write tickTime into the configuration file");
        }

        @Test
        void areNoPlaceForPasswords() throws ConfigException {
            ConfigFile file = ConfigFile.parse(
                    "zoo.cfg",
                    List.of("clientPort=1", "dataDir=/d"),
                    properties("zookeeper.DigestAuthenticationProvider.superDigest", "super:hidden"));

            assertThat(file.settings().features().auth().superDigest()).isEqualTo(Secret.of("super:hidden"));
            assertThat(file.warnings())
                    .containsExactly("system property zookeeper.DigestAuthenticationProvider.superDigest may be seen by"
                            + " everybody on this machine (ps): write DigestAuthenticationProvider.superDigest into the"
                            + " configuration file, and chmod 600");
        }

        @Test
        void countWithoutAFileToo() throws ConfigException {
            ConfigFile file = ConfigFile.none(
                    new ListenAddress("127.0.0.1", 0),
                    Path.of("/d"),
                    properties("zookeeper.4lw.commands.whitelist", "*", "zookeeper.extendedTypesEnabled", "false"));

            assertThat(file.settings())
                    .isEqualTo(ServerSettings.of(
                                    new ListenAddress("127.0.0.1", 0), StorageSettings.Files.in(Path.of("/d")))
                            .withAdmin(AdminSettings.DEFAULT)
                            .withWords(WordAccess.everywhere(Set.of("*")))
                            .withFeatures(new FeatureSettings(
                                    false, false, false, true, false, 60_000, 10_000, 0, AuthSettings.DEFAULT)));
        }
    }

    @Nested
    class TheEnvironment {
        @Test
        void isAboveTheFileWhichIsAboveProperties() throws ConfigException {
            ConfigFile file = ConfigFile.parse(
                    "zoo.cfg",
                    List.of(
                            "clientPort=1",
                            "dataDir=/d",
                            "baton.eventLoops=2",
                            "baton.transport=io_uring",
                            "snapCount=7"),
                    ConfigSources.of(
                            Map.of("zookeeper.snapCount", "9", "zookeeper.preAllocSize", "64"),
                            Map.of("BATON_EVENTLOOPS", "3", "BATON_SESSIONSMAX", "10", "BATON_JVM_OPTS", "-Xmx1g")));

            assertThat(file.settings().limits().eventLoops()).isEqualTo(3);
            assertThat(file.settings().limits().transport()).isEqualTo(Transport.IO_URING);
            assertThat(file.settings().limits().holdings().sessionsMax()).isEqualTo(10);
            assertThat(origins(file))
                    .containsEntry("baton.eventLoops", "3 by environment variable BATON_EVENTLOOPS")
                    .containsEntry("baton.sessionsMax", "10 by environment variable BATON_SESSIONSMAX")
                    .containsEntry("baton.transport", "io_uring by zoo.cfg line 4")
                    .containsEntry("snapCount", "7 by zoo.cfg line 5")
                    .containsEntry("preAllocSize", "64 by system property zookeeper.preAllocSize")
                    .containsEntry("tickTime", "3000 by default");
        }

        @Test
        void isNamedInProblems() {
            ConfigException refusal = catchThrowableOfType(
                    ConfigException.class,
                    () -> ConfigFile.parse(
                            "zoo.cfg",
                            List.of("clientPort=1", "dataDir=/d"),
                            ConfigSources.of(Map.of(), Map.of("BATON_EVENTLOOPS", "many"))));

            assertThat(refusal.problems())
                    .containsExactly("environment variable BATON_EVENTLOOPS: baton.eventLoops=many:"
                            + " must be a whole number, from 0 to 256 threads");
        }
    }

    private static Map<String, String> origins(ConfigFile file) {
        Map<String, String> origins = new TreeMap<>();
        file.report().keys().forEach(each -> origins.put(each.key(), each.value() + " by " + each.origin()));
        return origins;
    }

    @Test
    void aReportHasEveryHonouredKeyThatIsNotForTlsAlone() throws ConfigException {
        Set<String> told = origins(ConfigFile.parse("zoo.cfg", SMALLEST)).keySet();

        List<String> untold = ConfigFile.knownKeys().stream()
                .filter(each ->
                        each.treatment().equals("honoured") && !each.key().endsWith("*"))
                .map(ConfigReport.Known::key)
                .filter(each -> !told.contains(each))
                .filter(each ->
                        !each.matches(".*(ssl|[tT]ls|[sS]asl|SASL|[cC]ert|secure|Handshake|login|metricsProvider"
                                + "|X509|commandURL|idleTimeout|autocreate).*"))
                .toList();
        assertThat(untold).isEmpty();
    }

    @Test
    void whatIsDoneWithAKeyIsNoSecret() {
        assertThat(ConfigFile.knownKeys())
                .contains(new ConfigReport.Known("ssl.keyStore.password", "honoured", ""))
                .extracting(ConfigReport.Known::treatment)
                .containsOnly("honoured", "no effect", "refused");
    }

    @Test
    void aReportShowsDefaultsAsAFileWouldSayThem() throws ConfigException {
        ConfigFile file = ConfigFile.parse("zoo.cfg", List.of("clientPort=1", "dataDir=/d", "baton.tls.dir=/tls"));

        assertThat(file.report().keys())
                .contains(
                        new ConfigReport.Entry("metricsProvider.counterNames", "both", "default", ""),
                        new ConfigReport.Entry("ssl.clientAuth", "need", "default", ""));
    }

    @Test
    void aReportMasksSecretsAndTellsWhatHasNoEffect() throws ConfigException {
        ConfigFile file = ConfigFile.parse(
                "zoo.cfg",
                List.of(
                        "clientPort=1",
                        "dataDir=/d",
                        "DigestAuthenticationProvider.superDigest = super:hash",
                        "ssl.trustStore.password=hidden\\",
                        "  in two lines",
                        "ssl.keyStore.password : hidden",
                        "# ssl.keyStore.password hidden",
                        "initLimit=5"));

        assertThat(file.report().text())
                .contains("dataDir=/d\n", "superDigest=***\n", "password=***\n")
                .doesNotContain("hash", "hidden", "two lines");
        assertThat(file.report().keys().toString()).doesNotContain("super:hash", "hidden", "two lines");
        assertThat(file.report().keys())
                .contains(new ConfigReport.Entry(
                        "initLimit", "5", "zoo.cfg line 8", "has no effect here: only ensembles use it"));
    }

    /** Every key of the reference documentation is known: honoured, passed over with a reason, or refused with one. */
    @Test
    void everyDocumentedKeyIsKnown() throws IOException {
        List<String> unknown;
        try (InputStream names = ConfigFileTest.class.getResourceAsStream("documented-keys.txt")) {
            unknown = new String(names.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(key -> KnownKey.find(key) == null)
                    .toList();
        }

        assertThat(unknown).isEmpty();
    }

    private static ConfigSources properties(String... namesAndValues) {
        Map<String, String> properties = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return ConfigSources.of(properties, Map.of());
    }

    private static ServerSettings parse(String... lines) throws ConfigException {
        List<String> all = new ArrayList<>(List.of("clientPort=1", "dataDir=/d"));
        all.addAll(List.of(lines));
        return ConfigFile.parse("zoo.cfg", all).settings();
    }

    private static ConfigException refusal(String... lines) {
        return catchThrowableOfType(ConfigException.class, () -> ConfigFile.parse("zoo.cfg", List.of(lines)));
    }
}
