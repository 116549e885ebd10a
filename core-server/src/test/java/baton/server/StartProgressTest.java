package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.LoopbackPort;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.config.AdminSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.storage.Disk;
import baton.server.storage.TappedDisk;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators see of a server that is still reading its data. */
@Timeout(60)
class StartProgressTest {
    private static final int NODES = 20;
    private static final int NODE_BYTES = 100_000;
    private static final int READS_BEFORE_THE_STOP = 10;
    private static final int READ_BYTES = 64 << 10;
    private static final Pattern BODY = Pattern.compile("\\{ \"status\" : \"failed\", \"reason\" : \"loads its data\","
            + " \"bytes_read\" : (\\d+), \"bytes\" : (\\d+), \"percent\" : (\\d+) }\n");

    @TempDir
    Path directory;

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private final AtomicInteger reads = new AtomicInteger();
    private LoopbackPort port;
    private ServerSettings settings;

    @BeforeEach
    void claim() throws Exception {
        port = LoopbackPort.claim();
        ServerSettings any = RestorableServer.settings(directory);
        // Little is made ahead, so that nearly all there is to read is the snapshot.
        StorageSettings.Log log = new StorageSettings.Log(0, true, 0, 1_000, 60_000);
        settings = any.withStorage(
                        StorageSettings.Files.in(directory).withLog(log).withReserveBytes(16L << 20))
                .withAdmin(AdminSettings.at(new ListenAddress("127.0.0.1", port.number()))
                        .withSnapshots(any.admin().snapshots()));
    }

    @AfterEach
    void release() throws Exception {
        goesOn.countDown();
        port.close();
    }

    /** Whoever reads a snapshot waits somewhere in it. */
    private Disk stoppingDisk() {
        return new TappedDisk(Disk.ofSystem(), new TappedDisk.Tap() {
            @Override
            public void before(String call, Path file, int bytes) {}

            @Override
            public void beforeReading(String call, Path file) throws IOException {
                boolean ofSnapshot = String.valueOf(file.getFileName()).startsWith("snapshot.");
                if (ofSnapshot && call.equals("read") && reads.incrementAndGet() == READS_BEFORE_THE_STOP) {
                    stopped.countDown();
                    waitToGoOn();
                }
            }
        });
    }

    private void waitToGoOn() throws IOException {
        try {
            goesOn.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void fill() throws Exception {
        try (BatonServer server = BatonServer.start(settings);
                RawClient client = RawClient.withSession(server.port(), 30_000)) {
            for (int i = 0; i < NODES; i++) {
                client.send(
                        i, new Request.Create(OpCode.CREATE, "/n" + i, Bytes.wrap(new byte[NODE_BYTES]), Acl.OPEN, 0));
            }
            for (int i = 0; i < NODES; i++) {
                client.receiveHeader();
            }
            RestorableServer.save(server);
        }
    }

    @Test
    void aServerThatLoadsMuchLivesAndSaysHowFarItIs() throws Exception {
        fill();
        CompletableFuture<BatonServer> starting = start(stoppingDisk());
        assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();

        // The port is opened beside the data.
        HttpResponse<String> startup =
                await().ignoreException(ConnectException.class).until(() -> get("/startupz"), any -> true);
        HttpResponse<String> ready = get("/readyz");
        HttpResponse<String> live = get("/livez");
        HttpResponse<String> metrics = get("/metrics");
        goesOn.countDown();

        assertThat(startup.statusCode()).isEqualTo(503);
        Matcher body = BODY.matcher(startup.body());
        assertThat(body.matches()).as(startup.body()).isTrue();
        long bytesRead = Long.parseLong(body.group(1));
        long bytes = Long.parseLong(body.group(2));
        assertThat(bytes).isGreaterThan((long) NODES * NODE_BYTES);
        assertThat(bytesRead)
                .isBetween(READS_BEFORE_THE_STOP * READ_BYTES / 2L, (long) READS_BEFORE_THE_STOP * READ_BYTES);
        assertThat(Integer.parseInt(body.group(3))).isEqualTo((int) (100 * bytesRead / bytes));
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(metrics.statusCode()).isEqualTo(503);
        assertThat(live.statusCode()).isEqualTo(200);
        try (BatonServer server = starting.get(30, TimeUnit.SECONDS)) {
            assertThat(server.adminPort()).isEqualTo(port.number());
            assertThat(get("/startupz").statusCode()).isEqualTo(200);
            assertThat(get("/readyz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aStartThatFailsFreesThePort() throws Exception {
        fill();
        try (var files = Files.list(directory.resolve("version-2"))) {
            for (Path each : files.toList()) {
                Files.write(each, new byte[100]);
            }
        }

        StartFailedException failure =
                catchThrowableOfType(StartFailedException.class, () -> BatonServer.start(settings));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.DATA_DAMAGED);
        new ServerSocket(port.number(), 1, InetAddress.getLoopbackAddress()).close();
    }

    @Test
    void aPortOfOperatorsThatIsTakenIsTheOneThingThatIsSaid() throws Exception {
        try (ServerSocket taken = new ServerSocket(port.number(), 1, InetAddress.getLoopbackAddress())) {
            StartFailedException failure =
                    catchThrowableOfType(StartFailedException.class, () -> BatonServer.start(settings));

            assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(failure.getMessage().lines().findFirst())
                    .hasValueSatisfying(line -> assertThat(line)
                            .startsWith("cannot listen on 127.0.0.1:" + taken.getLocalPort() + " for HTTP: ")
                            .endsWith("or name another port by admin.serverPort"));
        }
        BatonServer.start(settings).close();
    }

    /** Else it would be said only after minutes of reading. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPortThatIsTakenEndsTheStartBeforeAnythingIsRead(boolean ofOperators) throws Exception {
        fill();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ListenAddress address = new ListenAddress("127.0.0.1", taken.getLocalPort());
            ServerSettings wanting =
                    ofOperators ? settings.withAdmin(AdminSettings.at(address)) : settings.withListen(address);

            StartFailedException failure =
                    catchThrowableOfType(StartFailedException.class, () -> BatonServer.start(wanting, stoppingDisk()));

            assertThat(failure).hasMessageStartingWith("cannot listen on " + address);
            assertThat(reads).hasValue(0);
        }
    }

    private CompletableFuture<BatonServer> start(Disk disk) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return BatonServer.start(settings, disk);
            } catch (StartFailedException e) {
                throw new CompletionException(e);
            }
        });
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI page = URI.create("http://127.0.0.1:" + port.number() + path);
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
    }
}
