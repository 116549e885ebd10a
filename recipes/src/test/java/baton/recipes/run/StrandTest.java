package baton.recipes.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.recipes.sim.BugWatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StrandTest {
    private final Deque<Runnable> given = new ArrayDeque<>();
    private final Strand strand = new Strand("test", given::add);
    private final List<Object> done = new ArrayList<>();

    @Test
    void runsTasksInTheOrderInWhichTheyWereGiven() {
        IntStream.range(0, 10).forEach(i -> strand.execute(() -> done.add(i)));

        runAll();

        assertThat(done).isEqualTo(IntStream.range(0, 10).boxed().toList());
    }

    @Test
    void asksItsExecutorForOneThreadAtATime() {
        strand.execute(() -> strand.execute(() -> done.add("second")));
        strand.execute(() -> done.add("first"));

        assertThat(given).hasSize(1);
        given.remove().run();

        assertThat(given).isEmpty();
        assertThat(done).containsExactly("first", "second");
    }

    @Test
    void letsOthersHaveTheThreadAfterABatch() {
        IntStream.range(0, 100).forEach(i -> strand.execute(() -> done.add(i)));

        given.remove().run();

        assertThat(done).hasSize(64);
        assertThat(given).hasSize(1);
    }

    @Test
    void goesOnAfterATaskThatFailed() {
        try (BugWatch watch = new BugWatch()) {
            strand.execute(() -> {
                throw new IllegalStateException("a bug");
            });
            strand.execute(() -> done.add("next"));

            runAll();

            assertThat(done).containsExactly("next");
            assertThat(watch.bugs()).singleElement().asString().contains("test", "a bug");
        }
    }

    @Test
    void knowsWhetherItIsCurrent() {
        strand.execute(() -> {
            strand.assertCurrent();
            done.add(strand.isCurrent());
        });
        runAll();

        assertThat(done).containsExactly(true);
        assertThat(strand.isCurrent()).isFalse();
        assertThat(strand.busyThread()).isNull();
        assertThatThrownBy(strand::assertCurrent)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("test");
    }

    @Test
    void neverRunsTwoTasksAtOnceOnManyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        Strand shared = new Strand("shared", threads);
        int[] unguarded = new int[1];
        CountDownLatch all = new CountDownLatch(4_000);

        CompletableFuture.allOf(IntStream.range(0, 4)
                        .mapToObj(giver -> CompletableFuture.runAsync(() -> IntStream.range(0, 1_000)
                                .forEach(i -> shared.execute(() -> {
                                    unguarded[0]++;
                                    all.countDown();
                                }))))
                        .toArray(CompletableFuture[]::new))
                .join();

        assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(unguarded[0]).isEqualTo(4_000);
        threads.shutdown();
    }

    private void runAll() {
        while (!given.isEmpty()) {
            given.remove().run();
        }
    }
}
