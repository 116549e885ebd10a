package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.TestCertificate;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import baton.server.config.ServerSettings;
import baton.server.config.Transport;
import baton.server.storage.Disk;
import baton.server.storage.TappedDisk;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
                await().until(() ->
                        closer.getState() == Thread.State.WAITING || closer.getState() == Thread.State.TERMINATED);
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

        try (Stream<Path> left = Files.list(directory.resolve("version-2"))) {
            assertThat(left.map(each -> each.getFileName().toString())).noneMatch(each -> each.startsWith("tmp."));
        }
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
        client.send(1, new Request.Create(path, Bytes.utf8("data"), Acl.OPEN, CreateMode.PERSISTENT));
        assertThat(client.receiveHeader().error()).isZero();
    }

    /** Until the new state has its name the old one is there, and after that nobody is told that it was done. */
    @ParameterizedTest
    @CsvSource({"write, tmp.replacement, false", "sync, tmp.replacement, false", "rename, tmp.replacement, true"})
    void aDiskThatFailsLeavesTheOldStateAndIsToldOf(String failing, String file, boolean ends) throws Exception {
        Disk disk = new TappedDisk(Disk.ofSystem(), (call, path, bytes) -> {
            if (call.equals(failing) && path.getFileName().toString().startsWith(file)) {
                throw new IOException("the disk does not want to");
            }
        });
        ServerSettings settings = RestorableServer.settings(directory);
        try (BatonServer server = BatonServer.start(settings, disk);
                RawClient client = RawClient.withSession(server.port(), 30_000)) {
            byte[] saved = RestorableServer.save(server);
            create(client, "/later");

            HttpResponse<byte[]> answer = RestorableServer.restore(server, saved);

            assertThat(answer.body()).asString().contains("the disk does not want to");
            assertThat(answer.statusCode()).isEqualTo(500);
            if (ends) {
                await().until(() -> server.failure().isDone());
            } else {
                assertThat(server.failure()).isNotDone();
                assertThat(isThere(client)).isTrue();
            }
        }

        try (BatonServer next = BatonServer.start(settings);
                RawClient client = RawClient.withSession(next.port(), 30_000)) {
            assertThat(isThere(client)).isTrue();
        }
    }

    @Test
    void aDiskThatFailsBehindTheLastStepIsToldOfAndTheNextStartServesTheNewState() throws Exception {
        Disk disk = new TappedDisk(Disk.ofSystem(), (call, path, bytes) -> {
            if (call.equals("rename") && path.getFileName().toString().startsWith("snapshot.")) {
                throw new IOException("the disk does not want to");
            }
        });
        ServerSettings settings = RestorableServer.settings(directory);
        try (BatonServer server = BatonServer.start(settings, disk);
                RawClient client = RawClient.withSession(server.port(), 30_000)) {
            byte[] saved = RestorableServer.save(server);
            create(client, "/later");

            HttpResponse<byte[]> answer = RestorableServer.restore(server, saved);

            assertThat(answer.body()).asString().contains("everything was replaced, and the next start serves it");
            assertThat(answer.statusCode()).isEqualTo(500);
        }

        try (BatonServer next = BatonServer.start(settings);
                RawClient client = RawClient.withSession(next.port(), 30_000)) {
            assertThat(isThere(client)).isFalse();
        }
    }

    private static boolean isThere(RawClient client) throws IOException {
        client.send(2, new Request.Exists("/later", false));
        return client.receiveHeader().error() == 0;
    }
}
