package baton.recipes.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.testkit.sim.OpKind;
import baton.recipes.FencedResource;
import baton.recipes.LossReason;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mutex in virtual time: what it does when the store, the clocks and its holders misbehave. */
class MutexSimulationTest {
    private static final String PATH = "/locks/resource";
    private static final Duration SOON = Duration.ofSeconds(1);

    @Test
    void aCounterIsExactAlthoughTheStoreIsRestartedUnderLoad() {
        SimulatedWorld world = new SimulatedWorld(12, 4);
        Counter counter = new Counter(world);
        world.members().forEach(counter::run);

        for (int restart = 0; restart < 10; restart++) {
            world.runFor(world.upTo(Duration.ofSeconds(5)));
            world.store().faults().restart(world.upTo(SimulatedWorld.TIMEOUT.multipliedBy(2)));
        }
        world.runFor(SimulatedWorld.TIMEOUT.multipliedBy(3));
        counter.stop();

        assertThat(counter.written).hasValueGreaterThan(1_000);
        assertThat(counter.value).isEqualTo(counter.written.get());
        assertThat(counter.refused).hasValue(0);
        world.until("nothing is left", () -> world.store().children(PATH).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(longs = {3_600, -3_600})
    void aJumpOfTheWallClockLosesNothing(long seconds) {
        SimulatedWorld world = new SimulatedWorld(4, 2);
        LockGrant held = world.get("held", mutex(world, 0).acquireAsync());
        CompletableFuture<LockGrant> next = mutex(world, 1).acquireAsync();
        world.runFor(SOON);

        world.member(0).process().jumpWallClock(Duration.ofSeconds(seconds));
        held.isValid();
        world.runFor(SimulatedWorld.TIMEOUT.multipliedBy(2));

        assertThat(held.isValid()).isTrue();
        assertThat(next).isNotDone();
    }

    @Test
    void aSuspendedHolderIsInvalidBeforeTheNextIsGranted() {
        SimulatedWorld world = new SimulatedWorld(4, 2);
        LockGrant held = world.get("held", mutex(world, 0).acquireAsync());
        CompletableFuture<LockGrant> next = mutex(world, 1).acquireAsync();
        world.runFor(SOON);

        world.member(0).process().suspend(SimulatedWorld.TIMEOUT.multipliedBy(2));
        world.until("granted", next::isDone);

        assertThat(held.isValid()).isFalse();
        assertThat(next.join().token()).isGreaterThan(held.token());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20})
    void aWaitThatIsCancelledAtAnyMomentLeavesNothing(int millis) {
        SimulatedWorld world = new SimulatedWorld(millis, 1);
        CompletableFuture<LockGrant> waiting = mutex(world, 0).acquireAsync();
        world.runFor(Duration.ofMillis(millis));

        if (!waiting.cancel(true)) {
            waiting.join().close();
        }
        world.runFor(SOON);

        assertThat(world.store().children(PATH)).isEmpty();
        assertThat(world.store().registrations()).isZero();
    }

    @Test
    void aLockWaitsForAStoreThatIsNotThereYet() {
        SimulatedWorld world = new SimulatedWorld(4);
        world.store().faults().restart(Duration.ofMinutes(1));
        CompletableFuture<LockGrant> waiting = new InterProcessMutex(world.client("early"), PATH).acquireAsync();

        world.runFor(Duration.ofSeconds(59));
        assertThat(waiting).isNotDone();

        world.until("granted", Duration.ofSeconds(5), waiting::isDone);
    }

    @Test
    void whatTheStoreRefusesIsReportedAtOnceAndNotAskedAgain() {
        SimulatedWorld world = new SimulatedWorld(4, 1);
        world.runFor(SOON);
        InterProcessMutex verbose = InterProcessMutex.builder(world.member(0).client(), PATH)
                .ownerData(new byte[4 * 1024 * 1024])
                .build();

        CompletableFuture<LockGrant> refused = verbose.acquireAsync();
        world.until("refused", SOON, refused::isDone);
        long creates = world.store().count(OpKind.CREATE);
        world.runFor(Duration.ofMinutes(1));

        assertThatThrownBy(refused::join)
                .cause()
                .isInstanceOfSatisfying(
                        CoordinationException.class,
                        failure -> assertThat(failure.code()).isEqualTo(CoreError.TOO_LARGE));
        assertThat(world.store().count(OpKind.CREATE)).isEqualTo(creates);
    }

    @Test
    void whatIsHeldForTooLongIsLostAndWhatIsReleasedTooSoonIsKept() {
        SimulatedWorld world = new SimulatedWorld(4, 2);
        LockGrant tooLong = world.get(
                "held",
                InterProcessMutex.builder(world.member(0).client(), "/locks/long")
                        .holdAtMost(Duration.ofSeconds(2))
                        .build()
                        .acquireAsync());
        LockGrant tooShort = world.get(
                "held",
                InterProcessMutex.builder(world.member(0).client(), PATH)
                        .holdAtLeast(Duration.ofSeconds(2))
                        .build()
                        .acquireAsync());
        CompletableFuture<LockGrant> next = mutex(world, 1).acquireAsync();

        tooShort.close();
        world.runFor(Duration.ofMillis(1_900));
        assertThat(tooShort.isValid()).isFalse();
        assertThat(next).isNotDone();
        assertThat(tooLong.isValid()).isTrue();
        world.runFor(Duration.ofMillis(200));

        assertThat(next).isDone();
        assertThat(tooLong.isValid()).isFalse();
        assertThat(world.get("lost", tooLong.lost())).isEqualTo(LossReason.HOLD_LIMIT);
    }

    @Test
    void whatNoThreadInParticularHoldsIsHeldInThisProcess() {
        SimulatedWorld world = new SimulatedWorld(4, 1);
        InterProcessMutex mutex = mutex(world, 0);
        LockGrant first = world.get("held", mutex.acquireAsync());
        assertThat(mutex.isAcquiredInThisProcess()).isTrue();
        assertThat(mutex.isOwnedByCurrentThread()).isFalse();

        first.close();
        assertThat(mutex.isAcquiredInThisProcess()).isFalse();
        world.get("held again", mutex.acquireAsync());
        assertThat(mutex.isAcquiredInThisProcess()).isTrue();
        world.store().faults().expire("p0");
        world.runFor(SOON);

        assertThat(mutex.isAcquiredInThisProcess()).isFalse();
    }

    @Test
    void theDescriptionSaysWhoHoldsAPlaceUp() {
        SimulatedWorld world = new SimulatedWorld(4, 2);
        world.get("held", mutex(world, 0).acquireAsync());
        mutex(world, 1).acquireAsync();
        world.runFor(SOON);

        var holding = world.member(0).client().describe().get(0);
        var waiting = world.member(1).client().describe().get(0);

        assertThat(holding.fields())
                .containsEntry("stage", "GRANTED")
                .containsKeys("token", "remainingMillis", "epoch");
        assertThat(waiting.fields())
                .containsEntry("stage", "WAITING")
                .containsEntry("before", 1)
                .containsEntry("heldUpBy", "p0 async");
    }

    private static InterProcessMutex mutex(SimulatedWorld world, int member) {
        return new InterProcessMutex(world.member(member).client(), PATH);
    }

    /** A number that everybody reads, and writes a little later: only the lock keeps increments from being lost. */
    private static final class Counter {
        private final SimulatedWorld world;
        private final FencedResource resource = new FencedResource();
        final AtomicInteger written = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();
        int value;
        private boolean stopped;

        Counter(SimulatedWorld world) {
            this.world = world;
        }

        void run(SimulatedWorld.Member member) {
            if (stopped) {
                return;
            }
            new InterProcessMutex(member.client(), PATH).acquireAsync().thenAccept(grant -> {
                int read = value;
                member.process().schedule(world.upTo(Duration.ofMillis(10)), () -> {
                    if (grant.isValid()) {
                        value = read + 1;
                        written.incrementAndGet();
                        refused.addAndGet(resource.admit(grant.token()) ? 0 : 1);
                    }
                    grant.close();
                    run(member);
                });
            });
        }

        void stop() {
            stopped = true;
            world.runFor(SOON);
        }
    }
}
