package baton.bench;

import baton.core.CoordinationCore;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.queue.TaskHandle;
import baton.recipes.queue.TaskResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A {@link MasterWorkerQueue}: a task is done when the producer has its result, and acknowledged it. The producer keeps a
 * window of tasks under way, as somebody does who wants results.
 */
final class BatonFlow implements TaskFlow {
    private static final int SLOTS = 16;
    private static final int WINDOW = 256;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final MasterWorkerQueue<String, String> producer;

    BatonFlow(Supplier<CoordinationCore> cores, String root, int consumers) throws Exception {
        queue(cores, root, true).start();
        for (int consumer = 0; consumer < consumers; consumer++) {
            queue(cores, root, false)
                    .worker("w" + consumer, SLOTS, (task, context) -> task)
                    .start();
        }
        producer = queue(cores, root, false);
        run(1);
    }

    private MasterWorkerQueue<String, String> queue(Supplier<CoordinationCore> cores, String root, boolean candidate) {
        CoordinationCore core = cores.get();
        opened.add(0, core::close);
        CoordinationClient client = CoordinationClient.builder(core)
                .sessionTimeout(Duration.ofSeconds(30))
                .build()
                .start();
        opened.add(0, () -> client.close(Duration.ofSeconds(5)));
        MasterWorkerQueue<String, String> queue = MasterWorkerQueue.builder(client, root, Codec.utf8(), Codec.utf8())
                .masterCandidate(candidate)
                .build();
        opened.add(0, queue);
        return queue;
    }

    @Override
    public long run(int tasks) throws Exception {
        Semaphore window = new Semaphore(WINDOW);
        List<CompletableFuture<Void>> done = new ArrayList<>();
        AtomicLong wrong = new AtomicLong();
        long start = System.nanoTime();
        for (int task = 0; task < tasks; task++) {
            if (!window.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("no task ended for " + PATIENCE);
            }
            String text = "task " + task;
            done.add(producer.submitter()
                    .submit(text)
                    .thenCompose(
                            handle -> handle.result().thenCompose(result -> acknowledged(handle, result, text, wrong)))
                    .whenComplete((end, failure) -> window.release())
                    .toCompletableFuture());
        }
        CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (wrong.get() > 0) {
            throw new IllegalStateException(wrong + " of " + tasks + " results are wrong");
        }
        return System.nanoTime() - start;
    }

    private static CompletableFuture<Void> acknowledged(
            TaskHandle<String> handle, TaskResult<String> result, String wanted, AtomicLong wrong) {
        if (!wanted.equals(result.value())) {
            wrong.incrementAndGet();
        }
        return handle.acknowledge().toCompletableFuture();
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }
}
