package baton.recipes.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.sim.OpKind;
import baton.core.testkit.sim.Simulation;
import baton.recipes.ClosedException;
import baton.recipes.sim.Failure;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gate in virtual time. */
class DistributedBarrierSimulationTest {
    private static final String PATH = "/gates/start";
    private static final Duration SOON = Duration.ofSeconds(3);

    private final SimulatedWorld cluster = new SimulatedWorld(11, 3);
    private final Simulation simulation = cluster.simulation();
    private final DistributedBarrier gate = barrier(0);

    @BeforeEach
    void closed() {
        gate.setBarrierAsync();
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(cluster.store().node(PATH)).isPresent();
    }

    @Test
    void everybodyWhoWaitsPassesWhenItIsLifted() {
        List<CompletableFuture<Boolean>> waiters = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            waiters.add(barrier(1 + i % 2).waitOnBarrierAsync());
        }
        simulation.runFor(SOON);
        assertThat(waiters).noneMatch(CompletableFuture::isDone);

        gate.removeBarrierAsync();

        assertThat(simulation.runUntil(() -> waiters.stream().allMatch(CompletableFuture::isDone), SOON))
                .isTrue();
    }

    @Test
    void whoIsCutOffWhenItIsLiftedPassesAfterwards() {
        CompletableFuture<Boolean> cutOff = barrier(1).waitOnBarrierAsync();
        CompletableFuture<Boolean> expired = barrier(2).waitOnBarrierAsync();
        simulation.runFor(Duration.ofSeconds(1));

        cluster.store().faults().cut("p1", Duration.ofSeconds(2));
        cluster.store().faults().expire("p2");
        gate.removeBarrierAsync();
        simulation.runFor(Duration.ofSeconds(10));

        assertThat(cutOff).isCompletedWithValue(true);
        assertThat(expired).isCompletedWithValue(true);
    }

    @Test
    void whoWaitedPassesEvenIfItIsClosedAgainAtOnce() {
        CompletableFuture<Boolean> waiter = barrier(1).waitOnBarrierAsync();
        simulation.runFor(Duration.ofSeconds(1));
        cluster.store().faults().cut("p1", Duration.ofSeconds(2));

        cluster.get("lifted", gate.removeBarrierAsync());
        gate.setBarrierAsync();
        simulation.runFor(Duration.ofSeconds(10));

        assertThat(cluster.store().node(PATH)).isPresent();
        assertThat(waiter).isCompletedWithValue(true);
    }

    @Test
    void whoComesAfterItWasClosedAgainWaits() {
        gate.removeBarrierAsync();
        gate.setBarrierAsync();
        simulation.runFor(Duration.ofSeconds(1));

        CompletableFuture<Boolean> late = barrier(1).waitOnBarrierAsync();
        simulation.runFor(Duration.ofSeconds(30));

        assertThat(late).isNotDone();
    }

    @Test
    void whoGivesUpLeavesNoTrigger() {
        List<CompletableFuture<Boolean>> waiters = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            waiters.add(barrier(1).waitOnBarrierAsync());
        }
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(cluster.store().registrations()).isEqualTo(1_000);

        waiters.forEach(waiter -> waiter.cancel(false));
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(cluster.store().registrations()).isZero();
    }

    @Test
    void aGateThatIsEphemeralIsLiftedWhenItsSetterDies() {
        DistributedBarrier ephemeral =
                DistributedBarrier.ephemeral(cluster.member(0).client(), "/gates/ephemeral");
        ephemeral.setBarrierAsync();
        simulation.runFor(Duration.ofSeconds(1));
        CompletableFuture<Boolean> passes =
                new DistributedBarrier(cluster.member(1).client(), "/gates/ephemeral").waitOnBarrierAsync();
        CompletableFuture<Boolean> stays = barrier(1).waitOnBarrierAsync();
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(passes).isNotDone();

        cluster.member(0).process().kill();
        simulation.runFor(SimulatedWorld.TIMEOUT.plusSeconds(2));

        assertThat(passes).isCompletedWithValue(true);
        assertThat(stays).isNotDone();
    }

    @Test
    void waitingSurvivesARestartOfTheStore() {
        CompletableFuture<Boolean> waiter = barrier(1).waitOnBarrierAsync();
        simulation.runFor(Duration.ofSeconds(1));

        cluster.store().faults().restart(SimulatedWorld.TIMEOUT.multipliedBy(2));
        simulation.runFor(SimulatedWorld.TIMEOUT.multipliedBy(3));
        assertThat(waiter).isNotDone();
        gate.removeBarrierAsync();
        simulation.runFor(SOON);

        assertThat(waiter).isCompletedWithValue(true);
    }

    @ParameterizedTest
    @EnumSource(
            value = OpKind.class,
            names = {"CREATE", "DELETE", "ENSURE_DIR", "ARM"})
    void aLostReplyChangesNothing(OpKind kind) {
        DistributedBarrier other = new DistributedBarrier(cluster.member(1).client(), "/gates/other");
        cluster.store().faults().dropNextReply(kind);

        CompletableFuture<Boolean> set = other.setBarrierAsync();
        simulation.runFor(SOON);
        CompletableFuture<Boolean> waiter = other.waitOnBarrierAsync();
        simulation.runFor(SOON);
        assertThat(set).isDone();
        assertThat(cluster.store().node("/gates/other")).isPresent();
        assertThat(waiter).isNotDone();
        other.removeBarrierAsync();
        simulation.runFor(SOON);

        assertThat(waiter).isCompletedWithValue(true);
        assertThat(cluster.store().node("/gates/other")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void whateverHappensToWhoWaitsItPassesWhenTheGateIsLiftedAndNotBefore(Failure failure) {
        CompletableFuture<Boolean> waiter = barrier(1).waitOnBarrierAsync();
        simulation.runFor(Duration.ofSeconds(1));

        failure.strike(cluster.store(), cluster.member(1).process(), SimulatedWorld.TIMEOUT);
        simulation.runFor(SimulatedWorld.TIMEOUT.multipliedBy(7));
        assertThat(waiter).isNotDone();
        gate.removeBarrierAsync();
        simulation.runFor(SimulatedWorld.TIMEOUT);

        assertThat(waiter).isCompletedWithValue(true);
        assertThat(cluster.store().registrations()).isZero();
    }

    @Test
    void whoWaitedWaitsOnAfterItWasClosedAgainIfSoWanted() {
        CompletableFuture<Boolean> waiter = new DistributedBarrier(
                        cluster.member(1).client(),
                        PATH,
                        BarrierOptions.DEFAULTS.withReclosed(BarrierOptions.Reclosed.WAIT))
                .waitOnBarrierAsync();
        simulation.runFor(Duration.ofSeconds(1));
        cluster.store().faults().cut("p1", Duration.ofSeconds(2));

        gate.removeBarrierAsync();
        gate.setBarrierAsync();
        simulation.runFor(Duration.ofSeconds(10));
        assertThat(waiter).isNotDone();
        gate.removeBarrierAsync();
        simulation.runFor(SOON);

        assertThat(waiter).isCompletedWithValue(true);
    }

    @Test
    void arrivalsAreSpreadIfSoWanted() {
        DistributedBarrier spread = new DistributedBarrier(
                cluster.member(1).client(), PATH, BarrierOptions.DEFAULTS.withArrivalSpread(Duration.ofSeconds(8)));
        List<CompletableFuture<Boolean>> waiters = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            waiters.add(spread.waitOnBarrierAsync());
        }
        simulation.runFor(Duration.ofSeconds(1));

        gate.removeBarrierAsync();
        simulation.runFor(Duration.ofSeconds(4));

        assertThat(waiters.stream().filter(CompletableFuture::isDone).count()).isBetween(50L, 150L);
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(waiters).allMatch(CompletableFuture::isDone);
    }

    @Test
    void aLiftingWhoseReplyWasLostLeavesALaterGateAlone() {
        cluster.store().faults().dropNextReply(OpKind.DELETE);
        CompletableFuture<Boolean> lifted = gate.removeBarrierAsync();
        simulation.runUntil(() -> cluster.store().node(PATH).isEmpty(), SOON);

        barrier(1).setBarrierAsync();
        simulation.runFor(SimulatedWorld.TIMEOUT);

        assertThat(lifted).isCompletedWithValue(true);
        assertThat(cluster.store().node(PATH)).isPresent();
    }

    @Test
    void aStoreThatIsAwayAtTheStartIsWaitedFor() {
        cluster.store().faults().restart(Duration.ofMinutes(3));
        DistributedBarrier late = new DistributedBarrier(cluster.client("late"), PATH);
        CompletableFuture<Boolean> waiter = late.waitOnBarrierAsync();
        simulation.runFor(Duration.ofMinutes(4));
        assertThat(waiter).isNotDone();

        gate.removeBarrierAsync();
        simulation.runFor(SOON);

        assertThat(waiter).isCompletedWithValue(true);
    }

    @Test
    void closingTheClientFailsWhoWaits() {
        CompletableFuture<Boolean> waiter = barrier(1).waitOnBarrierAsync();
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(cluster.member(1).client().describe().toString())
                .contains("DistributedBarrier /gates/start state=WAITING");

        cluster.member(1).client().closeAsync(SOON);
        simulation.runFor(SOON);

        assertThat(waiter).failsWithin(Duration.ZERO).withThrowableThat().withCauseInstanceOf(ClosedException.class);
        assertThat(cluster.store().registrations()).isZero();
    }

    private DistributedBarrier barrier(int member) {
        return new DistributedBarrier(cluster.member(member).client(), PATH);
    }
}
