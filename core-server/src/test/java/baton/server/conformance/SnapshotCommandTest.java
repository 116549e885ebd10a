package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import baton.core.testkit.LoopbackPort;
import baton.core.testkit.ServerProcess;
import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.BatonServer;
import baton.server.config.AdminSettings;
import baton.server.config.AdminSettings.AdminTls;
import baton.server.config.AdminSettings.Snapshots;
import baton.server.config.AuthSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.TlsSettings;
import baton.server.config.TlsSettings.ClientAuth;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import javax.net.ssl.SSLContext;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.server.auth.DigestAuthenticationProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command {@code snapshot} beside Apache ZooKeeper's: what it asks for, what it sends, and what that is good for. */
class SnapshotCommandTest {
    private static final String SUPER = "digest super:test";
    private static final String SUPER_HASH = "super:D/InIHSb7yEEbrWz8b9l71RjZJU=";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path directory;

    private static ServerProcess apache;
    private static BatonServer baton;
    private static LoopbackPort apachePort;
    private static TestCertificate certificate;

    @BeforeAll
    static void start() throws Exception {
        apachePort = LoopbackPort.claim();
        certificate = TestCertificate.ofServer(directory, "admin");
        apache = ServerProcess.apache(
                Files.createDirectory(directory.resolve("apache")),
                List.of(
                        "admin.enableServer=true",
                        "admin.serverAddress=127.0.0.1",
                        "admin.serverPort=" + apachePort.number(),
                        "DigestAuthenticationProvider.superDigest=" + SUPER_HASH));
        baton = BatonServer.start(settings("baton"));
        for (String each : List.of(apache.connectString(), baton.connectString())) {
            try (ApacheClient client = new ApacheClient(each, 30_000)) {
                client.zk.create("/kept", "some data".getBytes(), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            }
        }
    }

    private static ServerSettings settings(String name) {
        return ServerSettings.inDirectory(directory.resolve(name))
                .withFeatures(FeatureSettings.DEFAULT.withAuth(AuthSettings.DEFAULT.withSuperDigest(SUPER_HASH)))
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL).withSnapshots(new Snapshots(true, 0)));
    }

    @AfterAll
    static void stop() {
        baton.close();
        apache.close();
        apachePort.close();
    }

    private static HttpResponse<byte[]> ask(int port, String query, String proof) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/commands/" + query));
        if (!proof.isEmpty()) {
            request.header("Authorization", proof);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
    }

    @Test
    void aServerThatKeepsNoDigestsSendsNone() throws Exception {
        int seal = Long.BYTES + Integer.BYTES + 1;
        int digest = Long.BYTES + Integer.BYTES + Long.BYTES;
        int lastZxid = Long.BYTES;
        ServerSettings usual = settings("with-digests");
        ServerSettings without = settings("without-digests");
        try (BatonServer digested = BatonServer.start(usual);
                BatonServer plain = BatonServer.start(
                        without.withFeatures(without.features().withoutDigests()))) {
            byte[] more = ask(digested.adminPort(), "snapshot", SUPER).body();
            byte[] less = ask(plain.adminPort(), "snapshot", SUPER).body();

            assertThat(less).hasSize(more.length - (digest + seal + lastZxid + seal));
            assertThat(more).startsWith(less);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 401", "nonsense, 401", "nonsense proof, 401", "digest super:test, 200"})
    void whoMayHaveOneIsAnsweredAsByApache(String proof, int code) throws Exception {
        HttpResponse<byte[]> theirs = ask(apachePort.number(), "snapshot?streaming=false", proof);
        HttpResponse<byte[]> ours = ask(baton.adminPort(), "snapshot?streaming=false", proof);

        assertThat(ours.statusCode()).isEqualTo(theirs.statusCode()).isEqualTo(code);
        JsonNode expected = JSON.readTree(theirs.body());
        JsonNode actual = JSON.readTree(ours.body());
        assertThat(actual.get("command")).isEqualTo(expected.get("command"));
        assertThat(actual.get("error")).isEqualTo(expected.get("error"));
        assertThat(ours.headers().map().containsKey("last_zxid"))
                .isEqualTo(theirs.headers().map().containsKey("last_zxid"))
                .isEqualTo(code == 200);
    }

    @Test
    void whatIsSentIsTheSnapshotAndApacheStartsWithIt() throws Exception {
        HttpResponse<byte[]> theirs = ask(apachePort.number(), "snapshot", SUPER);
        HttpResponse<byte[]> ours = ask(baton.adminPort(), "snap?streaming=true", SUPER);

        for (HttpResponse<byte[]> each : List.of(theirs, ours)) {
            assertThat(each.statusCode()).isEqualTo(200);
            assertThat(each.headers().firstValue("content-type").orElse("")).startsWith("application/octet-stream");
            assertThat(each.headers().firstValue("last_zxid").orElse("")).matches("0x[0-9a-f]+");
            assertThat(each.headers().firstValue("snapshot_size").orElse(""))
                    .isEqualTo(Integer.toString(each.body().length));
            assertThat(new String(each.body(), 0, 4, StandardCharsets.US_ASCII)).isEqualTo("ZKSN");
        }
        Path restored = Files.createDirectories(directory.resolve("restored").resolve("version-2"));
        String zxid = ours.headers().firstValue("last_zxid").orElse("").substring(2);
        Files.write(restored.resolve("snapshot." + zxid), ours.body());
        try (ServerProcess opened = ServerProcess.apache(restored.getParent());
                ApacheClient client = new ApacheClient(opened.connectString(), 30_000)) {
            assertThat(client.zk.getData("/kept", false, null)).asString().isEqualTo("some data");
        }
    }

    @Test
    void anOpenTreeOpensNothingButANamedOneOnTheRootDoes() throws Exception {
        assertThat(ask(baton.adminPort(), "snapshot", "digest any:body").statusCode())
                .isEqualTo(403);

        Id keeper = new Id("digest", DigestAuthenticationProvider.generateDigest("keeper:pw"));
        Id reader = new Id("digest", DigestAuthenticationProvider.generateDigest("reader:pw"));
        try (BatonServer server = BatonServer.start(settings("named"));
                ApacheClient client = new ApacheClient(server.connectString(), 30_000)) {
            client.zk.setACL("/", Arrays.asList(new ACL(Perms.ALL, keeper), new ACL(Perms.READ, reader)), -1);

            assertThat(ask(server.adminPort(), "snapshot", "digest keeper:pw").statusCode())
                    .isEqualTo(200);
            assertThat(ask(server.adminPort(), "snapshot", "digest reader:pw").statusCode())
                    .isEqualTo(403);
            assertThat(ask(server.adminPort(), "snapshot", "digest keeper:no").statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void anAddressThatIsOnlyClaimedOpensNothing() throws Exception {
        Id keeper = new Id("digest", DigestAuthenticationProvider.generateDigest("keeper:pw"));
        try (BatonServer server = BatonServer.start(settings("addressed"));
                ApacheClient client = new ApacheClient(server.connectString(), 30_000)) {
            client.zk.setACL(
                    "/", Arrays.asList(new ACL(Perms.ALL, new Id("ip", "10.0.0.1")), new ACL(Perms.ADMIN, keeper)), -1);

            for (String proof : List.of("ip 10.0.0.1", "digest keeper:pw")) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + server.adminPort() + "/commands/snapshot"))
                        .header("Authorization", proof)
                        .header("X-Forwarded-For", "10.0.0.1")
                        .header("Forwarded", "for=10.0.0.1")
                        .build();
                assertThat(HttpClient.newHttpClient()
                                .send(request, BodyHandlers.discarding())
                                .statusCode())
                        .isEqualTo(proof.startsWith("ip") ? 401 : 403);
            }
        }
    }

    @Test
    void oneTooSoonIsRefusedAndCounted() throws Exception {
        AdminSettings seldom = AdminSettings.at(ListenAddress.EPHEMERAL).withSnapshots(new Snapshots(true, 300_000));
        try (BatonServer server = BatonServer.start(settings("seldom").withAdmin(seldom))) {
            assertThat(ask(server.adminPort(), "snapshot", SUPER).statusCode()).isEqualTo(200);
            assertThat(ask(server.adminPort(), "snapshot", SUPER).statusCode()).isEqualTo(429);
            assertThat(MetricsPage.at(server.adminPort()).sum("snapshot_rate_limited_count"))
                    .isEqualTo(1);
            assertThat(MetricsPage.at(server.adminPort()).sum("snap_count")).isEqualTo(1);
        }
    }

    @Test
    void whatIsNotOfferedIsSaid() throws Exception {
        AdminSettings off = AdminSettings.at(ListenAddress.EPHEMERAL).withSnapshots(new Snapshots(false, 0));
        try (BatonServer silent = BatonServer.start(settings("off").withAdmin(off));
                BatonServer inMemory = BatonServer.start(
                        settings("memory").withStorage(ServerSettings.inMemory().storage()))) {
            assertThat(ask(silent.adminPort(), "snapshot", SUPER).statusCode()).isEqualTo(503);
            HttpResponse<byte[]> nothing = ask(inMemory.adminPort(), "snapshot", SUPER);
            assertThat(nothing.statusCode()).isEqualTo(500);
            assertThat(nothing.body()).asString().contains("keeps everything in memory");
        }
        HttpRequest post = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + baton.adminPort() + "/commands/snapshot"))
                .header("Authorization", SUPER)
                .POST(BodyPublishers.noBody())
                .build();
        HttpResponse<Void> refused = HttpClient.newHttpClient().send(post, BodyHandlers.discarding());
        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(refused.headers().allValues("Allow")).containsExactly("GET");
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void theAdminPortSpeaksTls(boolean plainToo) throws Exception {
        TlsSettings tls = TlsSettings.of(StoreFile.of(certificate.bothPem(), Secret.EMPTY), null)
                .withClientAuth(ClientAuth.NONE);
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(
                null,
                StoreFile.of(certificate.certificatePem(), Secret.EMPTY).trust().getTrustManagers(),
                null);
        HttpClient http = HttpClient.newBuilder().sslContext(trusting).build();
        ServerSettings settings = settings("tls-" + plainToo);
        try (BatonServer server =
                BatonServer.start(settings.withAdmin(settings.admin().withTls(new AdminTls(tls, plainToo))))) {
            URI page = URI.create("https://127.0.0.1:" + server.adminPort() + "/commands/snapshot");
            HttpResponse<byte[]> sent = http.send(
                    HttpRequest.newBuilder(page).header("Authorization", SUPER).build(), BodyHandlers.ofByteArray());

            assertThat(sent.statusCode()).isEqualTo(200);
            assertThat(sent.headers().firstValue("snapshot_size")).contains(Integer.toString(sent.body().length));
            if (plainToo) {
                assertThat(ask(server.adminPort(), "ruok", "").statusCode()).isEqualTo(200);
            } else {
                assertThat(catchFailure(server.adminPort())).isNotNull();
            }
        }
    }

    private static Throwable catchFailure(int port) {
        return catchThrowable(() -> ask(port, "ruok", ""));
    }
}
