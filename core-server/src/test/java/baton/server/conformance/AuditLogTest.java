package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.server.BatonServer;
import baton.server.RawClient;
import baton.server.config.AdminSettings;
import baton.server.config.AuthSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.IdentitySettings;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.SaslSettings;
import baton.server.config.ServerSettings;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The lines that are expected are those that Apache ZooKeeper 3.9.5 writes, but for what the list of differences has. */
class AuditLogTest {
    private static final String OPERATOR = System.getProperty("user.name");

    private static final int MANY = 2_000;
    private static final int SOME = 100;
    private static final int NODES_PER_MINUTE = 3_000;

    @TempDir
    Path directory;

    private final Logger audit = (Logger) LoggerFactory.getLogger(FeatureSettings.AUDIT_LOGGER);
    private final Level usual = audit.getLevel();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private BatonServer baton;

    @BeforeEach
    void start() throws Exception {
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        audit.addAppender(lines);
        audit.setAdditive(false);
        audit.setLevel(Level.INFO);
        baton = started();
    }

    private BatonServer started() throws Exception {
        return BatonServer.start(ServerSettings.inDirectory(directory)
                .withLimits(LimitSettings.DEFAULT
                        .withEventLoops(2)
                        .withIdentities(new IdentitySettings(0, NODES_PER_MINUTE, 0)))
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL))
                .withFeatures(FeatureSettings.DEFAULT
                        .withAudit()
                        .withContainerCheckMillis(50)
                        .withAuth(AuthSettings.DEFAULT
                                .withSuperDigest("super:D/InIHSb7yEEbrWz8b9l71RjZJU=")
                                .withSasl(SaslSettings.of(Map.of("bob", "pw"))))));
    }

    @AfterEach
    void stop() {
        baton.close();
        audit.setLevel(usual);
        audit.setAdditive(true);
        audit.detachAppender(lines);
    }

    @Test
    void eachChangeIsALineOfTheSameKeysInTheSameOrder() throws Exception {
        String who;
        try (ApacheClient client = new ApacheClient(baton.connectString(), 30_000)) {
            client.zk.addAuthInfo("digest", "bob:pw".getBytes());
            client.zk.create("/a", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            client.zk.create("/a/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            client.zk.create("/a/s", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL);
            client.zk.create("/c", null, Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER);
            client.zk.create("/t", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_WITH_TTL, null, 100_000);
            client.zk.setData("/a", new byte[1], -1);
            client.zk.setACL("/a", Ids.CREATOR_ALL_ACL, -1);
            client.zk.delete("/a/s0000000001", -1);
            client.zk.getData("/a", false, null);
            who = "session=0x" + Long.toHexString(client.zk.getSessionId()) + "\tuser=bob,127.0.0.1\tip=127.0.0.1\t";
            assertThat(said())
                    .containsExactly(
                            "INFO user=" + OPERATOR + "\toperation=serverStart\tresult=success",
                            "INFO " + who + "operation=create\tznode=/a\tznode_type=persistent\tresult=success",
                            "INFO " + who + "operation=create\tznode=/a/e\tznode_type=ephemeral\tresult=success",
                            "INFO " + who + "operation=create\tznode=/a/s0000000001\tznode_type=persistent_sequential"
                                    + "\tresult=success",
                            "INFO " + who + "operation=create\tznode=/c\tznode_type=container\tresult=success",
                            "INFO " + who
                                    + "operation=create\tznode=/t\tznode_type=persistent_with_ttl\tresult=success",
                            "INFO " + who + "operation=setData\tznode=/a\tresult=success",
                            "INFO " + who + "operation=setAcl\tznode=/a\tacl=auth::cdrwa\tresult=success",
                            "INFO " + who + "operation=delete\tznode=/a/s0000000001\tresult=success");
            lines.list.clear();
        }
        String end = who.substring(0, who.indexOf('\t')) + "\tuser=" + OPERATOR
                + "\toperation=ephemeralZNodeDeletionOnSessionCloseOrExpire\tznode=/a/e\tresult=success";
        // Before the answer to the end of the session, which the client has waited for.
        assertThat(said()).containsExactly("INFO " + end);
    }

    @Test
    void refusalsAreErrors() throws Exception {
        try (ApacheClient client = new ApacheClient(baton.connectString(), 30_000)) {
            String who = "session=0x" + Long.toHexString(client.zk.getSessionId()) + "\tuser=127.0.0.1\tip=127.0.0.1\t";
            lines.list.clear();

            assertThatThrownBy(() -> client.zk.setData("/none", null, -1)).isInstanceOf(KeeperException.class);
            assertThatThrownBy(() -> client.zk.multi(List.of(
                            Op.create("/m", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT), Op.delete("/none", -1))))
                    .isInstanceOf(KeeperException.class);
            client.zk.multi(List.of(
                    Op.create("/m-", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL),
                    Op.check("/zookeeper", -1),
                    Op.create("/m", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT)));

            assertThat(said())
                    .containsExactly(
                            "ERROR " + who + "operation=setData\tznode=/none\tresult=failure",
                            "ERROR " + who + "operation=multiOperation\tresult=failure",
                            "INFO " + who + "operation=create\tznode=/m-0000000000\tznode_type=persistent_sequential"
                                    + "\tresult=success",
                            "INFO " + who + "operation=create\tznode=/m\tznode_type=persistent\tresult=success");
        }
    }

    @Test
    void whoAsksForACopyOfEverythingIsNamed() throws Exception {
        lines.list.clear();
        ask("digest bob:pw");
        ask("digest super:test");

        assertThat(said())
                .containsExactly(
                        "ERROR user=bob,127.0.0.1\tip=127.0.0.1\toperation=snapshot\tresult=failure",
                        "INFO user=super,127.0.0.1\tip=127.0.0.1\toperation=snapshot\tresult=success");
    }

    @Test
    void aProofThatFailsIsALine() throws Exception {
        try (ApacheClient client = new ApacheClient(baton.connectString(), 30_000)) {
            String who = "session=0x" + Long.toHexString(client.zk.getSessionId()) + "\tuser=127.0.0.1\tip=127.0.0.1\t";
            lines.list.clear();

            client.zk.addAuthInfo("unheard-of", "bob:pw".getBytes());

            await().untilAsserted(() ->
                    assertThat(said()).containsExactly("ERROR " + who + "operation=addAuth\tresult=failure"));
        }
    }

    @Test
    void aLoginThatFailsIsALine() throws Exception {
        try (RawClient client = RawClient.withSession(baton.port(), 30_000)) {
            lines.list.clear();
            client.send(1, new Request.Sasl(Bytes.EMPTY));
            assertThat(client.receiveHeader().isOk()).isTrue();
            client.send(2, new Request.Sasl(Bytes.utf8("username=\"bob\",response=\"guessed\"")));

            assertThat(client.receiveHeader().isOk()).isFalse();
            assertThat(said())
                    .singleElement()
                    .asString()
                    .startsWith("ERROR session=0x")
                    .endsWith("\tuser=127.0.0.1\tip=127.0.0.1\toperation=addAuth\tresult=failure");
        }
    }

    @Test
    void linesOfAllClientsStandInTheOrderOfTheLog() throws Exception {
        try (ApacheClient one = new ApacheClient(baton.connectString(), 30_000);
                ApacheClient other = new ApacheClient(baton.connectString(), 30_000)) {
            CountDownLatch all = new CountDownLatch(2 * SOME);
            for (int i = 0; i < SOME; i++) {
                for (ApacheClient each : List.of(one, other)) {
                    each.zk.create(
                            "/n-",
                            null,
                            Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT_SEQUENTIAL,
                            (rc, path, context, name) -> all.countDown(),
                            null);
                }
            }
            assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();

            List<String> told = told();
            assertThat(told).hasSize(2 * SOME).isSorted();
        }
    }

    @Test
    void aRefusalWithoutAPlaceInTheLogComesBehindWhatWasAskedBefore() throws Exception {
        try (ApacheClient client = new ApacheClient(baton.connectString(), 30_000)) {
            List<Op> tooMany = IntStream.range(0, 2 * NODES_PER_MINUTE)
                    .mapToObj(i -> Op.create("/m" + i, null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT))
                    .toList();
            lines.list.clear();

            client.zk.multi(tooMany, (rc, path, context, results) -> {}, null);
            assertThatThrownBy(() -> client.zk.create("/late", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT))
                    .isInstanceOf(KeeperException.QuotaExceededException.class);

            assertThat(told()).hasSize(tooMany.size());
            assertThat(said()).hasSize(tooMany.size() + 1).last().asString().contains("znode=/late", "result=failure");
        }
    }

    @Test
    void aContainerThatVanishesIsALine() throws Exception {
        try (ApacheClient client = new ApacheClient(baton.connectString(), 30_000)) {
            client.zk.create("/c", null, Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER);
            client.zk.create("/c/x", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            client.zk.delete("/c/x", -1);

            await().until(() -> client.zk.exists("/c", false) == null);
            assertThat(said()).endsWith("INFO user=" + OPERATOR + "\toperation=delete\tznode=/c\tresult=success");
        }
    }

    @Test
    void noChangeIsWithoutALineWhenTheServerStopsInTheMiddle() throws Exception {
        CountDownLatch some = new CountDownLatch(SOME);
        try (ApacheClient client = new ApacheClient(baton.connectString(), 30_000)) {
            for (int i = 0; i < MANY; i++) {
                client.zk.create(
                        "/n" + i,
                        null,
                        Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT,
                        (rc, path, context, name) -> some.countDown(),
                        null);
            }
            assertThat(some.await(20, TimeUnit.SECONDS)).isTrue();
            baton.close();
        }
        assertThat(said()).contains("INFO user=" + OPERATOR + "\toperation=serverStop\tresult=invoked");
        List<String> told = told();

        baton = started();
        try (ApacheClient client = new ApacheClient(baton.connectString(), 30_000)) {
            List<String> there = client.zk.getChildren("/", false);
            assertThat(there).hasSizeGreaterThan(SOME);
            assertThat(told)
                    .containsAll(there.stream()
                            .filter(name -> !name.equals("zookeeper"))
                            .toList());
        }
    }

    private void ask(String proof) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + baton.adminPort() + "/commands/snapshot?streaming=false");
        HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).header("Authorization", proof).build(), BodyHandlers.discarding());
    }

    /** Returns the names of the nodes that were made below the root. */
    private List<String> told() {
        return lines.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains("operation=create\t") && line.endsWith("result=success"))
                .map(line -> line.substring(line.indexOf("znode=/") + "znode=/".length(), line.indexOf("\tznode_type")))
                .toList();
    }

    private List<String> said() {
        return lines.list.stream()
                .map(each -> each.getLevel() + " " + each.getFormattedMessage())
                .toList();
    }
}
