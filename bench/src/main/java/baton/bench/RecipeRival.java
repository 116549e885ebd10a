package baton.bench;

import baton.etcd.EtcdCore;
import baton.recipes.CoordinationClient;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A rival by {@link InterProcessMutex} and {@link LeaderLatch}. */
final class RecipeRival implements Rival {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

    private final EtcdCore core;
    private final CoordinationClient client;
    private final Map<String, InterProcessMutex> mutexes = new HashMap<>();
    private @Nullable LockGrant grant;
    private @Nullable LeaderLatch latch;

    RecipeRival(int port, Duration timeout) {
        core = EtcdCore.connect("etcd://127.0.0.1:" + port);
        client =
                CoordinationClient.builder(core).sessionTimeout(timeout).build().start();
    }

    /** Returns when it has a session. */
    RecipeRival connected() throws InterruptedException {
        if (!client.blockUntilConnected(CONNECT_MAX)) {
            throw new IllegalStateException("no session within " + CONNECT_MAX);
        }
        return this;
    }

    @Override
    public void lock(String path) throws Exception {
        grant = mutexes.computeIfAbsent(path, each -> new InterProcessMutex(client, each))
                .acquireAsync()
                .get();
    }

    @Override
    public void unlock() {
        if (grant != null) {
            grant.close();
        }
    }

    @Override
    public CompletableFuture<Void> lead(String path) {
        latch = new LeaderLatch(client, path, "rival");
        CompletableFuture<Void> leads =
                latch.nextLeadership().toCompletableFuture().thenAccept(leadership -> {});
        latch.start();
        return leads;
    }

    @Override
    public void resign() {
        if (latch != null) {
            latch.close();
        }
    }

    @Override
    public void vanish() {
        core.close();
    }

    @Override
    public void close() {
        client.close(CLOSE_MAX);
        core.close();
    }
}
