package baton.recipes.acceptance;

import baton.client.ZnodeCore;
import baton.core.CreateSpec;
import baton.core.Lifetime;
import baton.core.NodePath;
import baton.core.Payload;
import baton.recipes.CoordinationClient;
import baton.recipes.Grant;
import baton.recipes.GrantLostException;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.lock.InterProcessMutex;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Contends for a latch or lock, holds it for ever, and prints what it sees: {@code granted TOKEN NANOS}, then {@code
 * invalid NANOS}, then what a write guarded by the old grant came to.
 *
 * <p>Times are the machine's monotonic clock, which all processes share.
 */
final class ContenderProcess {
    private ContenderProcess() {}

    public static void main(String[] arguments) throws Exception {
        CoordinationClient client = CoordinationClient.builder(ZnodeCore.connect(arguments[0]))
                .sessionTimeout(Duration.ofMillis(Long.parseLong(arguments[2])))
                .build()
                .start();
        if (arguments[1].equals("latch")) {
            LeaderLatch latch = new LeaderLatch(
                    client, "/contended", "process " + ProcessHandle.current().pid());
            latch.start();
            while (true) {
                hold(client, latch.await());
            }
        } else {
            hold(
                    client,
                    new InterProcessMutex(client, "/contended").acquireAsync().get());
        }
    }

    private static void hold(CoordinationClient client, Grant grant) throws InterruptedException {
        System.out.println("granted " + grant.token().value() + " " + System.nanoTime());
        while (grant.isValid()) {
            LockSupport.parkNanos(1_000_000);
        }
        System.out.println("invalid " + System.nanoTime());
        try {
            client.transaction()
                    .guard(grant)
                    .create(CreateSpec.plain(NodePath.of("/late"), Payload.EMPTY, Lifetime.PERSISTENT))
                    .commitNow();
            System.out.println("guarded write went through");
        } catch (GrantLostException refused) {
            System.out.println("guarded write refused");
        }
    }
}
