package baton.recipes.latch;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.NodePath;
import baton.core.Payload;
import baton.recipes.LeasePolicy;
import baton.recipes.RecipeRuntime;
import baton.recipes.contend.ContendSpec;
import baton.recipes.contend.ContenderEvents;
import baton.recipes.contend.TicketGrant;
import baton.recipes.contend.TicketRule;
import baton.recipes.run.Strand;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A place in line in the orders in which threads may ask for it. */
class StandingTest {
    private static final String PATH = "/leader";
    private static final String LABEL = "p";

    private final SimulatedWorld cluster = new SimulatedWorld(1, 1);
    private final List<String> events = new ArrayList<>();
    private final RecipeRuntime runtime = cluster.member(0).client().runtime();
    private final Strand strand = runtime.newStrand("latch");
    private final Standing standing = new Standing(runtime, strand, spec(), new ContenderEvents() {
        @Override
        public void granted(TicketGrant grant) {
            events.add("granted");
        }

        @Override
        public void over() {
            standing.outOfLine();
            events.add("over");
        }
    });

    private static ContendSpec spec() {
        return new ContendSpec(
                "LeaderLatch",
                NodePath.of(PATH),
                LABEL,
                TicketRule.exclusive(LABEL),
                Payload.EMPTY,
                LeasePolicy.REVOKE_AT_LEASE_END,
                ContendSpec.AfterLoss.REJOIN,
                ContendSpec.SessionLoss.REJOIN,
                Duration.ZERO);
    }

    @Test
    void whoWasToldToLeaveBeforeItBeganNeverGetsInLine() {
        CompletableFuture<Void> gone = new CompletableFuture<>();

        strand.execute(() -> standing.leave().thenRun(() -> gone.complete(null)));
        strand.execute(standing::begin);
        cluster.simulation().runFor(Duration.ofSeconds(2));

        assertThat(gone).isCompleted();
        assertThat(standing.ticket()).isEmpty();
        assertThat(cluster.store().node(PATH)).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void whoLeavesRightAfterItBeganIsGoneForGood() {
        strand.execute(standing::begin);
        strand.execute(standing::leave);
        cluster.simulation().runFor(Duration.ofSeconds(2));

        assertThat(standing.ticket()).isEmpty();
        assertThat(cluster.store().children(PATH)).isEmpty();
        assertThat(events).containsExactly("over");
    }
}
