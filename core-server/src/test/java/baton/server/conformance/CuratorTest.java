package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.server.BatonServer;
import baton.server.config.ServerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CuratorTest {
    private BatonServer server;
    private CuratorFramework one;
    private CuratorFramework other;

    @BeforeEach
    void start() throws Exception {
        server = BatonServer.start(ServerSettings.inMemory());
        one = connected();
        other = connected();
    }

    private CuratorFramework connected() throws InterruptedException {
        CuratorFramework client =
                CuratorFrameworkFactory.newClient(server.connectString(), 10_000, 10_000, new RetryOneTime(100));
        client.start();
        assertThat(client.blockUntilConnected(20, TimeUnit.SECONDS)).isTrue();
        return client;
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
        server.close();
    }

    @Test
    void aLeaderLatchPassesOnWhenTheLeaderCloses() throws Exception {
        LeaderLatch first = new LeaderLatch(one, "/latch", "first");
        first.start();
        assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
        try (LeaderLatch second = new LeaderLatch(other, "/latch", "second")) {
            second.start();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> second.getParticipants().size() == 2);
            assertThat(second.hasLeadership()).isFalse();

            first.close();

            assertThat(second.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(second.getLeader().getId()).isEqualTo("second");
        }
    }

    @Test
    void aMutexLetsOneInAtATime() throws Exception {
        int turns = 20;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger insideMax = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                InterProcessMutex mutex = new InterProcessMutex(i % 2 == 0 ? one : other, "/lock");
                done.add(threads.submit(() -> {
                    for (int turn = 0; turn < turns; turn++) {
                        mutex.acquire();
                        insideMax.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        inside.decrementAndGet();
                        mutex.release();
                    }
                    return null;
                }));
            }
            for (Future<?> each : done) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(insideMax.get()).isEqualTo(1);
        assertThat(one.getChildren().forPath("/lock")).isEmpty();
    }
}
