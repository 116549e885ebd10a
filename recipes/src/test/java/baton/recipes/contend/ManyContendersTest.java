package baton.recipes.contend;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.sim.OpKind;
import baton.core.testkit.sim.SimulatedStore;
import baton.recipes.CoordinationClient;
import baton.recipes.FencedResource;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many who want one lock: how long it takes them, and what it costs the store. */
class ManyContendersTest {
    private static final String PATH = "/locks/many";

    @Test
    void fiftyProcessesHandOverInTimeWhileTheirHoldersAreKilled() {
        SimulatedWorld world = new SimulatedWorld(9, 50);
        Holders holders = new Holders(world);
        world.members().forEach(holders::contend);

        for (int kill = 0; kill < 60; kill++) {
            world.runFor(Duration.ofSeconds(10));
            world.until("somebody holds it", () -> holders.current != null);
            SimulatedWorld.Member victim = holders.current;
            victim.process().kill();
            world.until(
                    "the next holds it",
                    SimulatedWorld.TIMEOUT.plusSeconds(1),
                    () -> holders.current != null && holders.current != victim);
            holders.contend(world.member("q" + kill));
        }

        assertThat(holders.refused).isZero();
        assertThat(holders.granted).isGreaterThan(60);
    }

    @Test
    @Timeout(30)
    void fiveHundredThreadsOfAProcessTakeFourRequestsEach() throws Exception {
        int count = 500;
        try (SimulatedStore store = SimulatedStore.inProcess();
                CoordinationClient client =
                        CoordinationClient.builder(store.core("one")).build().start()) {
            assertThat(client.blockUntilConnected(Duration.ofSeconds(10))).isTrue();
            InterProcessMutex mutex = new InterProcessMutex(client, PATH);
            CountDownLatch done = new CountDownLatch(count);
            int[] unguarded = new int[1];

            for (int i = 0; i < count; i++) {
                new Thread(() -> {
                            try {
                                mutex.acquire();
                                unguarded[0]++;
                                mutex.release();
                                done.countDown();
                            } catch (InterruptedException unexpected) {
                                Thread.currentThread().interrupt();
                            }
                        })
                        .start();
            }

            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(unguarded[0]).isEqualTo(count);
            assertThat(store.requests()).isLessThanOrEqualTo(2_100);
        }
    }

    @Test
    void aProcessWithManyWaitersHasOneTicketAndServesThemInOrder() {
        sharedWaiters(10, 100);
    }

    @Test
    @Tag("soak") // about half a minute
    void aProcessWithTenThousandWaitersHasOneTicketAndServesThemInOrder() {
        sharedWaiters(10, 10_000);
    }

    @Test
    void manyWaitersWithATicketEachAreServedInTheOrderOfTheirTicketsAndShareListings() {
        strictWaiters(10, 80);
    }

    @Test
    @Tag("soak") // about a minute
    void tenThousandWaitersWithATicketEachAreServedInTheOrderOfTheirTicketsAndShareListings() {
        strictWaiters(10, 1_000);
    }

    private static void strictWaiters(int processes, int waiters) {
        SimulatedWorld world = new SimulatedWorld(6, processes);
        LockGrant first =
                world.get("held", new InterProcessMutex(world.member(0).client(), PATH).acquireAsync());
        List<Long> tokens = new ArrayList<>();
        for (SimulatedWorld.Member member : world.members()) {
            InterProcessMutex mutex = InterProcessMutex.builder(member.client(), PATH)
                    .mode(QueueMode.STRICT)
                    .build();
            for (int i = 0; i < waiters; i++) {
                mutex.acquireAsync().thenAccept(grant -> {
                    tokens.add(grant.token().value());
                    grant.close();
                });
            }
        }
        int all = processes * waiters;
        world.until("all have a ticket", () -> world.store().count(OpKind.CREATE) > all);
        world.runFor(Duration.ofSeconds(2));

        first.close();
        world.until("all are served", Duration.ofMinutes(10), () -> tokens.size() == all);

        assertThat(tokens).isSorted().doesNotHaveDuplicates();
        assertThat(world.store().count(OpKind.LIST)).isLessThanOrEqualTo(100);
        world.until("nothing is left", () -> world.store().children(PATH).isEmpty());
        world.runFor(Duration.ofSeconds(1));
        assertThat(world.store().registrations()).isZero();
    }

    private static void sharedWaiters(int processes, int waiters) {
        SimulatedWorld world = new SimulatedWorld(6, processes);
        world.runFor(Duration.ofSeconds(1));
        List<List<Integer>> served = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        for (SimulatedWorld.Member member : world.members()) {
            InterProcessMutex mutex = new InterProcessMutex(member.client(), PATH);
            List<Integer> order = new ArrayList<>();
            served.add(order);
            for (int i = 0; i < waiters; i++) {
                int number = i;
                mutex.acquireAsync().thenAccept(grant -> {
                    order.add(number);
                    done.incrementAndGet();
                    grant.close();
                });
            }
        }

        while (done.get() < processes * waiters) {
            world.until("the next hundred", () -> done.get() % 100 == 0);
            assertThat(world.store().children(PATH)).hasSizeLessThanOrEqualTo(2 * processes);
            world.runFor(Duration.ofMillis(10));
        }

        assertThat(served).allSatisfy(order -> assertThat(order).isSorted().hasSize(waiters));
        world.until("nothing is left", () -> world.store().children(PATH).isEmpty());
    }

    /** Takes turns at one lock, and notes who has it. */
    private static final class Holders {
        private final SimulatedWorld world;
        private final FencedResource resource = new FencedResource();
        SimulatedWorld.Member current;
        int granted;
        int refused;

        Holders(SimulatedWorld world) {
            this.world = world;
        }

        void contend(SimulatedWorld.Member member) {
            new InterProcessMutex(member.client(), PATH).acquireAsync().thenAccept(grant -> held(member, grant));
        }

        private void held(SimulatedWorld.Member member, LockGrant grant) {
            current = member;
            granted++;
            write(grant);
            member.process().schedule(world.upTo(Duration.ofSeconds(3)), () -> {
                write(grant);
                current = null;
                grant.close();
                contend(member);
            });
        }

        private void write(LockGrant grant) {
            if (grant.isValid() && !resource.admit(grant.token())) {
                refused++;
            }
        }
    }
}
