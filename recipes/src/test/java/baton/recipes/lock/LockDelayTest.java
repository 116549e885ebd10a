package baton.recipes.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.CoordinationException;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.testkit.sim.OpKind;
import baton.recipes.sim.FlatCore;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keeping away after a holder that vanished, in virtual time. */
class LockDelayTest {
    private static final String PATH = "/locks/slow";
    private static final Duration DELAY = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final SimulatedWorld world = new SimulatedWorld(8, 2);

    @Test
    void whoFollowsAHolderThatDiedWaits() {
        LockGrant died = world.get("held", mutex(0).acquireAsync());
        CompletableFuture<LockGrant> next = mutex(1).acquireAsync();
        world.runFor(SOON);

        world.member(0).process().kill();
        world.until("its ticket is gone", () -> world.store().children(PATH).size() == 1);
        world.runFor(DELAY.minusMillis(10));
        assertThat(next).isNotDone();
        world.until("granted", SOON, next::isDone);

        assertThat(next.join().token()).isGreaterThan(died.token());
    }

    @Test
    void whoFollowsAHolderThatReleasedDoesNotWait() {
        LockGrant held = world.get("held", mutex(0).acquireAsync());
        CompletableFuture<LockGrant> next = mutex(1).acquireAsync();
        world.runFor(SOON);

        held.close();

        world.until("granted", SOON, next::isDone);
        next.join().close();
        world.until("nothing is left", () -> world.store().children(PATH).isEmpty());
    }

    /** The books and the ticket change together: what is in doubt is found out, whichever reply is lost. */
    @ParameterizedTest
    @EnumSource(
            value = OpKind.class,
            names = {"CREATE", "COMMIT", "DELETE", "READ"})
    void aLostReplyIsNoVanishedHolder(OpKind lost) {
        for (int turn = 0; turn < 4; turn++) {
            world.store().faults().dropNextReply(lost);
            LockGrant held = world.get("held " + turn, mutex(turn % 2).acquireAsync());
            world.store().faults().dropNextReply(lost);
            held.close();
            world.until("released " + turn, () -> world.store().children(PATH).isEmpty());
        }

        assertThat(world.simulation().elapsed()).isLessThan(DELAY);
    }

    /** The first holder makes the node that the books are in, and whatever reply is lost, makes it once. */
    @ParameterizedTest
    @EnumSource(
            value = OpKind.class,
            names = {"COMMIT", "READ"})
    void aCoreWithoutDirectoriesKeepsTheBooksToo(OpKind lost) {
        world.member("f0", (core, process) -> new FlatCore(core, world.store()));
        world.member("f1", (core, process) -> new FlatCore(core, world.store()));
        world.store().faults().dropNextReply(lost);
        world.get("held", mutex(2).acquireAsync()).close();
        world.get("held after a release", mutex(3).acquireAsync()).close();
        assertThat(world.simulation().elapsed()).isLessThan(DELAY);
        world.until("the books are gone", this::thereAreNoBooks);
        world.get("held by one that dies", mutex(2).acquireAsync());
        CompletableFuture<LockGrant> next = mutex(3).acquireAsync();
        world.runFor(SOON);

        world.member(2).process().kill();
        world.until("its ticket is gone", () -> world.store().children(PATH).size() == 1);
        world.runFor(DELAY.minusMillis(10));
        assertThat(next).isNotDone();
        world.until("granted", SOON, next::isDone);
        next.join().close();
        world.until("the books are gone again", this::thereAreNoBooks);
    }

    private boolean thereAreNoBooks() {
        return world.store().node(PATH).orElseThrow().data().equals(Payload.EMPTY);
    }

    @Test
    void aCutWhileTheDelayRunsDoesNotShortenIt() {
        world.get("held", mutex(0).acquireAsync());
        CompletableFuture<LockGrant> next = mutex(1).acquireAsync();
        world.runFor(SOON);
        world.store().faults().expire("p0");
        world.runFor(SOON);

        world.store().faults().cut("p1", SimulatedWorld.TIMEOUT.dividedBy(3));
        world.runFor(DELAY.minus(SOON.multipliedBy(2)));
        assertThat(next).isNotDone();

        world.until("granted", DELAY, next::isDone);
    }

    @Test
    void aDirectoryThatHoldsSomethingElseIsRefused() {
        world.store().put(NodePath.of(PATH), Payload.utf8("precious"));

        CompletableFuture<LockGrant> refused = mutex(0).acquireAsync();
        world.until("refused", refused::isDone);

        assertThatThrownBy(refused::join)
                .hasCauseInstanceOf(CoordinationException.class)
                .hasMessageContaining(PATH);
        assertThat(world.store().node(PATH).orElseThrow().data().utf8()).isEqualTo("precious");
    }

    @Test
    void aDelayBeyondTheLifeOfAnEmptyDirectoryIsRefused() {
        assertThatThrownBy(() -> InterProcessMutex.builder(world.member(0).client(), PATH)
                        .lockDelay(Duration.ofSeconds(61)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("lockDelay", "PT1M1S", "PT1M");
    }

    private InterProcessMutex mutex(int member) {
        return InterProcessMutex.builder(world.member(member).client(), PATH)
                .lockDelay(DELAY)
                .build();
    }
}
