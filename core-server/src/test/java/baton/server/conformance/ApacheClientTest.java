package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.server.BatonServer;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApacheClientTest {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final List<org.apache.zookeeper.data.ACL> OPEN = ZooDefs.Ids.OPEN_ACL_UNSAFE;

    private BatonServer server;
    private ApacheClient client;
    private ZooKeeper zk;

    @BeforeEach
    void start() throws Exception {
        server = BatonServer.start(ServerSettings.inMemory()
                .withSessions(SessionSettings.ofTick(200))
                .withLimits(LimitSettings.DEFAULT.withEventLoops(2)));
        client = new ApacheClient(server.connectString(), TIMEOUT_MILLIS);
        zk = client.zk;
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void aNodeIsCreatedReadChangedAndDeleted() throws Exception {
        assertThat(zk.create("/a", "one".getBytes(), OPEN, CreateMode.PERSISTENT))
                .isEqualTo("/a");

        Stat stat = new Stat();
        assertThat(zk.getData("/a", false, stat)).isEqualTo("one".getBytes());
        assertThat(stat.getVersion()).isZero();
        assertThat(stat.getDataLength()).isEqualTo(3);

        assertThat(zk.setData("/a", "two".getBytes(), 0).getVersion()).isEqualTo(1);
        assertThatThrownBy(() -> zk.setData("/a", "three".getBytes(), 0))
                .isInstanceOf(KeeperException.BadVersionException.class);
        assertThatThrownBy(() -> zk.create("/a", null, OPEN, CreateMode.PERSISTENT))
                .isInstanceOf(KeeperException.NodeExistsException.class);

        zk.delete("/a", 1);
        assertThat(zk.exists("/a", false)).isNull();
    }

    @Test
    void allModesOfCreationWork() throws Exception {
        zk.create("/p", null, OPEN, CreateMode.PERSISTENT);
        assertThat(zk.create("/p/s-", null, OPEN, CreateMode.PERSISTENT_SEQUENTIAL))
                .isEqualTo("/p/s-0000000000");
        assertThat(zk.create("/p/e-", null, OPEN, CreateMode.EPHEMERAL_SEQUENTIAL))
                .isEqualTo("/p/e-0000000001");
        Stat stat = new Stat();
        assertThat(zk.create("/p/e", null, OPEN, CreateMode.EPHEMERAL, stat)).isEqualTo("/p/e");
        assertThat(stat.getEphemeralOwner()).isEqualTo(zk.getSessionId());
        assertThat(zk.create("/c", null, OPEN, CreateMode.CONTAINER)).isEqualTo("/c");
        assertThat(zk.create("/t", null, OPEN, CreateMode.PERSISTENT_WITH_TTL, null, 60_000))
                .isEqualTo("/t");
        assertThat(zk.create("/t-", null, OPEN, CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL, null, 60_000))
                .startsWith("/t-");

        assertThat(zk.getChildren("/p", false)).containsExactlyInAnyOrder("s-0000000000", "e-0000000001", "e");
        assertThat(zk.getEphemerals()).containsExactlyInAnyOrder("/p/e-0000000001", "/p/e");
        assertThat(zk.getAllChildrenNumber("/p")).isEqualTo(3);
        assertThatThrownBy(() -> zk.create("/p/e/x", null, OPEN, CreateMode.PERSISTENT))
                .isInstanceOf(KeeperException.NoChildrenForEphemeralsException.class);
        assertThatThrownBy(() -> zk.delete("/p", -1)).isInstanceOf(KeeperException.NotEmptyException.class);
    }

    @Test
    void aMultiIsDoneAsAWholeOrNotAtAll() throws Exception {
        List<OpResult> results = zk.multi(List.of(
                Op.create("/m", "x".getBytes(), OPEN, CreateMode.PERSISTENT),
                Op.create("/m/a", null, OPEN, CreateMode.PERSISTENT),
                Op.setData("/m", "y".getBytes(), 0),
                Op.check("/m", 1)));
        assertThat(results).hasSize(4);

        assertThatThrownBy(() -> zk.multi(List.of(
                        Op.delete("/m/a", -1),
                        Op.check("/m", 7),
                        Op.create("/m/b", null, OPEN, CreateMode.PERSISTENT))))
                .isInstanceOf(KeeperException.BadVersionException.class);
        assertThat(zk.getChildren("/m", false)).containsExactly("a");
        assertThat(zk.multi(List.of(Op.getData("/m"), Op.getChildren("/m")))).hasSize(2);
    }

    @Test
    void watchesFireBeforeTheAnswerThatShowsTheChange() throws Exception {
        zk.create("/w", null, OPEN, CreateMode.PERSISTENT);
        zk.exists("/w/c", true);
        zk.getChildren("/w", true);
        zk.getData("/w", true, null);

        try (ApacheClient other = new ApacheClient(server.connectString(), TIMEOUT_MILLIS)) {
            other.zk.create("/w/c", null, OPEN, CreateMode.PERSISTENT);
            other.zk.setData("/w", "x".getBytes(), -1);
        }
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            WatchedEvent event = client.nextNodeEvent();
            seen.add(event.getType() + " " + event.getPath());
        }

        assertThat(seen).containsExactly("NodeCreated /w/c", "NodeChildrenChanged /w", "NodeDataChanged /w");
    }

    @Test
    void aRecursiveWatchSeesEverythingBelow() throws Exception {
        zk.addWatch("/", AddWatchMode.PERSISTENT_RECURSIVE);
        zk.create("/r", null, OPEN, CreateMode.PERSISTENT);
        zk.create("/r/a", null, OPEN, CreateMode.PERSISTENT);
        zk.setData("/r/a", null, -1);
        zk.delete("/r/a", -1);

        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            WatchedEvent event = client.nextNodeEvent();
            seen.add(event.getType() + " " + event.getPath());
        }
        assertThat(seen)
                .containsExactly("NodeCreated /r", "NodeCreated /r/a", "NodeDataChanged /r/a", "NodeDeleted /r/a");
        zk.removeAllWatches("/", Watcher.WatcherType.Any, false);
    }

    @Test
    void ephemeralsGoWithTheirSession() throws Exception {
        try (ApacheClient other = new ApacheClient(server.connectString(), TIMEOUT_MILLIS)) {
            other.zk.create("/mine", null, OPEN, CreateMode.EPHEMERAL);
            assertThat(zk.exists("/mine", true)).isNotNull();
        }

        assertThat(client.nextNodeEvent().getType()).isEqualTo(Watcher.Event.EventType.NodeDeleted);
        assertThat(zk.exists("/mine", false)).isNull();
    }

    @Test
    void aSessionIsTakenUpAgainWithItsPassword() throws Exception {
        zk.create("/kept", null, OPEN, CreateMode.EPHEMERAL);

        try (ApacheClient again =
                new ApacheClient(server.connectString(), TIMEOUT_MILLIS, zk.getSessionId(), zk.getSessionPasswd())) {
            again.awaitConnected();

            assertThat(again.zk.getSessionId()).isEqualTo(zk.getSessionId());
            assertThat(again.zk.exists("/kept", false).getEphemeralOwner()).isEqualTo(zk.getSessionId());
        }
    }

    @Test
    void aWrongPasswordGetsNoSessionAndDisturbsNobody() throws Exception {
        zk.create("/kept", null, OPEN, CreateMode.EPHEMERAL);

        try (ApacheClient thief =
                new ApacheClient(server.connectString(), TIMEOUT_MILLIS, zk.getSessionId(), new byte[16])) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> thief.events.stream()
                            .anyMatch(event -> event.getState() == Watcher.Event.KeeperState.Expired));
        }

        assertThat(zk.exists("/kept", false)).isNotNull();
        assertThat(client.events).noneMatch(event -> event.getState() == Watcher.Event.KeeperState.Disconnected);
    }

    @Test
    void digestListsKeepOthersOut() throws Exception {
        zk.addAuthInfo("digest", "ann:secret".getBytes());
        zk.create("/private", "x".getBytes(), ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);

        try (ApacheClient other = new ApacheClient(server.connectString(), TIMEOUT_MILLIS)) {
            assertThatThrownBy(() -> other.zk.getData("/private", false, null))
                    .isInstanceOf(KeeperException.NoAuthException.class);
            other.zk.addAuthInfo("digest", "ann:secret".getBytes());
            assertThat(other.zk.getData("/private", false, null)).isEqualTo("x".getBytes());
        }
        assertThat(zk.whoAmI())
                .extracting(info -> info.getAuthScheme() + ":" + info.getUser())
                .contains("digest:ann", "ip:127.0.0.1");
    }

    @Test
    void whatIsSentTogetherIsAnsweredInOrderAndSeesItself() throws Exception {
        int rounds = 500;
        CountDownLatch answered = new CountDownLatch(rounds);
        List<String> surprises = new ArrayList<>();
        zk.create("/n", "0".getBytes(), OPEN, CreateMode.PERSISTENT);

        for (int i = 1; i <= rounds; i++) {
            String expected = Integer.toString(i);
            zk.setData("/n", expected.getBytes(), -1, (code, path, context, stat) -> {}, null);
            AsyncCallback.DataCallback check = (code, path, context, data, stat) -> {
                if (!new String(data).equals(expected)) {
                    surprises.add(expected + " but read " + new String(data));
                }
                answered.countDown();
            };
            zk.getData("/n", false, check, null);
        }

        assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(surprises).isEmpty();
    }

    @Test
    void syncIsAnswered() throws Exception {
        CountDownLatch synced = new CountDownLatch(1);
        zk.sync("/", (code, path, context) -> synced.countDown(), null);

        assertThat(synced.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
