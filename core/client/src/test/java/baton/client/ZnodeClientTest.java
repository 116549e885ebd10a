package baton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import baton.client.session.Credentials;
import baton.client.session.SessionEnd;
import baton.core.Phase;
import baton.core.testkit.FaultProxy;
import baton.core.testkit.ServerProcess;
import baton.core.testkit.Stages;
import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.ClientIdentity;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.MultiResult;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.protocol.WatchEvent;
import baton.protocol.WatcherType;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ZnodeClientTest {
    private static ServerProcess server;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private ZnodeClient client;
    private String base;

    @BeforeAll
    static void startServer() {
        server = ServerProcess.apache();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void openClient() throws Exception {
        client =
                ZnodeClient.builder(server.connectString()).listener(listener()).open();
        value(client.attached());
        base = "/client-" + UUID.randomUUID();
        create(base, "");
    }

    @AfterEach
    void closeClient() {
        client.close();
    }

    private ZnodeListener listener() {
        return new ZnodeListener() {
            @Override
            public void attached(boolean first, Duration timeout) {
                heard.add("attached " + first);
            }

            @Override
            public void detached(String why) {
                heard.add("detached");
            }

            @Override
            public void ended(SessionEnd end) {
                heard.add("ended " + end);
            }

            @Override
            public void event(WatchEvent event, long zxid) {
                heard.add(event.type() + " " + event.path());
            }
        };
    }

    private Response.CreatedWithStat create(String path, String data) throws Exception {
        return value(client.create(path, Bytes.utf8(data), Acl.OPEN, CreateMode.PERSISTENT));
    }

    private static <T> T value(CompletionStage<T> stage) throws InterruptedException, TimeoutException {
        try {
            return stage.toCompletableFuture().get(Stages.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw (RuntimeException) failed.getCause();
        }
    }

    private static ZnodeException failure(CompletionStage<?> stage) throws InterruptedException, TimeoutException {
        try {
            throw new AssertionError("ended well with " + value(stage));
        } catch (ZnodeException expected) {
            return expected;
        }
    }

    private static String hostPort(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Test
    void nodesOfEveryModeAreMade() throws Exception {
        for (CreateMode mode : CreateMode.values()) {
            String path = base + "/" + mode + "-";
            Response.CreatedWithStat created = mode.isTtl()
                    ? value(client.createTtl(path, Bytes.utf8("x"), Acl.OPEN, mode, Duration.ofMinutes(1)))
                    : value(client.create(path, Bytes.utf8("x"), Acl.OPEN, mode));

            assertThat(created.path()).startsWith(path);
            assertThat(created.path().length() > path.length()).isEqualTo(mode.isSequential());
            assertThat(created.stat().ephemeralOwner() != 0).isEqualTo(mode.isEphemeral());
        }
    }

    @Test
    void dataIsWrittenAndReadNullIncluded() throws Exception {
        Stat stat = value(client.setData(base, Bytes.utf8("two"), 0));
        assertThat(stat.version()).isEqualTo(1);
        assertThat(value(client.getData(base, false))).isEqualTo(new Response.Content(Bytes.utf8("two"), stat));

        value(client.setData(base, null, -1));

        assertThat(value(client.getData(base, false)).bytes()).isNull();
    }

    @Test
    void aRefusalNamesCodeAndPath() throws Exception {
        ZnodeException refused = failure(client.delete(base + "/missing", -1));

        assertThat(refused.kind()).isEqualTo(ZnodeException.Kind.REFUSED);
        assertThat(refused.code()).isEqualTo(ErrorCode.NO_NODE);
        assertThat(refused.path()).contains(base + "/missing");
        assertThat(refused).hasMessage("refused of " + base + "/missing: NO_NODE");
    }

    @Test
    void theOtherOperationsDoWhatTheySay() throws Exception {
        create(base + "/a", "");
        value(client.create(base + "/e", Bytes.EMPTY, Acl.OPEN, CreateMode.EPHEMERAL));

        assertThat(value(client.exists(base + "/none", false))).isEmpty();
        assertThat(value(client.exists(base + "/a", false))).isPresent();
        assertThat(value(client.getChildren(base, false)).names()).containsExactlyInAnyOrder("a", "e");
        assertThat(value(client.getEphemerals(base))).containsExactly(base + "/e");
        assertThat(value(client.getAcl(base + "/a")).acl()).isEqualTo(Acl.OPEN);
        assertThat(value(client.setAcl(base + "/a", Acl.READ_ONLY, 0)).aversion())
                .isEqualTo(1);
        assertThat(value(client.submit(new Request.GetAllChildrenNumber(base))))
                .isEqualTo(new Response.DescendantCount(2));
        value(client.sync(base));
        assertThat(value(client.whoAmI())).contains(new ClientIdentity("ip", "127.0.0.1"));
    }

    @Test
    void aMultiGivesAResultForEachOperation() throws Exception {
        List<MultiResult> done = value(client.multi(List.of(
                new Request.Create(base + "/m", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT),
                new Request.Check(base + "/m", 0))));
        List<MultiResult> refused = value(
                client.multi(List.of(new Request.Delete(base + "/m", -1), new Request.Check(base + "/missing", -1))));

        assertThat(done).hasSize(2).allMatch(MultiResult.Done.class::isInstance);
        assertThat(refused)
                .containsExactly(new MultiResult.Failed(ErrorCode.OK), new MultiResult.Failed(ErrorCode.NO_NODE));
        assertThat(value(client.exists(base + "/m", false))).isPresent();
    }

    @Test
    void anIdentityOpensWhatIsClosedToOthers() throws Exception {
        value(client.addAuth("digest", Bytes.utf8("user:secret")));
        value(client.create(base + "/private", Bytes.EMPTY, Acl.CREATOR_ALL, CreateMode.PERSISTENT));
        try (ZnodeClient stranger = ZnodeClient.builder(server.connectString()).open();
                ZnodeClient friend = ZnodeClient.builder(server.connectString())
                        .auth("digest", Bytes.utf8("user:secret"))
                        .open()) {
            value(stranger.attached());
            value(friend.attached());

            assertThat(failure(stranger.getData(base + "/private", false)).code())
                    .isEqualTo(ErrorCode.NO_AUTH);
            assertThat(value(friend.getData(base + "/private", false)).stat().version())
                    .isZero();
        }
    }

    @Test
    void anUnknownIdentityEndsTheSession() throws Exception {
        ZnodeException refused = failure(client.addAuth("nonsense", Bytes.EMPTY));

        assertThat(refused.code()).isEqualTo(ErrorCode.AUTH_FAILED);
        await().atMost(Stages.PATIENCE).untilAsserted(() -> assertThat(heard).endsWith("ended NOT_AUTHENTICATED"));
        ZnodeException late = failure(client.sync("/"));
        assertThat(late.kind()).isEqualTo(ZnodeException.Kind.SESSION_ENDED);
        assertThat(late.code()).isEqualTo(ErrorCode.AUTH_FAILED);
    }

    @Test
    void eventsComeInOrderAndBeforeTheReplyThatShowsTheChange() throws Exception {
        value(client.getData(base, true));
        value(client.getChildren(base, true));
        value(client.addWatch(base, AddWatchMode.PERSISTENT_RECURSIVE));
        heard.clear();

        value(client.setData(base, Bytes.utf8("x"), -1));
        assertThat(heard).containsExactly("NODE_DATA_CHANGED " + base);
        create(base + "/c", "");
        assertThat(heard).hasSize(3).endsWith("NODE_CHILDREN_CHANGED " + base);
        value(client.removeWatches(base, WatcherType.PERSISTENT_RECURSIVE));
        create(base + "/d", "");

        assertThat(heard).hasSize(3);
        assertThat(failure(client.removeWatches(base, WatcherType.ANY)).code()).isEqualTo(ErrorCode.NO_WATCHER);
    }

    @Test
    void theServersOwnPathsCanBeReachedFromBelowAChroot() throws Exception {
        try (ZnodeClient below =
                ZnodeClient.builder(server.connectString() + base).open()) {
            value(below.attached());

            Response answer = value(below.submitAtRoot(new Request.GetData("/zookeeper/config", false)));

            assertThat(answer).isInstanceOf(Response.Content.class);
            assertThat(below.chroot()).isEqualTo(base);
        }
    }

    @Test
    void belowAChrootPathsAreRelative() throws Exception {
        try (ZnodeClient below = ZnodeClient.builder(server.connectString() + base)
                .listener(listener())
                .open()) {
            value(below.attached());
            value(below.getChildren("/", true));

            assertThat(value(below.create("/a", Bytes.EMPTY, Acl.OPEN, CreateMode.EPHEMERAL))
                            .path())
                    .isEqualTo("/a");

            assertThat(value(client.exists(base + "/a", false))).isPresent();
            assertThat(value(below.getEphemerals("/"))).containsExactly("/a");
            assertThat(heard).contains(EventType.NODE_CHILDREN_CHANGED + " /");
        }
    }

    @Test
    void manyRequestsAreOnTheirWayAtOnce() throws Exception {
        List<CompletionStage<Stat>> writes = new ArrayList<>();

        for (int i = 0; i < 20_000; i++) {
            writes.add(client.setData(base, Bytes.utf8("" + i), -1));
        }

        for (int i = 0; i < writes.size(); i++) {
            assertThat(value(writes.get(i)).version()).isEqualTo(i + 1);
        }
    }

    @Test
    void aRequestThatIsTooLargeIsRefusedUnsent() throws Exception {
        ZnodeException refused = failure(client.setData(base, Bytes.wrap(new byte[0xfffff]), -1));

        assertThat(refused.kind()).isEqualTo(ZnodeException.Kind.TOO_LARGE);
        assertThat(heard).containsExactly("attached true");
    }

    @Test
    void aReplyThatIsTooLargeFailsAndTheSessionGoesOn() throws Exception {
        try (ZnodeClient narrow = ZnodeClient.builder(server.connectString())
                .replyBytesMax(1_000)
                .listener(listener())
                .open()) {
            value(narrow.attached());
            value(client.setData(base, Bytes.wrap(new byte[2_000]), -1));

            assertThat(failure(narrow.getData(base, false)).kind()).isEqualTo(ZnodeException.Kind.TOO_LARGE);
            await().atMost(Stages.PATIENCE).until(() -> narrow.phase() == Phase.LIVE);
            assertThat(value(narrow.exists(base, false))).isPresent();
        }
    }

    @Test
    void aServerThatIsDownIsPassedOver() throws Exception {
        FaultProxy down = FaultProxy.to(server.address());
        String dead = hostPort(down.address());
        down.close();
        for (int i = 0; i < 5; i++) {
            try (ZnodeClient two =
                    ZnodeClient.builder(dead + "," + server.connectString()).open()) {
                assertThat(value(two.attached()).phase()).isEqualTo(Phase.LIVE);
            }
        }
    }

    @Test
    void aSessionWhoseServerHasFallenSilentIsGivenUpByItsClient() throws Exception {
        Duration timeout = Duration.ofSeconds(2);
        try (FaultProxy proxy = FaultProxy.to(server.address());
                ZnodeClient silenced = ZnodeClient.builder(hostPort(proxy.address()))
                        .timeout(timeout)
                        .listener(listener())
                        .open()) {
            value(silenced.attached());
            long leaseEndNanos = silenced.leaseDeadlineNanos();
            proxy.stall();

            await().atMost(Stages.PATIENCE).until(() -> heard.contains("ended GIVEN_UP"));

            assertThat(System.nanoTime() - leaseEndNanos).isPositive();
            assertThat(heard).contains("detached");
            assertThat(failure(silenced.sync("/")).kind()).isEqualTo(ZnodeException.Kind.SESSION_ENDED);
        }
    }

    @Test
    void aHostNameIsLookedUp() throws Exception {
        int port = server.address().getPort();
        try (ZnodeClient named = ZnodeClient.builder("localhost:" + port).open()) {
            assertThat(value(named.attached()).phase()).isEqualTo(Phase.LIVE);
        }
    }

    @Test
    void aSessionIsTakenOver() throws Exception {
        value(client.create(base + "/e", Bytes.EMPTY, Acl.OPEN, CreateMode.EPHEMERAL));
        Credentials session = client.session().orElseThrow();
        client.abandon();
        try (ZnodeClient heir =
                ZnodeClient.builder(server.connectString()).existing(session).open()) {
            value(heir.attached());

            assertThat(heir.session()).contains(session);
            assertThat(value(heir.getEphemerals(base))).containsExactly(base + "/e");
        }
    }

    @Test
    void aClosedClientHasEndedItsSession() throws Exception {
        ZnodeClient closing =
                ZnodeClient.builder(server.connectString()).listener(listener()).open();
        value(closing.attached());
        value(closing.create(base + "/e", Bytes.EMPTY, Acl.OPEN, CreateMode.EPHEMERAL));

        closing.close();
        closing.close();

        assertThat(value(client.exists(base + "/e", false))).isEmpty();
        assertThat(heard).endsWith("ended ENDED_BY_OWNER");
        assertThat(failure(closing.sync("/")).kind()).isEqualTo(ZnodeException.Kind.SESSION_ENDED);
    }

    @Test
    void manyClientsShareThreads() throws Exception {
        try (ClientThreads threads = ClientThreads.start("shared", 2)) {
            List<ZnodeClient> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                clients.add(ZnodeClient.builder(server.connectString())
                        .threads(threads)
                        .open());
            }
            for (ZnodeClient each : clients) {
                assertThat(value(value(each.attached()).exists(base, false))).isPresent();
            }
            clients.forEach(ZnodeClient::close);
        }
    }

    @Test
    void theLoopsCanDeliverThemselves() throws Exception {
        try (ClientThreads threads = ClientThreads.startWithoutDelivery("inline", 1)) {
            ZnodeClient inline =
                    ZnodeClient.builder(server.connectString()).threads(threads).open();
            value(inline.attached());

            assertThat(value(inline.exists(base, false))).isPresent();
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.equals("inline-delivery"));
            inline.close();
            assertThat(inline.phase()).isEqualTo(Phase.ENDED);
        }
    }

    @Test
    void whatTheClientDoesByItselfIsNotForItsUsers() {
        assertThatIllegalArgumentException().isThrownBy(() -> client.submit(Request.Ping.INSTANCE));
        assertThatIllegalArgumentException().isThrownBy(() -> client.submit(Request.CloseSession.INSTANCE));
    }
}
