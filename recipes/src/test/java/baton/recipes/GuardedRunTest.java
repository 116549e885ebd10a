package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What runs under a grant, and who hears of its loss, in virtual time. */
class GuardedRunTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final SimulatedWorld world = new SimulatedWorld(3, 1);
    private final LockGrant grant =
            world.get("held", new InterProcessMutex(world.member(0).client(), "/locks/a").acquireAsync());
    private final List<String> heard = new ArrayList<>();

    @Test
    void anErrorOfTheBodyEndsTheResult() {
        AssertionError broken = new AssertionError("broken");

        CompletableFuture<Object> result = grant.callAsync(Runnable::run, () -> {
            throw broken;
        });

        assertThatThrownBy(result::join).hasCause(broken);
    }

    @Test
    void whoeverIsRegisteredHearsOfTheLossOnce() {
        LossSignal loss = new LossSignal(world.member(0).client().runtime());
        loss.onLost(() -> heard.add("stayed"));
        Runnable forget = loss.onLost(() -> heard.add("left"));
        forget.run();
        forget.run();

        loss.fire(LossReason.NODE_DELETED);
        loss.fire(LossReason.SESSION_LOST);
        loss.onLost(() -> heard.add("came late"));
        world.runFor(SOON);

        assertThat(heard).containsExactlyInAnyOrder("stayed", "came late");
        assertThat(world.get("why", loss.lost())).isEqualTo(LossReason.NODE_DELETED);
    }

    @Test
    void aGrantThatIsReleasedTellsNobody() {
        grant.onLost(() -> heard.add("lost"));

        grant.close();
        world.runFor(SOON);

        assertThat(heard).isEmpty();
    }
}
