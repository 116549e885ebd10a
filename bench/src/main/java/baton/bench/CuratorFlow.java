package baton.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.queue.DistributedQueue;
import org.apache.curator.framework.recipes.queue.QueueBuilder;
import org.apache.curator.framework.recipes.queue.QueueConsumer;
import org.apache.curator.framework.recipes.queue.QueueSerializer;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.jspecify.annotations.Nullable;

/**
 * Apache Curator's {@code DistributedQueue} with a lock path, so that an item survives its consumer. It has no results: a
 * task is done when a consumer was called with it, which is less than {@link BatonFlow} does for one.
 */
final class CuratorFlow implements TaskFlow {
    private static final int SESSION_MILLIS = 30_000;
    private static final long PATIENCE_SECONDS = 120;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final DistributedQueue<String> producer;
    /** What was handed in and not consumed yet: an item may be consumed twice. */
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    private volatile CountDownLatch left = new CountDownLatch(0);
    private int runs;

    CuratorFlow(String connectString, String root, int consumers) throws Exception {
        for (int consumer = 0; consumer < consumers; consumer++) {
            queue(connectString, root, new QueueConsumer<>() {
                @Override
                public void consumeMessage(String task) {
                    if (open.remove(task)) {
                        left.countDown();
                    }
                }

                @Override
                public void stateChanged(CuratorFramework client, ConnectionState state) {}
            });
        }
        producer = queue(connectString, root, null);
        run(1);
    }

    private DistributedQueue<String> queue(String connectString, String root, @Nullable QueueConsumer<String> consumer)
            throws Exception {
        CuratorFramework client = CuratorFrameworkFactory.newClient(
                connectString, SESSION_MILLIS, SESSION_MILLIS, new ExponentialBackoffRetry(100, 5));
        opened.add(0, client);
        client.start();
        DistributedQueue<String> queue = QueueBuilder.builder(client, consumer, new Text(), root + "/items")
                .lockPath(root + "/locks")
                .buildQueue();
        opened.add(0, queue);
        queue.start();
        return queue;
    }

    @Override
    public long run(int tasks) throws Exception {
        left = new CountDownLatch(tasks);
        runs++;
        long start = System.nanoTime();
        for (int task = 0; task < tasks; task++) {
            String item = "run " + runs + " task " + task;
            open.add(item);
            producer.put(item);
        }
        if (!left.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(left.getCount() + " of " + tasks + " items were not consumed in time");
        }
        return System.nanoTime() - start;
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private static final class Text implements QueueSerializer<String> {
        @Override
        public byte[] serialize(String item) {
            return item.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String deserialize(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
