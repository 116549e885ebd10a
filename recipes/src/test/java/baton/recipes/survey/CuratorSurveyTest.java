package baton.recipes.survey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.NodePath;
import baton.embedded.EmbeddedCore;
import baton.recipes.CoordinationClient;
import baton.recipes.lock.LockTicket;
import baton.recipes.membership.Member;
import baton.server.StartFailedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.barriers.DistributedDoubleBarrier;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.queue.DistributedDelayQueue;
import org.apache.curator.framework.recipes.queue.DistributedIdQueue;
import org.apache.curator.framework.recipes.queue.DistributedPriorityQueue;
import org.apache.curator.framework.recipes.queue.DistributedQueue;
import org.apache.curator.framework.recipes.queue.QueueBuilder;
import org.apache.curator.framework.recipes.queue.QueueConsumer;
import org.apache.curator.framework.recipes.queue.QueueSerializer;
import org.apache.curator.framework.recipes.queue.SimpleDistributedQueue;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Curator's own recipes leave in a store, as somebody sees it who only looks on. */
class CuratorSurveyTest {
    private static final QueueSerializer<String> TEXT = new QueueSerializer<>() {
        @Override
        public byte[] serialize(String item) {
            return item.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String deserialize(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    };

    private final ExecutorService others = Executors.newCachedThreadPool();
    private EmbeddedCore core;
    private CuratorFramework curator;
    private CoordinationClient client;
    private Survey survey;

    @BeforeEach
    void connect() throws InterruptedException, StartFailedException {
        core = EmbeddedCore.inMemory();
        curator = CuratorFrameworkFactory.newClient(core.connectString(), new RetryOneTime(100));
        curator.start();
        client = CoordinationClient.builder(core).clientId("looking").build().start();
        assertThat(client.blockUntilConnected(Duration.ofSeconds(10))).isTrue();
        survey = new Survey(client);
    }

    @AfterEach
    void disconnect() {
        others.shutdownNow();
        client.close();
        curator.close();
        core.close();
    }

    @Test
    void aSemaphoreShowsItsLeasesAndWhoWaitsForOne() throws Exception {
        InterProcessSemaphoreV2 semaphore = new InterProcessSemaphoreV2(curator, "/app/slots", 2);
        semaphore.acquire();
        semaphore.acquire();
        assertThat(holders(locks(NodePath.ROOT).get(0))).containsExactly(true, true);

        inBackground(semaphore::acquire);
        await().untilAsserted(
                        () -> assertThat(holders(locks(NodePath.ROOT).get(0))).containsExactly(true, true, false));
        inBackground(semaphore::acquire);

        await().untilAsserted(() -> assertThat(locks(NodePath.ROOT))
                .singleElement()
                .satisfies(sight -> {
                    assertThat(sight.path()).isEqualTo(NodePath.of("/app/slots"));
                    assertThat(holders(sight)).containsExactly(true, true, false, false);
                    assertThat(sight.what())
                            .extracting(LockTicket::kind)
                            .containsExactly(
                                    LockTicket.Kind.LEASE,
                                    LockTicket.Kind.LEASE,
                                    LockTicket.Kind.LEASE,
                                    LockTicket.Kind.EXCLUSIVE);
                }));
    }

    @Test
    void aDirectoryOfLocksBesideOneOfLeasesIsNoSemaphore() throws Exception {
        curator.create().creatingParentsIfNeeded().forPath("/app/leases/flat", new byte[0]);
        new InterProcessReadWriteLock(curator, "/app/locks/ledger").readLock().acquire();

        assertThat(locks(NodePath.ROOT)).extracting(Sight::path).containsExactly(NodePath.of("/app/locks/ledger"));
    }

    @Test
    void readersHoldTogetherAndAWriterWaits() throws Exception {
        InterProcessReadWriteLock lock = new InterProcessReadWriteLock(curator, "/ledger");
        lock.readLock().acquire();
        inBackground(() -> acquired(lock.readLock()));
        await().untilAsserted(
                        () -> assertThat(holders(locks(NodePath.ROOT).get(0))).containsExactly(true, true));
        inBackground(() -> acquired(lock.writeLock()));

        await().untilAsserted(() -> assertThat(locks(NodePath.ROOT).get(0).what())
                .extracting(ticket -> ticket.kind() + " " + ticket.isHolder())
                .containsExactly("READ true", "READ true", "WRITE false"));
    }

    @Test
    void whoMeetsAtADoubleBarrierIsNoGroup() throws Exception {
        for (int i = 0; i < 2; i++) {
            inBackground(() -> entered(new DistributedDoubleBarrier(curator, "/gate", 3)));
        }
        await().untilAsserted(() -> assertThat(gatherings()).singleElement().satisfies(sight -> {
            assertThat(sight.path()).isEqualTo(NodePath.of("/gate"));
            assertThat(sight.what().isComplete()).isFalse();
            assertThat(sight.what().members()).hasSize(2);
        }));

        new DistributedDoubleBarrier(curator, "/gate", 3).enter();

        assertThat(gatherings().get(0).what().isComplete()).isTrue();
        assertThat(gatherings().get(0).what().members()).hasSize(3);
        List<Sight<List<Member>>> groups = new ArrayList<>();
        survey.members(NodePath.ROOT, groups::add);
        assertThat(groups).isEmpty();
    }

    @Test
    void queuesShowHowMuchThereIsToDo() throws Exception {
        try (DistributedQueue<String> plain = builder("/plain").buildQueue();
                DistributedPriorityQueue<String> urgent = builder("/urgent").buildPriorityQueue(0);
                DistributedDelayQueue<String> delayed = builder("/delayed").buildDelayQueue();
                DistributedIdQueue<String> named = builder("/named").buildIdQueue()) {
            plain.start();
            urgent.start();
            delayed.start();
            named.start();
            plain.put("a");
            plain.put("b");
            urgent.put("later", 5);
            urgent.put("first", -5);
            delayed.put("a", System.currentTimeMillis() + 1_000_000);
            named.put("a", "an id");
            new SimpleDistributedQueue(curator, "/simple").offer(new byte[0]);
            curator.create().forPath("/empty");

            await().untilAsserted(() -> assertThat(backlogs())
                    .extracting(sight -> sight.path() + " " + sight.what().items())
                    .containsExactly("/delayed 1", "/named 1", "/plain 2", "/simple 1", "/urgent 2"));
            NodePath next = backlogs().get(4).what().next();
            assertThat(new String(curator.getData().forPath(next.toString()), StandardCharsets.UTF_8))
                    .contains("first");
        }
    }

    private QueueBuilder<String> builder(String path) {
        QueueConsumer<String> nobody = null;
        return QueueBuilder.builder(curator, nobody, TEXT, path);
    }

    private static boolean acquired(InterProcessMutex lock) throws Exception {
        lock.acquire();
        return true;
    }

    private static boolean entered(DistributedDoubleBarrier barrier) throws Exception {
        barrier.enter();
        return true;
    }

    private void inBackground(Callable<?> waiting) {
        others.submit(waiting);
    }

    private List<Sight<List<LockTicket>>> locks(NodePath under) throws InterruptedException {
        return seen(each -> survey.locks(under, each));
    }

    private List<Sight<Gathering>> gatherings() throws InterruptedException {
        return seen(each -> survey.gatherings(NodePath.ROOT, each));
    }

    private List<Sight<Backlog>> backlogs() throws InterruptedException {
        return seen(each -> survey.backlogs(NodePath.ROOT, each));
    }

    private static List<Boolean> holders(Sight<List<LockTicket>> sight) {
        return sight.what().stream().map(LockTicket::isHolder).toList();
    }

    /** One walk of a survey. */
    private interface Walk<T> {
        void handTo(Consumer<Sight<T>> each) throws InterruptedException;
    }

    private static <T> List<Sight<T>> seen(Walk<T> walk) throws InterruptedException {
        List<Sight<T>> sights = new ArrayList<>();
        walk.handTo(sights::add);
        return sights;
    }
}
