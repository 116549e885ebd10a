package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertThrows;

import baton.server.BatonServer;
import baton.server.config.ServerSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.transaction.CuratorTransactionResult;
import org.apache.curator.framework.recipes.atomic.AtomicValue;
import org.apache.curator.framework.recipes.atomic.DistributedAtomicLong;
import org.apache.curator.framework.recipes.barriers.DistributedBarrier;
import org.apache.curator.framework.recipes.barriers.DistributedDoubleBarrier;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.leader.LeaderSelector;
import org.apache.curator.framework.recipes.leader.LeaderSelectorListenerAdapter;
import org.apache.curator.framework.recipes.locks.InterProcessMultiLock;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.locks.Lease;
import org.apache.curator.framework.recipes.nodes.GroupMember;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.framework.recipes.nodes.PersistentTtlNode;
import org.apache.curator.framework.recipes.queue.SimpleDistributedQueue;
import org.apache.curator.framework.recipes.shared.SharedCount;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.x.discovery.ServiceCache;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Curator's recipes, as they come, between two clients of our server. */
@Timeout(120)
class CuratorRecipesTest {
    private static final int PATIENCE_SECONDS = 20;

    private BatonServer server;
    private CuratorFramework one;
    private CuratorFramework other;
    private ExecutorService threads;

    @BeforeEach
    void start() throws Exception {
        server = BatonServer.start(ServerSettings.inMemory());
        one = connected();
        other = connected();
        threads = Executors.newCachedThreadPool();
    }

