package baton.samples;

import baton.core.CoordinationCore;
import baton.embedded.EmbeddedCore;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.queue.TaskHandle;
import baton.recipes.queue.TaskResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client submits texts, the master hands them to two workers, and each is measured once in the books. */
public final class HandOutWork {
    public static void main(String[] arguments) throws Exception {
        try (CoordinationCore core = EmbeddedCore.inMemory();
                CoordinationClient client = CoordinationClient.builder(core)
                        .namespace("/shop")
                        .build()
                        .start();
                MasterWorkerQueue<String, Integer> queue = MasterWorkerQueue.builder(
                                client, "/texts", Codec.utf8(), Codec.int32())
                        .backoff(Duration.ofMillis(10), Duration.ofSeconds(1))
                        .build()) {
            // Every process that starts the queue may become its master; here it is this one.
            queue.start();
            for (String worker : List.of("east", "west")) {
                queue.worker(worker, 2, (text, context) -> measure(text, context.attempt()))
                        .start();
            }

            List<TaskHandle<Integer>> tasks = new ArrayList<>();
            for (String text : List.of("one", "three", "hard to read")) {
                tasks.add(queue.submitter().submit(text).toCompletableFuture().get(10, TimeUnit.SECONDS));
            }
            for (TaskHandle<Integer> task : tasks) {
                TaskResult<Integer> result = task.result().toCompletableFuture().get(10, TimeUnit.SECONDS);
                System.out.println("length: " + result.value() + ", attempts: " + result.attempts());
                task.acknowledge();
            }
        }
    }

    /** May run again after a worker died: what it does must bear that. */
    private static int measure(String text, int attempt) throws IOException {
        if (text.startsWith("hard") && attempt == 1) {
            throw new IOException("a failed attempt is made again after a pause");
        }
        return text.length();
    }
}
