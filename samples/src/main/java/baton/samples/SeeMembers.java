package baton.samples;

import baton.core.CoordinationCore;
import baton.core.Payload;
import baton.embedded.EmbeddedCore;
import baton.recipes.CoordinationClient;
import baton.recipes.membership.GroupMembership;
import baton.recipes.membership.Member;
import java.time.Duration;

/** Two hosts enter a group under their names; somebody who only looks on sees them come and go. */
public final class SeeMembers {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    public static void main(String[] arguments) throws Exception {
        try (CoordinationCore core = EmbeddedCore.inMemory();
                CoordinationClient client = CoordinationClient.builder(core)
                        .namespace("/shop")
                        .build()
                        .start();
                GroupMembership onlooker = new GroupMembership(client, "/carts").start()) {
            GroupMembership east = enter(client, "east", "10.0.0.1:8080");
            GroupMembership west = enter(client, "west", "10.0.0.2:8080");

            onlooker.awaitSize(size -> size == 2, LIMIT);
            for (Member member : onlooker.view().members().values()) {
                System.out.println(member.id() + " at " + member.payload().utf8());
            }

            // A member that crashes leaves when its session times out; one that closes leaves at once.
            east.close();
            onlooker.awaitSize(size -> size == 1, LIMIT);
            System.out.println("left: " + onlooker.view().members().keySet());
            west.close();
        }
    }

    private static GroupMembership enter(CoordinationClient client, String name, String address) {
        GroupMembership member = new GroupMembership(client, "/carts", name, Payload.utf8(address)).start();
        member.join().toCompletableFuture().join();
        return member;
    }
}
