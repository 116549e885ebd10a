package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.TestCertificate;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import baton.server.admin.Environment;
import baton.server.config.ConfigReport;
import baton.server.config.Descriptors;
import baton.server.config.ServerSettings;
import baton.server.config.StorageSettings;
import baton.server.config.Transport;
import baton.server.runtime.Housing;
import baton.server.runtime.NoRebirth;
import baton.server.runtime.OpenStorage;
import baton.server.runtime.ServerMetrics;
import baton.server.runtime.ServerRuntime;
import baton.server.storage.Disk;
import baton.server.storage.TappedDisk;
import baton.server.wiring.ServerComponent;
import java.io.IOException;
import java.lang.Thread.State;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers in whose place others begin, with other data. */
@Timeout(60)
class RebirthTest {
    @TempDir
    static Path shared;

    private static TestCertificate certificate;

    @TempDir
    Path directory;

    @BeforeAll
    static void makeCertificate() {
        certificate = TestCertificate.ofServer(shared, "server");
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "IO_URING"})
    void theNextServerHasThePortsAndTheCertificatesOfTheOne(Transport transport) throws Exception {
        SSLContext trusting = TransportUnderTest.trusting(certificate, "TLS");
        ServerSettings settings = RestorableServer.settings(directory)
                .withLimits(TransportUnderTest.limits(transport))
                .withSecure(TransportUnderTest.secured(certificate));
        try (BatonServer server = BatonServer.start(settings)) {
            int adminPort = server.adminPort();
            byte[] saved = RestorableServer.save(server);

            for (int i = 0; i < 2; i++) {
                assertThat(RestorableServer.restore(server, saved).statusCode()).isEqualTo(200);

                RawClient.withSession(server.port(), 30_000).close();
                try (RawClient client =
                        new RawClient(trusting.getSocketFactory().createSocket("127.0.0.1", server.securePort()))) {
                    ConnectRequest request = new ConnectRequest(0, 30_000, 0, ConnectRequest.NO_PASSWORD, false);
                    assertThat(client.connect(request).isRefused()).isFalse();
                }
                assertThat(server.adminPort()).isEqualTo(adminPort);
            }
            assertThat(server.failure()).isNotDone();
        }
    }

    @Test
    void aServerThatIsClosedMeanwhileIsClosed() throws Exception {
        CompletableFuture<BatonServer> closing = new CompletableFuture<>();
        Thread closer = new Thread(() -> closing.join().close());
        Disk disk = new TappedDisk(Disk.ofSystem(), (call, path, bytes) -> {
            if (call.equals("create") && path.getFileName().toString().startsWith("tmp.replacement")) {
                closer.start();
                await().until(() -> EnumSet.of(State.WAITING, State.TIMED_WAITING, State.TERMINATED)
                        .contains(closer.getState()));
            }
        });
        BatonServer server = BatonServer.start(RestorableServer.settings(directory), disk);
        closing.complete(server);
        byte[] saved = RestorableServer.save(server);
        Thread operator = new Thread(() -> {
            try {
                RestorableServer.restore(server, saved);
            } catch (IOException | InterruptedException e) {
                // The server may go before it answers.
            }
        });
        operator.start();

        operator.join();
        closer.join();

        assertThat(filesWithPrefix("tmp.")).isEmpty();
        BatonServer.start(RestorableServer.settings(directory)).close();
    }

    @Test
    void whatIsSavedWhileClientsWriteIsOfOneMoment() throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> written = new CompletableFuture<>();
        Disk disk = new TappedDisk(Disk.ofSystem(), (call, path, bytes) -> {
            String name = path.getFileName().toString();
            if (call.equals("create") && name.startsWith("tmp.snapshot.") && !name.endsWith(".0")) {
                begun.complete(null);
                written.join();
            }
        });
        try (BatonServer server = BatonServer.start(RestorableServer.settings(directory), disk)) {
            byte[] saved;
            try (RawClient client = RawClient.withSession(server.port(), 30_000)) {
                create(client, "/earlier");
                for (String each : List.of("", "/zookeeper_limits", "/zookeeper_stats")) {
                    create(client, "/zookeeper/quota/earlier" + each);
                }
                CompletableFuture<byte[]> saving = CompletableFuture.supplyAsync(() -> saved(server));
                begun.get(20, TimeUnit.SECONDS);
                client.send(1, new Request.SetData("/earlier", Bytes.utf8("other data"), -1));
                assertThat(client.receiveHeader().error()).isZero();
                create(client, "/earlier/below");
                create(client, "/later");
                written.complete(null);
                saved = saving.get(20, TimeUnit.SECONDS);
            }
            assertThat(new String(saved, StandardCharsets.ISO_8859_1))
                    .as("what the account says")
                    .contains("count=2,bytes=14");

            assertThat(RestorableServer.restore(server, saved).statusCode()).isEqualTo(200);

            try (RawClient client = RawClient.withSession(server.port(), 30_000)) {
                assertThat(isThere(client)).isTrue();
            }
        }
    }

    private static byte[] saved(BatonServer server) {
        try {
            return RestorableServer.save(server);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void create(RawClient client, String path) throws IOException {
        client.send(1, creation(path));
        assertThat(client.receiveHeader().error()).isZero();
    }

    private static Request creation(String path) {
        return new Request.Create(path, Bytes.utf8("data"), Acl.OPEN, CreateMode.PERSISTENT);
    }

    /** Until the new state has its name the old one is there, and after that nobody is told that it was done. */
    @ParameterizedTest
    @CsvSource({"write, tmp.replacement, false", "sync, tmp.replacement, false", "rename, tmp.replacement, true"})
    void aDiskThatFailsLeavesTheOldStateAndIsToldOf(String call, String file, boolean ends) throws Exception {
        assertThat(restoredOn(failing(call, file), ends)).contains("the disk does not want to");

        assertThat(filesWithPrefix("tmp.replacement")).isEmpty();
        assertThat(filesWithPrefix("tmp.sent")).isEmpty();
        assertThat(isThereAfterTheNextStart()).isTrue();
    }

    @Test
    void aDiskThatFailsBehindTheLastStepIsToldOfAndTheNextStartServesTheNewState() throws Exception {
        assertThat(restoredOn(failing("rename", "snapshot."), true))
                .contains("everything was replaced, and the next start serves it");

        assertThat(isThereAfterTheNextStart()).isFalse();
    }

    private static Disk failing(String failing, String prefix) {
        return new TappedDisk(Disk.ofSystem(), (call, path, bytes) -> {
            if (call.equals(failing) && path.getFileName().toString().startsWith(prefix)) {
                throw new IOException("the disk does not want to");
            }
        });
    }

    @Test
    void aLogThatFailsWhileItsServerEndsLeavesTheOldState() throws Exception {
        CompletableFuture<BatonServer> ending = new CompletableFuture<>();
        CompletableFuture<RawClient> writer = new CompletableFuture<>();
        CompletableFuture<Void> lastForce = new CompletableFuture<>();
        Disk disk = new TappedDisk(Disk.ofSystem(), (call, path, bytes) -> {
            if (call.equals("create") && path.getFileName().toString().startsWith("tmp.replacement")) {
                writer.join().send(1, creation("/unsure"));
                lastForce.orTimeout(20, TimeUnit.SECONDS).join();
            } else if (call.equals("sync")
                    && writer.isDone()
                    && Thread.currentThread().getName().equals("baton-log")) {
                lastForce.complete(null);
                await().atMost(20, TimeUnit.SECONDS)
                        .untilAsserted(() -> assertThat(RestorableServer.probe(ending.join(), "/readyz")
                                        .body())
                                .asString()
                                .contains("replaces its data"));
                throw new IOException("the disk does not want to");
            }
        });
        ServerSettings settings = RestorableServer.settings(directory);
        StorageSettings.Files files = (StorageSettings.Files) settings.storage();
        StorageSettings patient = files.withLog(files.log().withStuckSyncMillis(60_000));
        try (BatonServer server = BatonServer.start(settings.withStorage(patient), disk);
                RawClient client = RawClient.withSession(server.port(), 30_000)) {
            byte[] saved = RestorableServer.save(server);
            create(client, "/later");
            ending.complete(server);
            writer.complete(client);

            HttpResponse<byte[]> answer = RestorableServer.restore(server, saved);

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).asString().contains("the disk does not want to");
            assertThat(server.failure()).isDone();
        }
        assertThat(filesWithPrefix("tmp.replacement")).isEmpty();
        assertThat(isThereAfterTheNextStart()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"tmp.replacement, true", "snapshot., false"})
    void whateverGoesWrongTheDirectoryIsFreeForTheNextStart(String renamed, boolean old) throws Exception {
        Disk disk = new TappedDisk(Disk.ofSystem(), (call, path, bytes) -> {
            if (call.equals("rename") && path.getFileName().toString().startsWith(renamed)) {
                throw new OutOfMemoryError("no room for a tree");
            }
        });

        restoredOn(disk, true);

        assertThat(isThereAfterTheNextStart()).isEqualTo(old);
    }

    /**
     * Sends a server the state of a moment ago, when there was no node {@code /later} yet, and returns why that fails.
     *
     * @param ends whether the server must end with that
     */
    private String restoredOn(Disk disk, boolean ends) throws Exception {
        try (BatonServer server = BatonServer.start(RestorableServer.settings(directory), disk);
                RawClient client = RawClient.withSession(server.port(), 30_000)) {
            byte[] saved = RestorableServer.save(server);
            create(client, "/later");

            HttpResponse<byte[]> answer = RestorableServer.restore(server, saved);

            assertThat(answer.statusCode()).isEqualTo(500);
            if (ends) {
                await().until(() -> server.failure().isDone());
            } else {
                assertThat(server.failure()).isNotDone();
                assertThat(isThere(client)).isTrue();
            }
            return new String(answer.body(), StandardCharsets.UTF_8);
        }
    }

    private boolean isThereAfterTheNextStart() throws Exception {
        try (BatonServer next = BatonServer.start(RestorableServer.settings(directory));
                RawClient client = RawClient.withSession(next.port(), 30_000)) {
            return isThere(client);
        }
    }

    private List<String> filesWithPrefix(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("version-2"))) {
            return files.map(each -> each.getFileName().toString())
                    .filter(each -> each.startsWith(prefix))
                    .toList();
        }
    }

    private static boolean isThere(RawClient client) throws IOException {
        client.send(2, new Request.Exists("/later", false));
        return client.receiveHeader().error() == 0;
    }

    @Test
    void whatIsSentIsWrittenBesideThoseWhoAskForOtherThings() throws Exception {
        restored(new Halt("write", "tmp.sent"), (server, halted) -> {
            assertThat(halted.getName()).isEqualTo("baton-restore");
            assertThat(RestorableServer.probe(server, "/livez").statusCode()).isEqualTo(200);
        });
    }

    @Test
    void theServerLivesAndIsNotReadyAndNobodyElseHasTheDirectoryMeanwhile() throws Exception {
        Halt halt = new Halt("rename", "tmp.replacement");

        restored(halt, (server, halted) -> {
            assertThat(RestorableServer.probe(server, "/livez").statusCode()).isEqualTo(200);
            HttpResponse<byte[]> ready = RestorableServer.probe(server, "/readyz");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.headers().firstValue("retry-after")).isPresent();
            HttpResponse<byte[]> second = RestorableServer.restore(server, new byte[1 << 20]);
            assertThat(second.statusCode()).isEqualTo(503);
            assertThat(second.body()).asString().contains("replaces its data");
        });

        assertThat(halt.locks).as("how often the directory was locked").hasValue(1);
    }

    @Test
    void nobodyElseCanHaveThePortForClientsMeanwhileAndWhoComesIsTurnedAwayAtOnce() throws Exception {
        restored(new Halt("rename", "tmp.replacement"), (server, halted) -> {
            InetSocketAddress address = new InetSocketAddress("127.0.0.1", server.port());
            try (ServerSocket other = new ServerSocket()) {
                assertThatThrownBy(() -> other.bind(address)).isInstanceOf(BindException.class);
            }
            try (Socket client = new Socket()) {
                client.setSoTimeout(20_000);
                assertThatThrownBy(() -> {
                            client.connect(address);
                            client.getInputStream().read();
                        })
                        .as("a reset, by when it is connected or a little later")
                        .isInstanceOf(SocketException.class);
            }
        });
    }

    /** What a test looks at while a disk does not answer. */
    private interface Meanwhile {
        void look(BatonServer server, Thread halted) throws Exception;
    }

    /** Sends a server what it has saved, which must work in the end. */
    private void restored(Halt halt, Meanwhile meanwhile) throws Exception {
        try (BatonServer server = BatonServer.start(RestorableServer.settings(directory), halt.disk);
                halt) {
            byte[] saved = RestorableServer.save(server);
            CompletableFuture<HttpResponse<byte[]>> restored = restoring(server, saved);

            meanwhile.look(server, halt.awaitThread());
            assertThat(restored).isNotDone();
            halt.close();

            assertThat(restored.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aStateThatIsSentWaitsForTheMemoryThatASnapshotTakes() throws Exception {
        Halt halt = new Halt("create", "tmp.snapshot.");
        byte[] saved;
        try (BatonServer server = BatonServer.start(RestorableServer.settings(directory))) {
            saved = RestorableServer.save(server);
        }
        try (BatonServer server = BatonServer.start(RestorableServer.settings(directory), halt.disk);
                halt) {
            CompletableFuture<byte[]> saving = CompletableFuture.supplyAsync(() -> saved(server));
            halt.awaitThread();

            HttpResponse<byte[]> refused = RestorableServer.restore(server, saved);
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(refused.body()).asString().contains("a snapshot is being taken");
            halt.close();

            saving.get(20, TimeUnit.SECONDS);
            assertThat(RestorableServer.restore(server, saved).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aSnapshotThatIsAskedOfAServerThatHasEndedIsNotWaitedFor() throws Exception {
        ServerSettings settings = RestorableServer.settings(directory);
        Housing housing = new Housing(settings, Descriptors.UNLIMITED, failure -> {});
        ServerRuntime runtime = ServerComponent.factory()
                .create(
                        settings,
                        OpenStorage.open(settings),
                        Environment.of(System.getProperties()),
                        ConfigReport.NONE,
                        new ServerMetrics(),
                        new NoRebirth(work -> {
                            throw new CancellationException();
                        }),
                        housing)
                .runtime();
        try {
            runtime.start();
            runtime.close();

            assertThat(RestorableServer.askForSnapshot(housing.adminPort()).statusCode())
                    .isEqualTo(500);
        } finally {
            runtime.close();
            housing.closePorts();
            housing.close();
        }
    }

    private static CompletableFuture<HttpResponse<byte[]>> restoring(BatonServer server, byte[] saved) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return RestorableServer.restore(server, saved);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** A disk that does not answer the first call of a kind for as long as a test likes. */
    private static final class Halt implements AutoCloseable {
        private final CompletableFuture<Thread> reached = new CompletableFuture<>();
        private final CompletableFuture<Void> over = new CompletableFuture<>();
        private final AtomicInteger locks = new AtomicInteger();
        private final Disk disk;

        Halt(String halted, String prefix) {
            disk = new TappedDisk(Disk.ofSystem(), (call, path, bytes) -> {
                locks.addAndGet(call.equals("lock") ? 1 : 0);
                if (call.equals(halted) && path.getFileName().toString().startsWith(prefix)) {
                    reached.complete(Thread.currentThread());
                    over.join();
                }
            });
        }

        Thread awaitThread() throws Exception {
            return reached.get(20, TimeUnit.SECONDS);
        }

        /** Lets it answer. */
        @Override
        public void close() {
            over.complete(null);
        }
    }
}
