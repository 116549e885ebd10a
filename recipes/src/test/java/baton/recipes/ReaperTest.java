package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.NodePath;
import baton.recipes.sim.BugWatch;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReaperTest {
    private static final NodePath DIRECTORY = NodePath.of("/locks/a");

    @Test
    void anyNumberOfJobsEndsWithTheirSession() {
        try (BugWatch watch = new BugWatch()) {
            SimulatedWorld cluster = new SimulatedWorld(1, 1);
            cluster.simulation().runFor(Duration.ofSeconds(1));
            RecipeRuntime runtime = cluster.member(0).client().runtime();
            ClientSession session = runtime.liveSession().orElseThrow();

            for (int i = 0; i < 20_000; i++) {
                runtime.reaper().ephemeral(session, DIRECTORY.child("ticket-" + i));
            }
            CompletableFuture<Void> flushed = runtime.reaper().flushed();
            cluster.store().faults().expire(cluster.member(0).name());
            cluster.simulation().runFor(Duration.ofSeconds(1));

            assertThat(flushed).isCompleted();
            assertThat(runtime.reaper().unconfirmed()).isEmpty();
            assertThat(watch.bugs()).isEmpty();
        }
    }
}
