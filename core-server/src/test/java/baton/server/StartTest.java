package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.core.testkit.LoopbackPort;
import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.config.ConfigFile;
import baton.server.config.ConfigSources;
import baton.server.config.Exposure;
import baton.server.config.ListenAddress;
import baton.server.config.SecurePort;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.config.TlsSettings;
import baton.server.config.Transport;
import baton.server.transport.SocketIo;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class StartTest {
    @TempDir
    Path directory;

    @Test
    void aPortInUseIsNamedAndNothingIsLeftBehind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ServerSettings settings = ServerSettings.inDirectory(directory)
                    .withListen(new ListenAddress("127.0.0.1", taken.getLocalPort()));

            StartFailedException failure =
                    catchThrowableOfType(StartFailedException.class, () -> BatonServer.start(settings));

            assertThat(failure.exitCode()).isEqualTo(ExitCode.ALREADY_RUNNING);
            assertThat(failure)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("--listen");
        }
        BatonServer.start(ServerSettings.inDirectory(directory)).close();
    }

    @Test
    void anAddressOfAnotherMachineIsNotTakenForAnotherServer() {
        ServerSettings settings =
                ServerSettings.inDirectory(directory).withListen(new ListenAddress("192.0.2.1", 2181));

        StartFailedException failure =
                catchThrowableOfType(StartFailedException.class, () -> BatonServer.start(settings));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(failure)
                .hasMessageStartingWith("cannot listen on 192.0.2.1:2181: ")
                .hasMessageEndingWith("name one that it has by --listen or clientPortAddress");
    }

    @Test
    void whoHasAPortForTlsAloneIsNotToldOfTheOneWithout() throws Exception {
        TestCertificate certificate = TestCertificate.ofServer(directory, "server");
        TlsSettings tls = TlsSettings.of(StoreFile.of(certificate.bothPem(), Secret.EMPTY), null)
                .withClientAuth(TlsSettings.ClientAuth.NONE);
        ServerSettings settings = ServerSettings.inMemory()
                .withListen(new ListenAddress("192.0.2.1", 2281))
                .withSecure(SecurePort.alone(tls));

        StartFailedException failure =
                catchThrowableOfType(StartFailedException.class, () -> BatonServer.start(settings));

        assertThat(failure).hasMessageEndingWith("name one that it has by --listen or secureClientPortAddress");
    }

    @Test
    void whatLeavesItOpenIsSaidInOneLineEach() throws Exception {
        Path file = Files.write(
                directory.resolve("zoo.cfg"),
                List.of(
                        "clientPort=2181",
                        "clientPortAddress=127.0.0.1",
                        "dataDir=" + directory.resolve("data"),
                        "skipACL=yes",
                        "forceSync=no"));

        List<String> remarks = ServerArguments.parse(List.of(file.toString()), ConfigSources.NONE)
                .remarks();

        assertThat(remarks.stream().filter(each -> each.startsWith("warning: ")))
                .containsExactlyInAnyOrder(
                        "warning: " + Exposure.ACL_SKIPPED.explanation(),
                        "warning: " + Exposure.FSYNC_SKIPPED.explanation());
    }

    @Test
    void aPortThatStrangersReachIsSaidAndOneOnLoopbackIsNot() throws Exception {
        String file = Files.write(
                        directory.resolve("zoo.cfg"),
                        List.of("clientPort=2181", "dataDir=" + directory.resolve("data")))
                .toString();

        assertThat(warnings(file))
                .singleElement()
                .asString()
                .contains("clients on other machines can connect without TLS");
        assertThat(warnings(file, "--listen", "127.0.0.1:2181")).isEmpty();
        assertThat(warnings()).isEmpty();
    }

    private static List<String> warnings(String... arguments) throws Exception {
        return ServerArguments.parse(List.of(arguments), ConfigSources.NONE).remarks().stream()
                .filter(each -> each.startsWith("warning: "))
                .toList();
    }

    @Test
    void defaultsThatAreNotApachesAreSaidInOneLineIfThereIsAFile() throws Exception {
        Path file = Files.write(
                directory.resolve("zoo.cfg"), List.of("clientPort=2181", "dataDir=" + directory.resolve("data")));

        assertThat(ServerArguments.parse(List.of(file.toString()), ConfigSources.NONE)
                        .remarks())
                .filteredOn(each -> each.contains("autopurge.purgeInterval=0 (it is 24)"))
                .hasSize(1);
        assertThat(ServerArguments.parse(List.of(), ConfigSources.NONE).remarks())
                .noneMatch(each -> each.contains("autopurge"));
    }

    @Test
    void aDirectoryOfAnotherServerIsRefused() throws Exception {
        try (BatonServer first = BatonServer.start(ServerSettings.inDirectory(directory))) {
            StartFailedException failure = catchThrowableOfType(
                    StartFailedException.class, () -> BatonServer.start(ServerSettings.inDirectory(directory)));

            assertThat(first.port()).isPositive();
            assertThat(failure.exitCode()).isEqualTo(ExitCode.ALREADY_RUNNING);
            assertThat(failure).hasMessageContaining(directory.toString()).hasMessageContaining("in use");
        }
    }

    @Test
    void aDirectoryThatCannotBeMadeIsRefused() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        StartFailedException failure = catchThrowableOfType(
                StartFailedException.class, () -> BatonServer.start(ServerSettings.inDirectory(file.resolve("data"))));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(failure).hasMessageContaining(file.toString());
    }

    @Test
    void damageInTheLogIsRefusedWithFileAndOffset() throws Exception {
        try (BatonServer server = BatonServer.start(ServerSettings.inDirectory(directory))) {
            for (int i = 0; i < 3; i++) {
                RawClient.withSession(server.port(), 5000).close();
            }
        }
        Path log = onlyLog();
        byte[] bytes = Files.readAllBytes(log);
        bytes[40] ^= 1;
        Files.write(log, bytes);

        StartFailedException failure = catchThrowableOfType(
                StartFailedException.class, () -> BatonServer.start(ServerSettings.inDirectory(directory)));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.DATA_DAMAGED);
        assertThat(failure).hasMessageContaining(log.getFileName().toString());
    }

    @Test
    void everythingThatIsTakenIsSaidAtOnce() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/net/tcp")), "only Linux tells who listens");
        try (BatonServer first = BatonServer.start(ServerSettings.inDirectory(directory))) {
            ListenAddress taken = new ListenAddress("127.0.0.1", first.port());

            StartFailedException failure = catchThrowableOfType(
                    StartFailedException.class,
                    () -> BatonServer.start(ServerSettings.of(taken, StorageSettings.Files.in(directory))));

            assertThat(failure.exitCode()).isEqualTo(ExitCode.ALREADY_RUNNING);
            assertThat(failure.getMessage().lines())
                    .hasSize(2)
                    .anyMatch(line -> line.contains(directory + ": in use by another server"))
                    .anyMatch(line -> line.startsWith("clientPort: " + taken + " is taken by process "
                            + ProcessHandle.current().pid()));
        }
    }

    private Path onlyLog() throws IOException {
        try (var files = Files.list(directory.resolve("version-2"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("log."))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void theFirstLineSaysWhereItListensAndSigtermStopsItWithZero() throws Exception {
        Path errors = directory.resolve("stderr");
        try (ServerProcess process = ServerProcess.start(
                errors,
                "--listen",
                "127.0.0.1:0",
                "--data-dir",
                directory.resolve("data").toString())) {
            assertThat(process.listening()).matches("listening on 127\\.0\\.0\\.1:\\d+ \\(standalone, data .*/data\\)");
            assertThat(process.terminate()).isZero();
        }
    }

    /** A server in a process in which somebody else has something to do at the end, as a flight recording has. */
    static final class BesideAHook {
        private BesideAHook() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.err.println("the other is done, too")));
            Main.main(arguments);
        }
    }

    @Test
    void aSignalLetsOthersFinishToo() throws Exception {
        Path errors = directory.resolve("stderr");
        try (ServerProcess process = ServerProcess.start(
                BesideAHook.class,
                errors,
                "--listen",
                "127.0.0.1:0",
                "--data-dir",
                directory.resolve("data").toString())) {
            process.listening();

            assertThat(process.terminate()).isZero();

            assertThat(Files.readString(errors)).contains("the other is done, too");
        }
    }

    /** A server in a process that tells at its end what Netty takes memory by. */
    static final class TellingOfBuffers {
        private TellingOfBuffers() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> System.err.println("pieces of "
                            + PooledByteBufAllocator.DEFAULT.metric().chunkSize())));
            Main.main(arguments);
        }
    }

    /** To read key stores takes long enough for whatever is done beside the start to come first. */
    @Test
    void memoryForBuffersIsTakenByTheConfigurationHoweverLongThatTakesToRead() throws Exception {
        TestCertificate certificate = TestCertificate.ofServer(directory, "server");
        Path errors = directory.resolve("stderr");
        try (LoopbackPort port = LoopbackPort.claim()) {
            Path file = Files.write(
                    directory.resolve("zoo.cfg"),
                    List.of(
                            "secureClientPort=" + port.number(),
                            "secureClientPortAddress=127.0.0.1",
                            "ssl.keyStore.location=" + certificate.pkcs12(),
                            "ssl.keyStore.password=" + TestCertificate.PASSWORD,
                            "ssl.clientAuth=none",
                            "admin.enableServer=false",
                            "dataDir=" + directory.resolve("data")));
            try (ServerProcess process = ServerProcess.start(TellingOfBuffers.class, errors, file.toString())) {
                process.listening();

                assertThat(process.terminate()).isZero();
            }
        }

        assertThat(Files.readString(errors)).contains("pieces of " + (2 << 20));
    }

    @Test
    void sighupTellsWhatARestartWouldChangeAndTheServerGoesOn() throws Exception {
        assumeFalse(isHangUpIgnored(), "started to ignore SIGHUP (nohup), as its servers then are");
        Path errors = directory.resolve("stderr");
        List<String> lines = List.of("clientPort=2181", "dataDir=" + directory.resolve("data"));
        Path file = Files.write(directory.resolve("zoo.cfg"), lines);
        try (ServerProcess process = ServerProcess.start(errors, file.toString(), "--listen", "127.0.0.1:0")) {
            process.listening();
            process.hangUp();
            await().until(() -> Files.readString(errors).contains("the configuration has not changed"));

            Files.write(file, List.of(lines.get(0), lines.get(1), "snapCount=7"));
            process.hangUp();
            await().until(() -> Files.readString(errors).contains("a restart is needed for snapCount\n"));

            Files.write(file, List.of(lines.get(0), lines.get(1), "snapCuont=7"));
            process.hangUp();
            await().until(() -> Files.readString(errors).contains("a restart would be refused:\nzoo.cfg line 3: "));
            assertThat(process.terminate()).isZero();
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aServerThatLoadsIsNotEndedByAHangUp() throws Exception {
        assumeFalse(isHangUpIgnored(), "started to ignore SIGHUP (nohup), as its servers then are");
        Path errors = directory.resolve("stderr");
        try (LoopbackPort admin = LoopbackPort.claim();
                ServerProcess process =
                        ServerProcess.start(errors, configThatIsSlowToLoad(admin), "--listen", "127.0.0.1:0")) {
            await("it loads").atMost(Duration.ofSeconds(60)).until(() -> isTaken(admin.number()));

            process.hangUp();

            await().until(() -> Files.readString(errors).contains("SIGHUP: the server loads its data"));
            assertThat(process.terminate()).isZero();
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aServerThatLoadsIsStoppedWithASuccess() throws Exception {
        Path errors = directory.resolve("stderr");
        try (LoopbackPort admin = LoopbackPort.claim();
                ServerProcess process =
                        ServerProcess.start(errors, configThatIsSlowToLoad(admin), "--listen", "127.0.0.1:0")) {
            await("it loads").atMost(Duration.ofSeconds(60)).until(() -> isTaken(admin.number()));

            assertThat(process.terminate()).isZero();
        }
        assertThat(Files.readAllLines(errors))
                .endsWith("stopped before it served: what was acknowledged is on the disk");
        Files.delete(snapshot());
        BatonServer.start(ServerSettings.inDirectory(directory.resolve("data"))).close();
    }

    /** Its snapshot is a pipe, from which a server reads nothing until somebody has opened it to write. */
    private String configThatIsSlowToLoad(LoopbackPort admin) throws Exception {
        BatonServer.start(ServerSettings.inDirectory(directory.resolve("data"))).close();
        Process made = new ProcessBuilder("mkfifo", snapshot().toString()).start();
        assertThat(made.waitFor()).isZero();
        List<String> lines = List.of(
                "clientPort=2181",
                "admin.serverAddress=127.0.0.1",
                "dataDir=" + directory.resolve("data"),
                "admin.serverPort=" + admin.number());
        return Files.write(directory.resolve("zoo.cfg"), lines).toString();
    }

    private static boolean isTaken(int port) {
        try (Socket open = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return open.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private Path snapshot() {
        return directory.resolve("data").resolve("version-2").resolve("snapshot.5");
    }

    /** What a process ignores its children ignore too. */
    private static boolean isHangUpIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        String mask = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> line.substring("SigIgn:".length()).strip())
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(mask, 16) & 1) != 0;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void noLibraryIsLoadedForATransportThatNeedsNone() throws Exception {
        assumeTrue(SocketIo.obstacleTo(Transport.EPOLL).isEmpty());

        assertThat(loadedLibraries("")).contains("netty_transport_native_epoll");
        assertThat(loadedLibraries("baton.transport=epoll")).contains("netty_transport_native_epoll");
        assertThat(loadedLibraries("baton.transport=nio")).doesNotContain("netty_transport_native");
    }

    private String loadedLibraries(String line) throws IOException {
        Path file = Files.write(
                directory.resolve("zoo.cfg"),
                List.of("dataDir=" + directory.resolve("data"), "clientPort=2181", "admin.enableServer=false", line));
        try (ServerProcess process =
                ServerProcess.start(directory.resolve("stderr"), file.toString(), "--listen", "127.0.0.1:0")) {
            process.listening();
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "maps"));
        }
    }

    @Test
    void aSecondProcessOnTheSameDirectoryEndsWithSevenAndOneLine() throws Exception {
        String data = directory.resolve("data").toString();
        try (ServerProcess first =
                        ServerProcess.start(directory.resolve("first"), "--listen", "127.0.0.1:0", "--data-dir", data);
                ServerProcess second = startSecond(first, data)) {
            assertThat(second.exitCode()).isEqualTo(7);
            // The disk of this machine may be nearly full, and that is said, too.
            assertThat(Files.readAllLines(directory.resolve("second")))
                    .filteredOn(line -> !line.isBlank() && !line.contains(" left on its volume, "))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains(data, "in use");
        }
    }

    private ServerProcess startSecond(ServerProcess first, String data) throws IOException {
        first.listening();
        return ServerProcess.start(directory.resolve("second"), "--listen", "127.0.0.1:0", "--data-dir", data);
    }

    @Test
    void aServerThatClosesCutsItsClientsOff() throws Exception {
        for (int i = 0; i < 50; i++) {
            BatonServer server = BatonServer.start(ServerSettings.inMemory());
            try (RawClient client = RawClient.withSession(server.port(), 10_000)) {
                server.close();

                assertThat(client.isCutOff()).as("round %d", i).isTrue();
            }
        }
    }

    @Test
    void aWrongCommandLineEndsWithTwoAndTheUsage() {
        Said said = run("--nonsense");

        assertThat(said.code).isEqualTo(ExitCode.USAGE);
        assertThat(said.err).contains("unknown option --nonsense", "usage: server");
    }

    @Test
    void aWrongConfigurationEndsWithThreeAndEveryProblem() throws Exception {
        Path config = Files.write(directory.resolve("zoo.cfg"), List.of("clientPort=none", "tickTime=0"));

        Said said = run(config.toString());

        assertThat(said.code).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(said.err).contains("zoo.cfg line 1: clientPort=none", "zoo.cfg line 2: tickTime=0", "dataDir");
        assertThat(said.out).isEmpty();
    }

    @Test
    void aBugIsToldInOneLineAndEndsWithACodeOfItsOwn() throws Exception {
        Path file = Files.write(
                directory.resolve("zoo.cfg"),
                List.of("clientPort=2181", "dataDir=" + directory.resolve("data"), "skipACL=yes"));
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        ExitCode code = Main.run(List.of(file.toString()), System.out, new FailingOnce(err));

        assertThat(code).isEqualTo(ExitCode.INTERNAL);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("stopped: java.lang.IllegalStateException: for the test");
    }

    /** Whoever writes the first line learns of a bug. */
    private static final class FailingOnce extends PrintStream {
        private boolean failed;

        FailingOnce(ByteArrayOutputStream taken) {
            super(taken, true, StandardCharsets.UTF_8);
        }

        @Override
        public void println(String line) {
            if (!failed) {
                failed = true;
                throw new IllegalStateException("for the test");
            }
            super.println(line);
        }
    }

    @Test
    void withoutAnAdminPortTheRestSpeaksTls() throws Exception {
        TestCertificate certificate = TestCertificate.ofServer(directory, "server");
        ServerSettings read = ConfigFile.read(Files.write(
                        directory.resolve("zoo.cfg"),
                        List.of(
                                "clientPort=2181",
                                "client.portUnification=true",
                                "ssl.keyStore.location=" + certificate.bothPem(),
                                "ssl.clientAuth=none",
                                "admin.enableServer=false",
                                "admin.portUnification=true",
                                "metricsProvider.className="
                                        + "org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
                                "metricsProvider.httpHost=127.0.0.1",
                                "metricsProvider.httpPort=0",
                                "dataDir=" + directory.resolve("data"))))
                .settings();

        try (BatonServer server = BatonServer.start(read.withListen(ListenAddress.EPHEMERAL))) {
            assertThat(server.adminPort()).isZero();
            RawClient.withSession(server.port(), 5000).close();
        }
    }

    @Test
    void aServerWhoseDiskFailsAgainAndAgainStaysDown() throws IOException {
        Path halts = Files.createDirectories(directory.resolve("version-2.ext")).resolve("halts");
        long now = System.currentTimeMillis();
        Files.write(halts, List.of(now - 3000 + "", now - 2000 + "", now - 1000 + ""));

        Said said = run("--listen", "127.0.0.1:0", "--data-dir", directory.toString());

        assertThat(said.code).isEqualTo(ExitCode.STAYS_DOWN);
        assertThat(said.err).contains("failed a server three times within ten minutes", "delete " + halts);
    }

    private record Said(ExitCode code, String out, String err) {}

    private static Said run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ExitCode code = Main.run(
                List.of(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
