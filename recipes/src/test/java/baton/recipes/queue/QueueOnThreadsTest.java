package baton.recipes.queue;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.sim.SimulatedStore;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The queue on real threads and real time. */
class QueueOnThreadsTest {
    private final SimulatedStore store = SimulatedStore.inProcess();
    private final List<CoordinationClient> clients = new ArrayList<>();
    private MasterWorkerQueue<String, String> queue;

    @BeforeEach
    void start() {
        queue = member("master", true);
        queue.start();
    }

    @AfterEach
    void stop() {
        clients.forEach(CoordinationClient::close);
        store.close();
    }

    @Test
    void hundredsOfTasksAreDoneByHandlersOnTheirOwnThreads() throws Exception {
        member("w1", false)
                .worker("w1", 8, (task, context) -> task.toUpperCase())
                .start();
        member("w2", false)
                .worker("w2", 8, (task, context) -> task.toUpperCase())
                .start();

        List<TaskResult<String>> results = finish(submit(300));

        assertThat(results).allMatch(TaskResult::ok);
        assertThat(results).extracting(TaskResult::value).contains("T0", "T299").doesNotHaveDuplicates();
    }

    @Test
    void cancellingInterruptsTheThreadOfTheHandler() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        queue.worker("w1", 1, (task, context) -> {
                    begun.countDown();
                    new CountDownLatch(1).await();
                    return "never";
                })
                .start();
        TaskHandle<String> handle = submit(1).get(0).toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(handle.cancel().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isTrue();

        TaskResult<String> result = handle.result().toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(result.error()).isEqualTo("cancelled");
    }

    @Test
    void losingTheSessionInterruptsTheHandlerAndAnotherWorkerTakesOver() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        member("lost", false)
                .worker("lost", 1, (task, context) -> {
                    if (context.attempt() > 1) {
                        return "done"; // It comes back with a new session and may be chosen again.
                    }
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException expected) {
                        interrupted.complete(
                                context.isCancelled() && !context.guard().isValid());
                        throw expected;
                    }
                    return "never";
                })
                .start();
        TaskHandle<String> handle = submit(1).get(0).toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        member("other", false).worker("other", 1, (task, context) -> "done").start();

        store.faults().expire("lost");

        assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
        TaskResult<String> result = handle.result().toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(result.ok()).isTrue();
        assertThat(result.attempts()).isEqualTo(2);
    }

    @Test
    @Tag("soak")
    void fiveThousandTasksEndOnceEach() throws Exception {
        for (int worker = 0; worker < 5; worker++) {
            String id = "w" + worker;
            member(id, false).worker(id, 4, (task, context) -> task).start();
        }

        List<TaskResult<String>> results = finish(submit(5_000));

        assertThat(results).hasSize(5_000).allMatch(TaskResult::ok);
        assertThat(results.stream().map(TaskResult::id)).doesNotHaveDuplicates();
    }

    private List<CompletionStage<TaskHandle<String>>> submit(int count) {
        List<CompletionStage<TaskHandle<String>>> stages = new ArrayList<>();
        for (int task = 0; task < count; task++) {
            stages.add(queue.submitter().submit("t" + task));
        }
        return stages;
    }

    private static List<TaskResult<String>> finish(List<CompletionStage<TaskHandle<String>>> stages) throws Exception {
        List<CompletableFuture<TaskResult<String>>> results = new ArrayList<>();
        for (CompletionStage<TaskHandle<String>> stage : stages) {
            results.add(stage.thenCompose(handle -> handle.result()
                            .thenCompose(result -> handle.acknowledge().thenApply(done -> result)))
                    .toCompletableFuture());
        }
        List<TaskResult<String>> all = new ArrayList<>();
        for (CompletableFuture<TaskResult<String>> result : results) {
            all.add(result.get(60, TimeUnit.SECONDS));
        }
        return all;
    }

    private MasterWorkerQueue<String, String> member(String name, boolean candidate) {
        CoordinationClient client = CoordinationClient.builder(store.core(name))
                .clientId(name)
                .sessionTimeout(Duration.ofSeconds(4))
                .build()
                .start();
        clients.add(client);
        return MasterWorkerQueue.builder(client, "/jobs", Codec.utf8(), Codec.utf8())
                .masterCandidate(candidate)
                .build();
    }
}
