package baton.recipes.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.recipes.CoordinationClient;
import baton.recipes.barrier.DistributedBarrier;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** A gate and many before it, on every core. */
@ParameterizedClass(name = "{0}")
@MethodSource("baton.recipes.acceptance.RealCore#ofThisRun")
class DistributedBarrierRealTest extends OnRealCore {
    @Test
    void allWhoWaitPassWhenTheGateIsLiftedAndNobodyBefore() throws Exception {
        List<DistributedBarrier> gates = new ArrayList<>();
        for (int at = 0; at < 4; at++) {
            gates.add(new DistributedBarrier(client(), "/lifted/gate"));
        }
        gates.get(0).setBarrier();
        List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
        for (int at = 0; at < 200; at++) {
            waiting.add(gates.get(at % gates.size()).waitOnBarrierAsync());
        }
        // Sessions answer in order: who is told this has its waiters before the gate.
        for (DistributedBarrier gate : gates) {
            assertThat(gate.isSet()).isTrue();
        }
        assertThat(waiting).noneMatch(CompletableFuture::isDone);

        gates.get(1).removeBarrier();

        for (CompletableFuture<Boolean> passing : waiting) {
            assertThat(get(passing)).isTrue();
        }
    }

    @Test
    void aGateOfSomebodyWhoIsGoneIsLifted() throws Exception {
        CoordinationClient closer = client();
        DistributedBarrier.ephemeral(closer, "/ephemeral/gate").setBarrier();
        DistributedBarrier gate = new DistributedBarrier(client(), "/ephemeral/gate");
        CompletableFuture<Boolean> waiting = gate.waitOnBarrierAsync();
        assertThat(gate.isSet()).isTrue();

        closer.close();

        assertThat(get(waiting)).isTrue();
        assertThat(gate.isSet()).isFalse();
    }
}
