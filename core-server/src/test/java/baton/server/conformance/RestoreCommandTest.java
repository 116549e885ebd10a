package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.LoopbackPort;
import baton.core.testkit.ServerProcess;
import baton.server.BatonServer;
import baton.server.config.AdminSettings;
import baton.server.config.AdminSettings.Restores;
import baton.server.config.AdminSettings.Snapshots;
import baton.server.config.AuthSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code restore}: what it takes, what it makes of a server, and that nothing else changes one. */
@Timeout(120)
class RestoreCommandTest {
    private static final String SUPER = "digest super:test";
    private static final String SUPER_HASH = "super:D/InIHSb7yEEbrWz8b9l71RjZJU=";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    private ServerSettings settings() {
        return ServerSettings.inDirectory(directory.resolve("baton"))
                .withFeatures(FeatureSettings.DEFAULT.withAuth(AuthSettings.DEFAULT.withSuperDigest(SUPER_HASH)))
                .withAdmin(admin(0));
    }

    private static AdminSettings admin(int intervalMillis) {
        return AdminSettings.at(ListenAddress.EPHEMERAL)
                .withSnapshots(new Snapshots(true, 0))
                .withRestores(new Restores(true, intervalMillis));
    }

    private static HttpRequest.Builder request(int port, String command) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/commands/" + command))
                .header("Authorization", SUPER);
    }

    private static byte[] snapshot(int port) throws Exception {
        HttpResponse<byte[]> sent = HTTP.send(request(port, "snapshot").build(), BodyHandlers.ofByteArray());
        assertThat(sent.statusCode()).isEqualTo(200);
        return sent.body();
    }

    private static HttpResponse<String> restore(int port, byte[] body) throws Exception {
        return restore(port, body, "restore");
    }

    private static HttpResponse<String> restore(int port, byte[] body, String command) throws Exception {
        return HTTP.send(
                request(port, command)
                        .header("Content-Type", "application/octet-stream")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static JsonNode taken(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode fields = JSON.readTree(answer.body());
        assertThat(fields.get("command").asText()).isEqualTo("restore");
        assertThat(fields.get("error").isNull()).isTrue();
        return fields;
    }

    private static String refused(HttpResponse<String> answer, int status) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body()).get("error").asText();
    }

    private static void create(ZooKeeper zk, String path, CreateMode mode) throws Exception {
        zk.create(path, path.getBytes(StandardCharsets.UTF_8), Ids.OPEN_ACL_UNSAFE, mode);
    }

    @Test
    void whatWasSavedIsServedAgainAndEverySessionEnds() throws Exception {
        long zxidRestored;
        try (BatonServer server = BatonServer.start(settings())) {
            byte[] saved;
            Stat keptBefore;
            long zxidBefore;
            long sessionBefore;
            try (ApacheClient old = new ApacheClient(server.connectString(), 30_000)) {
                sessionBefore = old.zk.getSessionId();
                create(old.zk, "/kept", CreateMode.PERSISTENT);
                create(old.zk, "/kept/n-", CreateMode.PERSISTENT_SEQUENTIAL);
                create(old.zk, "/kept/mine", CreateMode.EPHEMERAL);
                create(old.zk, "/box", CreateMode.CONTAINER);
                keptBefore = old.zk.exists("/kept", false);
                saved = snapshot(server.adminPort());
                old.zk.delete("/kept/n-0000000000", -1);
                create(old.zk, "/later", CreateMode.PERSISTENT);
                zxidBefore = old.zk.exists("/later", true).getCzxid();

                zxidRestored = taken(restore(server.adminPort(), saved))
                        .get("last_zxid")
                        .asLong();

                await().until(() -> old.events.stream().anyMatch(each -> each.getState() == KeeperState.Expired));
            }
            assertThat(zxidRestored).isGreaterThan(zxidBefore);
            try (ApacheClient now = new ApacheClient(server.connectString(), 30_000)) {
                assertThat(now.zk.getData("/kept", false, null)).asString().isEqualTo("/kept");
                assertThat(now.zk.getChildren("/kept", false)).containsExactly("n-0000000000");
                assertThat(now.zk.exists("/later", false)).isNull();
                Stat kept = now.zk.exists("/kept", false);
                assertThat(List.of(kept.getCzxid(), kept.getMzxid(), kept.getCtime()))
                        .isEqualTo(List.of(keptBefore.getCzxid(), keptBefore.getMzxid(), keptBefore.getCtime()));
                assertThat(now.zk.getSessionId()).isNotEqualTo(sessionBefore);
                create(now.zk, "/kept/n-", CreateMode.PERSISTENT_SEQUENTIAL);
                // The numbers of a node go on: the one that belonged to a session has taken one.
                assertThat(now.zk.getChildren("/kept", false)).contains("n-0000000002");
                assertThat(now.zk.exists("/kept/n-0000000002", false).getCzxid())
                        .isGreaterThan(zxidRestored);
            }
            MetricsPage page = MetricsPage.at(server.adminPort());
            assertThat(page.sum("restore_time_count")).isEqualTo(1);
            assertThat(page.sum("restore_error_count")).isZero();
        }
        try (Stream<Path> aside =
                Files.list(directory.resolve("baton").resolve("version-2.before-" + Long.toHexString(zxidRestored)))) {
            assertThat(aside.map(each -> each.getFileName().toString()))
                    .contains("snapshot.0")
                    .anyMatch(each -> each.startsWith("log."));
        }
        try (BatonServer again = BatonServer.start(settings());
                ApacheClient client = new ApacheClient(again.connectString(), 30_000)) {
            assertThat(client.zk.getChildren("/kept", false)).contains("n-0000000002");
            assertThat(client.zk.exists("/later", false)).isNull();
        }
        // And the other implementation takes what is there for whole.
        try (ServerProcess apache = ServerProcess.apache(directory.resolve("baton"));
                ApacheClient client = new ApacheClient(apache.connectString(), 30_000)) {
            assertThat(client.zk.getChildren("/kept", false)).containsExactlyInAnyOrder("n-0000000000", "n-0000000002");
            create(client.zk, "/by-apache", CreateMode.PERSISTENT);
        }
    }

    @Test
    void aSnapshotOfOneServerIsTakenByTheOtherInEveryForm() throws Exception {
        LoopbackPort apachePort = LoopbackPort.claim();
        List<String> lines = List.of(
                "admin.enableServer=true",
                "admin.serverAddress=127.0.0.1",
                "admin.serverPort=" + apachePort.number(),
                "admin.rateLimiterIntervalInMS=0",
                "DigestAuthenticationProvider.superDigest=" + SUPER_HASH);
        try (apachePort;
                ServerProcess apache = ServerProcess.apache(Files.createDirectory(directory.resolve("apache")), lines);
                BatonServer server = BatonServer.start(settings())) {
            try (ApacheClient client = new ApacheClient(apache.connectString(), 30_000)) {
                create(client.zk, "/of-apache", CreateMode.PERSISTENT);
                client.zk.setACL("/of-apache", Ids.READ_ACL_UNSAFE, -1);
                create(client.zk, "/of-a-session", CreateMode.EPHEMERAL);
            }
            byte[] theirs = snapshot(apachePort.number());
            long last = 0;
            for (byte[] each : List.of(
                    theirs,
                    SentSnapshotBytes.gzip(theirs),
                    SentSnapshotBytes.snappy(theirs),
                    new SentSnapshotBytes(theirs).withoutSections())) {
                long next = taken(restore(server.adminPort(), each))
                        .get("last_zxid")
                        .asLong();
                assertThat(next).isGreaterThan(last);
                last = next;
                try (ApacheClient client = new ApacheClient(server.connectString(), 30_000)) {
                    assertThat(client.zk.getChildren("/", false)).containsExactlyInAnyOrder("of-apache", "zookeeper");
                    assertThat(client.zk.getACL("/of-apache", null)).isEqualTo(Ids.READ_ACL_UNSAFE);
                }
            }
            try (ApacheClient client = new ApacheClient(server.connectString(), 30_000)) {
                create(client.zk, "/of-baton", CreateMode.PERSISTENT);
            }
            byte[] ours = snapshot(server.adminPort());
            JsonNode answer = taken(restore(apachePort.number(), ours));
            assertThat(answer.get("last_zxid").asLong()).isGreaterThan(last);
            try (ApacheClient client = new ApacheClient(apache.connectString(), 30_000)) {
                assertThat(client.zk.getChildren("/", false))
                        .containsExactlyInAnyOrder("of-apache", "of-baton", "zookeeper");
            }
        }
    }

    @Test
    void whatIsNoWholeSnapshotIsRefusedAndNobodyNoticesAnything() throws Exception {
        try (BatonServer server = BatonServer.start(settings());
                ApacheClient client = new ApacheClient(server.connectString(), 30_000)) {
            create(client.zk, "/here", CreateMode.EPHEMERAL);
            create(client.zk, "/parent", CreateMode.PERSISTENT);
            byte[] whole = snapshot(server.adminPort());
            byte[] flipped = whole.clone();
            flipped[whole.length / 2] ^= 4;

            assertThat(refusal(server, new byte[0])).contains("cut off");
            assertThat(refusal(server, "no snapshot at all".getBytes(StandardCharsets.UTF_8)))
                    .contains("does not begin with the header of a snapshot");
            assertThat(refusal(server, Arrays.copyOf(whole, whole.length - 60))).contains("cut off or damaged");
            assertThat(refusal(server, Arrays.copyOf(whole, whole.length - 1))).contains("matches no section");
            assertThat(refusal(server, flipped)).startsWith("not a whole snapshot");
            byte[] packed = SentSnapshotBytes.gzip(whole);
            assertThat(refusal(server, Arrays.copyOf(packed, packed.length / 2)))
                    .contains("cut off or damaged");
            assertThat(refusal(server, new SentSnapshotBytes(whole).withText("/parent", "/miss/x")))
                    .contains("node /miss/x has no parent");
            assertThat(refusal(server, new SentSnapshotBytes(whole).withZxid(0x7fffffff00000001L)))
                    .contains("no epoch is left behind its zxid 0x7fffffff:1");

            assertThat(client.zk.exists("/here", false).getEphemeralOwner()).isEqualTo(client.zk.getSessionId());
            assertThat(client.events).hasSize(1);
            assertThat(MetricsPage.at(server.adminPort()).sum("restore_error_count"))
                    .isEqualTo(8);
        }
        try (Stream<Path> left = Files.list(directory.resolve("baton"))) {
            assertThat(left.map(each -> each.getFileName().toString()))
                    .noneMatch(each -> each.contains("before") || each.contains("tmp"));
        }
    }

    @Test
    void whatIsNoStateOfOneMomentIsRefusedWhateverTransactionItsDigestIsOf() throws Exception {
        try (BatonServer server = BatonServer.start(settings())) {
            long zxid;
            try (ApacheClient client = new ApacheClient(server.connectString(), 30_000)) {
                create(client.zk, "/kept", CreateMode.PERSISTENT);
                zxid = client.zk.exists("/kept", false).getCzxid();
            }
            byte[] whole = snapshot(server.adminPort());

            byte[] same = new SentSnapshotBytes(whole).withDigest(12345);
            for (byte[] each : List.of(
                    same,
                    new SentSnapshotBytes(same).withDigestZxid(zxid + 7),
                    new SentSnapshotBytes(same).withDigestZxid(zxid),
                    new SentSnapshotBytes(same).withoutLastZxid())) {
                assertThat(refusal(server, each)).contains("not a state of one moment", "must be 3039", "?fuzzy=true");
            }

            // What was finished in front of the last transaction may yet be whole.
            taken(restore(server.adminPort(), new SentSnapshotBytes(whole).withDigestZxid(zxid)));
        }
    }

    private static String refusal(BatonServer server, byte[] body) throws Exception {
        return refused(restore(server.adminPort(), body), 400);
    }

    @Test
    void whatIsNoStateOfOneMomentIsTakenFromWhoeverWantsItAllTheSame() throws Exception {
        try (BatonServer server = BatonServer.start(settings())) {
            try (ApacheClient client = new ApacheClient(server.connectString(), 30_000)) {
                create(client.zk, "/kept", CreateMode.PERSISTENT);
            }
            byte[] fuzzy = new SentSnapshotBytes(snapshot(server.adminPort())).withDigest(12345);

            taken(restore(server.adminPort(), fuzzy, "rest?fuzzy=true"));

            try (ApacheClient client = new ApacheClient(server.connectString(), 30_000)) {
                assertThat(client.zk.exists("/kept", false)).isNotNull();
            }
        }
    }

    @Test
    void theNewEpochIsBehindAllThatAnEnsembleWasPromised() throws Exception {
        Path version = Files.createDirectories(directory.resolve("baton").resolve("version-2"));
        Files.writeString(version.resolve("acceptedEpoch"), "7");
        Files.writeString(version.resolve("currentEpoch"), "6");
        try (BatonServer server = BatonServer.start(settings())) {
            JsonNode answer = taken(restore(server.adminPort(), snapshot(server.adminPort())));

            assertThat(answer.get("last_zxid").asLong()).isEqualTo(8L << 32);
        }
        assertThat(version.resolve("acceptedEpoch")).doesNotExist();
    }

    @Test
    void onlyWhoHasEverythingRestoresAndOnlyByPost() throws Exception {
        try (BatonServer server = BatonServer.start(settings())) {
            URI page = URI.create("http://127.0.0.1:" + server.adminPort() + "/commands/restore");
            HttpRequest.Builder post = HttpRequest.newBuilder(page).POST(BodyPublishers.ofString("a snapshot"));
            HttpResponse<String> nobody = HTTP.send(post.build(), BodyHandlers.ofString());
            assertThat(refused(nobody, 401)).isEqualTo("Auth info is missing for the command");
            post.header("Authorization", "digest any:body");
            assertThat(refused(HTTP.send(post.build(), BodyHandlers.ofString()), 403))
                    .isEqualTo("Not authorized");
            HttpResponse<String> read =
                    HTTP.send(request(server.adminPort(), "restore").build(), BodyHandlers.ofString());
            assertThat(refused(read, 405)).contains("only POST does");
            assertThat(read.headers().firstValue("allow")).contains("POST");
            assertThat(MetricsPage.at(server.adminPort()).sum("restore_error_count"))
                    .isZero();
        }
    }

    @Test
    void oneTooSoonIsRefusedAndCountedAndSoIsOneBesideAnother() throws Exception {
        try (BatonServer server = BatonServer.start(settings().withAdmin(admin(300_000)))) {
            byte[] saved = snapshot(server.adminPort());
            try (Socket half = new Socket(InetAddress.getLoopbackAddress(), server.adminPort())) {
                half.getOutputStream()
                        .write(("POST /commands/restore HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + SUPER
                                        + "\r\nContent-Length: 1000\r\n\r\nZKSN")
                                .getBytes(StandardCharsets.US_ASCII));
                await().until(this::isSomethingSent);
                assertThat(refused(restore(server.adminPort(), saved), 409)).contains("another snapshot");
            }
            await().until(() -> !isSomethingSent());
            // The next one may come when the file is gone, and a moment later.
            taken(await().until(() -> restore(server.adminPort(), saved), answer -> answer.statusCode() != 409));

            assertThat(refused(restore(server.adminPort(), saved), 429)).contains("admin.rateLimiterIntervalInMS");
            assertThat(MetricsPage.at(server.adminPort()).sum("restore_rate_limited_count"))
                    .isEqualTo(1);
        }
    }

    private boolean isSomethingSent() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("baton").resolve("version-2"))) {
            return files.anyMatch(each -> each.getFileName().toString().startsWith("tmp.sent"));
        }
    }

    @Test
    void aServerInMemorySaysThatItCannot() throws Exception {
        try (BatonServer server = BatonServer.start(
                settings().withStorage(ServerSettings.inMemory().storage()))) {
            assertThat(refused(restore(server.adminPort(), new byte[100]), 503)).contains("keeps everything in memory");
        }
    }
}
