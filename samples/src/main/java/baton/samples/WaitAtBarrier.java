package baton.samples;

import baton.core.CoordinationCore;
import baton.embedded.EmbeddedCore;
import baton.recipes.CoordinationClient;
import baton.recipes.barrier.DistributedBarrier;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A gate is closed while a schema is migrated; a worker waits at it and passes when it is lifted. */
public final class WaitAtBarrier {
    public static void main(String[] arguments) throws Exception {
        try (CoordinationCore core = EmbeddedCore.inMemory();
                CoordinationClient client = CoordinationClient.builder(core)
                        .namespace("/shop")
                        .build()
                        .start()) {
            DistributedBarrier migration = new DistributedBarrier(client, "/migration");
            migration.setBarrier();

            // An ordinary wait has a timeout: nobody should wait for ever for somebody else's migration.
            boolean passedEarly = migration.waitOnBarrier(50, TimeUnit.MILLISECONDS);
            System.out.println("passed while closed: " + passedEarly);

            CompletableFuture<Boolean> worker = migration.waitOnBarrierAsync();
            migration.removeBarrier();

            System.out.println("passed when lifted: " + worker.get(10, TimeUnit.SECONDS));
        }
    }
}