    private CuratorFramework connected() throws InterruptedException {
        CuratorFramework client =
                CuratorFrameworkFactory.newClient(server.connectString(), 10_000, 10_000, new RetryOneTime(100));
        client.start();
        assertThat(client.blockUntilConnected(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        return client;
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        one.close();
        other.close();
        server.close();
    }

    @Test
    void readersShareAndAWriterIsAlone() throws Exception {
        InterProcessReadWriteLock mine = new InterProcessReadWriteLock(one, "/rw");
        InterProcessReadWriteLock theirs = new InterProcessReadWriteLock(other, "/rw");
        mine.readLock().acquire();
        assertThat(theirs.readLock().acquire(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        theirs.readLock().release();

        Future<Boolean> writes = threads.submit(() -> {
            theirs.writeLock().acquire();
            theirs.writeLock().release();
            return true;
        });
        await().until(() -> mine.writeLock().getParticipantNodes().size() == 1);
        assertThat(writes.isDone()).isFalse();

        mine.readLock().release();

        assertThat(writes.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aSemaphoreGivesNoMoreLeasesThanItHas() throws Exception {
        InterProcessSemaphoreV2 mine = new InterProcessSemaphoreV2(one, "/semaphore", 2);
        InterProcessSemaphoreV2 theirs = new InterProcessSemaphoreV2(other, "/semaphore", 2);
        Collection<Lease> both = mine.acquire(2, PATIENCE_SECONDS, TimeUnit.SECONDS);

        assertThat(both).hasSize(2);
        Future<Lease> third = threads.submit(() -> theirs.acquire());
        await().until(() -> theirs.getParticipantNodes().size() == 3);
        assertThat(third.isDone()).isFalse();
        mine.returnLease(both.iterator().next());
        assertThat(third.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void severalLocksAreTakenAsOne() throws Exception {
        InterProcessMutex taken = new InterProcessMutex(other, "/b");
        taken.acquire();
        InterProcessMultiLock all = new InterProcessMultiLock(one, List.of("/a", "/b"));
        assertThat(all.acquire(1, TimeUnit.MILLISECONDS)).isFalse();

        taken.release();

        assertThat(all.acquire(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        all.release();
    }

    @Test
    void aBarrierHoldsUntilItIsRemoved() throws Exception {
        DistributedBarrier mine = new DistributedBarrier(one, "/barrier");
        mine.setBarrier();
        Future<Boolean> waits = threads.submit(
                () -> new DistributedBarrier(other, "/barrier").waitOnBarrier(PATIENCE_SECONDS, TimeUnit.SECONDS));

        mine.removeBarrier();

        assertThat(waits.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void twoEnterAndLeaveADoubleBarrierTogether() throws Exception {
        List<Future<Boolean>> both = new ArrayList<>();
        for (CuratorFramework each : List.of(one, other)) {
            DistributedDoubleBarrier barrier = new DistributedDoubleBarrier(each, "/double", 2);
            both.add(threads.submit(() -> barrier.enter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    && barrier.leave(PATIENCE_SECONDS, TimeUnit.SECONDS)));
        }
        for (Future<Boolean> each : both) {
            assertThat(each.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aCounterIsSharedAndAdded() throws Exception {
        try (SharedCount mine = new SharedCount(one, "/count", 7);
                SharedCount theirs = new SharedCount(other, "/count", 7)) {
            mine.start();
            theirs.start();
            assertThat(mine.trySetCount(mine.getVersionedValue(), 8)).isTrue();
            await().until(() -> theirs.getCount() == 8);
        }
        int additions = 25;
        List<Future<?>> adding = new ArrayList<>();
        for (CuratorFramework each : List.of(one, other)) {
            DistributedAtomicLong sum = new DistributedAtomicLong(each, "/sum", new RetryOneTime(1));
            adding.add(threads.submit(() -> {
                for (int done = 0; done < additions; ) {
                    AtomicValue<Long> added = sum.increment();
                    done += added.succeeded() ? 1 : 0;
                }
                return null;
            }));
        }
        for (Future<?> each : adding) {
            each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(new DistributedAtomicLong(one, "/sum", new RetryOneTime(1))
                        .get()
                        .postValue())
                .isEqualTo(2L * additions);
    }

    @Test
    void aQueueHandsOutInOrderAndOnce() throws Exception {
        SimpleDistributedQueue mine = new SimpleDistributedQueue(one, "/queue");
        SimpleDistributedQueue theirs = new SimpleDistributedQueue(other, "/queue");
        Future<byte[]> first = threads.submit(theirs::take);
        for (int i = 0; i < 5; i++) {
            assertThat(mine.offer(("item " + i).getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
        }
        assertThat(new String(first.get(PATIENCE_SECONDS, TimeUnit.SECONDS), StandardCharsets.UTF_8))
                .isEqualTo("item 0");
        for (int i = 1; i < 5; i++) {
            assertThat(new String(mine.poll(), StandardCharsets.UTF_8)).isEqualTo("item " + i);
        }
        assertThat(theirs.poll()).isNull();
    }

    @Test
    void leadershipIsSelectedInTurn() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        Queue<String> led = new ConcurrentLinkedQueue<>();
        List<LeaderSelector> selectors = new ArrayList<>();
        for (CuratorFramework each : List.of(one, other)) {
            String name = each == one ? "one" : "other";
            LeaderSelector selector = new LeaderSelector(each, "/selector", new LeaderSelectorListenerAdapter() {
                @Override
                public void takeLeadership(CuratorFramework client) throws InterruptedException {
                    led.add(name);
                    over.await();
                }
            });
            selectors.add(selector);
            selector.start();
            await().until(() -> selectors.get(0).hasLeadership());
        }
        await().until(() -> selectors.get(0).getParticipants().size() == 2);

        over.countDown();

        await().until(() -> List.copyOf(led).equals(List.of("one", "other")));
        selectors.forEach(LeaderSelector::close);
    }

    @Test
    void aCacheFollowsASubtree() throws Exception {
        one.create().creatingParentsIfNeeded().forPath("/tree/a/b", new byte[] {1});
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (CuratorCache cache = CuratorCache.build(other, "/tree")) {
            cache.listenable()
                    .addListener(CuratorCacheListener.builder()
                            .forCreates(node -> seen.add("+" + node.getPath()))
                            .forChanges((before, now) -> seen.add("=" + now.getPath()))
                            .forDeletes(node -> seen.add("-" + node.getPath()))
                            .build());
            cache.start();
            await().until(() -> seen.contains("+/tree/a/b"));
            one.setData().forPath("/tree/a/b", new byte[] {2});
            one.create().forPath("/tree/a/c");
            // A cache reads what it is told of: it may be gone by then.
            await().until(() -> seen.containsAll(List.of("=/tree/a/b", "+/tree/a/c")));
            one.delete().deletingChildrenIfNeeded().forPath("/tree/a");

            await().until(() -> seen.contains("-/tree/a"));
            assertThat(seen).contains("-/tree/a/b", "-/tree/a/c");
            assertThat(cache.size()).isEqualTo(1);
        }
    }

    @Test
    void aPersistentWatcherSeesEveryChangeBelow() throws Exception {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (PersistentWatcher watcher = new PersistentWatcher(other, "/watched", true)) {
            watcher.getListenable().addListener(event -> seen.add(event.getType() + " " + event.getPath()));
            CountDownLatch reset = new CountDownLatch(1);
            watcher.getResetListenable().addListener(reset::countDown);
            watcher.start();
            assertThat(reset.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

            one.create().creatingParentsIfNeeded().forPath("/watched/x");
            one.setData().forPath("/watched/x", new byte[] {1});
            one.delete().forPath("/watched/x");

            await().until(() -> seen.contains("NodeDeleted /watched/x"));
            assertThat(seen)
                    .containsSubsequence(
                            "NodeCreated /watched",
                            "NodeCreated /watched/x",
                            "NodeDataChanged /watched/x",
                            "NodeDeleted /watched/x");
        }
    }

    @Test
    void membersComeAndGo() throws Exception {
        GroupMember first = new GroupMember(one, "/group", "first");
        GroupMember second = new GroupMember(other, "/group", "second");
        first.start();
        second.start();
        await().until(() -> first.getCurrentMembers().keySet().containsAll(List.of("first", "second")));

        second.close();

        await().until(() -> !first.getCurrentMembers().containsKey("second"));
        first.close();
    }

    @Test
    void aPersistentNodeComesBack() throws Exception {
        try (PersistentNode node = new PersistentNode(one, CreateMode.EPHEMERAL, false, "/node", new byte[] {9})) {
            node.start();
            assertThat(node.waitForInitialCreate(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            long before = other.checkExists().forPath("/node").getCzxid();

            other.delete().forPath("/node");

            await().until(() -> {
                Stat now = other.checkExists().forPath("/node");
                return now != null && now.getCzxid() > before;
            });
        }
        await().atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                .until(() -> other.checkExists().forPath("/node") == null);
    }

    @Test
    void aNodeWithATimeToLiveIsKeptAlive() throws Exception {
        try (PersistentTtlNode node = new PersistentTtlNode(one, "/ttl", 1_500, new byte[0])) {
            node.start();
            assertThat(node.waitForInitialCreate(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(other.checkExists().forPath("/ttl")).isNotNull();
            await().until(() -> other.checkExists().forPath("/ttl/touch") != null);
        }
    }

    @Test
    void aTransactionIsAppliedWholeOrNotAtAll() throws Exception {
        List<CuratorTransactionResult> results = one.transaction()
                .forOperations(
                        one.transactionOp().create().forPath("/t"),
                        one.transactionOp().setData().withVersion(0).forPath("/t", new byte[] {1}));
        assertThat(results).extracting(CuratorTransactionResult::getError).containsOnly(0);

        assertThrows(
                KeeperException.NoNodeException.class,
                () -> one.transaction()
                        .forOperations(
                                one.transactionOp().delete().forPath("/t"),
                                one.transactionOp().check().forPath("/missing")));
        assertThat(other.getData().forPath("/t")).containsExactly(1);
    }

    @Test
    void aServiceIsDiscovered() throws Exception {
        ServiceInstance<Void> instance = ServiceInstance.<Void>builder()
                .name("billing")
                .address("127.0.0.1")
                .port(8080)
                .build();
        try (ServiceDiscovery<Void> offers = ServiceDiscoveryBuilder.builder(Void.class)
                        .client(one)
                        .basePath("/services")
                        .thisInstance(instance)
                        .build();
                ServiceDiscovery<Void> asks = ServiceDiscoveryBuilder.builder(Void.class)
                        .client(other)
                        .basePath("/services")
                        .build()) {
            offers.start();
            asks.start();
            try (ServiceCache<Void> cache =
                    asks.serviceCacheBuilder().name("billing").build()) {
                cache.start();
                await().until(() -> cache.getInstances().size() == 1);
                assertThat(cache.getInstances().get(0).getPort()).isEqualTo(8080);

                offers.unregisterService(instance);

                await().until(() -> cache.getInstances().isEmpty());
            }
        }
    }
}
