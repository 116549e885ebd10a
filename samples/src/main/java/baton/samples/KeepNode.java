package baton.samples;

import baton.core.CoordinationCore;
import baton.core.NodePath;
import baton.core.Payload;
import baton.embedded.EmbeddedCore;
import baton.recipes.CoordinationClient;
import baton.recipes.node.ConflictPolicy;
import baton.recipes.node.NodeMode;
import baton.recipes.node.NodeOptions;
import baton.recipes.node.PersistentNode;
import java.util.concurrent.TimeUnit;

/** A gateway keeps its address in the store; a second one of the same name takes the place as soon as it is free. */
public final class KeepNode {
    private static final NodePath PLACE = NodePath.of("/gateway");

    public static void main(String[] arguments) throws Exception {
        try (CoordinationCore core = EmbeddedCore.inMemory();
                CoordinationClient one = client(core);
                CoordinationClient other = client(core)) {
            PersistentNode first = new PersistentNode(one, NodeMode.EPHEMERAL, PLACE, Payload.utf8("10.0.0.1"));
            first.start();
            System.out.println("first is there: " + first.waitForInitialCreate(10, TimeUnit.SECONDS));

            // Only the newest data is written, however often it is set while the store is away.
            first.setData(Payload.utf8("10.0.0.7")).toCompletableFuture().get(10, TimeUnit.SECONDS);
            System.out.println("moved to: " + first.getData().utf8());

            NodeOptions patient = NodeOptions.DEFAULTS.withConflict(ConflictPolicy.WAIT);
            PersistentNode second =
                    new PersistentNode(other, NodeMode.EPHEMERAL, PLACE, Payload.utf8("10.0.0.2"), patient);
            second.start();
            System.out.println("second is there: " + second.waitForInitialCreate(50, TimeUnit.MILLISECONDS));

            first.close();
            System.out.println("second, once the first is gone: " + second.waitForInitialCreate(10, TimeUnit.SECONDS));
        }
    }

    private static CoordinationClient client(CoordinationCore core) {
        return CoordinationClient.builder(core).namespace("/shop").build().start();
    }
}
