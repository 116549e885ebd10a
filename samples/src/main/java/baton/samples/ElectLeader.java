package baton.samples;

import baton.core.CoordinationCore;
import baton.embedded.EmbeddedCore;
import baton.recipes.CoordinationClient;
import baton.recipes.latch.LeaderLatch;
import java.time.Duration;

/** Two services want to lead. When the first steps down, the second takes over with a larger token. */
public final class ElectLeader {
    public static void main(String[] arguments) throws Exception {
        try (CoordinationCore core = EmbeddedCore.inMemory();
                CoordinationClient client = CoordinationClient.builder(core)
                        .namespace("/shop")
                        .build()
                        .start()) {
            LeaderLatch first = new LeaderLatch(client, "/reports/leader", "first").start();
            first.await();
            LeaderLatch second = new LeaderLatch(client, "/reports/leader", "second").start();

            // Ask hasLeadership() before each piece of work: it costs no round trip.
            System.out.println("first leads: " + first.hasLeadership() + ", second leads: " + second.hasLeadership());
            long earlier = first.leadership().orElseThrow().token().value();

            first.close();
            boolean takenOver = second.await(Duration.ofSeconds(10)).isPresent();

            long later = second.leadership().orElseThrow().token().value();
            System.out.println("second took over: " + takenOver + ", token grew: " + (later > earlier));
            second.close();
        }
    }
}
