package baton.recipes;

import static org.awaitility.Awaitility.await;

import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Payload;
import baton.core.testkit.sim.SimulatedStore;
import baton.recipes.config.ConfigPublisher;
import baton.recipes.config.ConfigWatcher;
import baton.recipes.membership.GroupMembership;
import baton.recipes.node.NodeMode;
import baton.recipes.node.PersistentNode;
import baton.recipes.node.PersistentNodeListener;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.queue.Worker;
import baton.recipes.queue.WorkerListener;
import baton.recipes.registry.ServiceCache;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.registry.ServiceRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A listener that throws and one that hangs harm neither the third nor the recipe. */
class BadListenersTest {
    private final SimulatedStore store = SimulatedStore.inProcess();
    private final CoordinationClient client =
            CoordinationClient.builder(store.core("listening")).build().start();
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch throwing = new CountDownLatch(1);
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch told = new CountDownLatch(1);

    @AfterEach
    void close() {
        over.countDown();
        client.close();
        store.close();
    }

    @Test
    void ofANode() {
        PersistentNode node = new PersistentNode(client, NodeMode.EPHEMERAL, NodePath.of("/n"), Payload.EMPTY);
        for (Runnable listener : listeners()) {
            node.addListener(new PersistentNodeListener() {
                @Override
                public void created(NodePath path, NodeStat stat) {
                    listener.run();
                }
            });
        }

        node.start();

        awaitAll();
    }

    @Test
    void ofAGroup() {
        GroupMembership group = new GroupMembership(client, "/group", "a", Payload.EMPTY).start();
        for (Runnable listener : listeners()) {
            group.addListener((before, after, joined, left, updated) -> listener.run());
        }

        group.join();

        awaitAll();
    }

    @Test
    void ofAService() {
        ServiceRegistry<String> registry = ServiceRegistry.builder(client, "/services", Codec.utf8())
                .build()
                .start();
        ServiceCache<String> cache = registry.serviceCache("web");
        for (Runnable listener : listeners()) {
            cache.addListener((before, now) -> listener.run());
        }

        registry.register(ServiceInstance.<String>builder("web").build());

        awaitAll();
    }

    @Test
    void ofAValue() throws Exception {
        store.put(NodePath.of("/config"), Payload.utf8("1"));
        ConfigWatcher<String> watcher =
                ConfigWatcher.builder(client, "/config", Codec.utf8()).build();
        for (Runnable listener : listeners()) {
            watcher.addListener((old, now) -> listener.run());
        }
        watcher.start();
        await().until(() -> watcher.awaitReady(Duration.ofSeconds(1)));

        ConfigPublisher.builder(client, "/config", Codec.utf8()).build().publishNow("2", "test", "");

        awaitAll();
        await().until(() -> watcher.current().equals("2"));
    }

    @Test
    void ofAWorker() {
        MasterWorkerQueue<String, String> queue = MasterWorkerQueue.builder(client, "/jobs", Codec.utf8(), Codec.utf8())
                .build();
        Worker<String, String> worker = queue.worker("w", 1, (task, context) -> task);
        for (Runnable listener : listeners()) {
            worker.addListener(new WorkerListener() {
                @Override
                public void registered() {
                    listener.run();
                }
            });
        }

        worker.start();

        awaitAll();
    }

    private List<Runnable> listeners() {
        return List.of(
                () -> {
                    throwing.countDown();
                    throw new IllegalStateException("a bad listener");
                },
                () -> {
                    hanging.countDown();
                    try {
                        over.await();
                    } catch (InterruptedException closing) {
                        Thread.currentThread().interrupt();
                    }
                },
                told::countDown);
    }

    private void awaitAll() {
        await().until(() -> throwing.getCount() + hanging.getCount() + told.getCount() == 0);
    }
}
