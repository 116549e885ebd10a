package baton.recipes.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.sim.SimulatedStore;
import baton.recipes.ClosedException;
import baton.recipes.CoordinationClient;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many latches, and threads that wait for one. */
class ManyLatchesTest {
    private static final String PATH = "/leader";

    @Test
    void ofFiftyThatComeAndGoOneLeadsAndEachChangeCostsFourRequestsAtMost() {
        SimulatedWorld world = new SimulatedWorld(17, 50);
        world.runFor(Duration.ofSeconds(1));
        List<LeaderLatch> open = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            open.add(latch(world, i));
        }
        world.until("one leads", () -> leaders(open) == 1);
        world.runFor(Duration.ofSeconds(1));
        long requests = world.store().requests();
        int changes = 300;

        for (int change = 0; change < changes; change++) {
            if (open.size() > 1 && world.simulation().nextInt(2) == 0) {
                open.remove(world.simulation().nextInt(open.size())).clientCloses();
            } else {
                open.add(latch(world, world.simulation().nextInt(50)));
            }
            world.runFor(Duration.ofSeconds(1));
            assertThat(leaders(open)).as("after change %d", change).isEqualTo(1);
        }

        assertThat(world.store().requests() - requests).isLessThanOrEqualTo(4L * changes);
    }

    @Test
    @Timeout(30)
    void aThousandLatchesOfAProcessLeadOnAHandfulOfThreads() throws Exception {
        manyPaths(1_000);
    }

    @Test
    @Tag("soak") // some seconds
    @Timeout(60)
    void tenThousandLatchesOfAProcessLeadOnAHandfulOfThreads() throws Exception {
        manyPaths(10_000);
    }

    @Test
    @Timeout(30)
    void waitingEndsWithTimeWithAnInterruptAndWithTheLatch() throws Exception {
        try (SimulatedStore store = SimulatedStore.inProcess();
                CoordinationClient client =
                        CoordinationClient.builder(store.core("one")).build().start();
                LeaderLatch leader = new LeaderLatch(client, PATH, "leader").start();
                LeaderLatch waiting = new LeaderLatch(client, PATH, "waiting")) {
            leader.await();
            waiting.start();
            assertThat(waiting.await(Duration.ofMillis(50))).isEmpty();

            CompletableFuture<Throwable> interrupted = new CompletableFuture<>();
            CountDownLatch begun = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                try {
                    begun.countDown();
                    waiting.await();
                } catch (InterruptedException | RuntimeException ended) {
                    interrupted.complete(ended);
                }
            });
            thread.start();
            begun.await();
            thread.interrupt();

            assertThat(interrupted.get()).isInstanceOf(InterruptedException.class);
            waiting.close();
            assertThatThrownBy(waiting::await).isInstanceOf(ClosedException.class);
            assertThat(store.children(PATH)).hasSize(1);
        }
    }

    private static void manyPaths(int count) throws Exception {
        try (SimulatedStore store = SimulatedStore.inProcess();
                CoordinationClient client =
                        CoordinationClient.builder(store.core("one")).build().start()) {
            assertThat(client.blockUntilConnected(Duration.ofSeconds(10))).isTrue();
            List<LeaderLatch> latches = IntStream.range(0, count)
                    .mapToObj(i -> new LeaderLatch(client, PATH + "s/" + i, "one").start())
                    .toList();

            await().atMost(Duration.ofSeconds(60)).until(() -> latches.stream().allMatch(LeaderLatch::hasLeadership));

            assertThat(Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().startsWith("baton-"))
                            .toList())
                    .hasSizeLessThanOrEqualTo(10);
        }
    }

    private static LeaderLatch latch(SimulatedWorld world, int member) {
        return new LeaderLatch(world.member(member).client(), PATH, "p" + member).start();
    }

    private static long leaders(List<LeaderLatch> latches) {
        return latches.stream().filter(LeaderLatch::hasLeadership).count();
    }
}
