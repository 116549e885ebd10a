package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.CreateSpec;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.NodePath;
import baton.core.Ordering;
import baton.core.Payload;
import baton.core.Txn;
import baton.core.testkit.sim.OpKind;
import baton.recipes.sim.BugWatch;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReaperTest {
    private static final NodePath DIRECTORY = NodePath.of("/locks/a");
    private static final NodePath NODE = DIRECTORY.child("node");
    private static final Duration SOON = Duration.ofSeconds(1);

    private final SimulatedWorld world = new SimulatedWorld(1, 1);
    private final RecipeRuntime runtime = world.member(0).client().runtime();
    private final Reaper reaper = runtime.reaper();

    @BeforeEach
    void connected() {
        world.until("connected", () -> runtime.liveSession().isPresent());
        world.get("made", session().core().ensureDir(DIRECTORY));
    }

    @Test
    void anEphemeralIsDeletedWhateverReplyIsLost() {
        create(NODE, Lifetime.EPHEMERAL);
        world.store().faults().dropNextReply(OpKind.DELETE);

        CompletableFuture<Void> gone = reaper.ephemeral(session(), NODE);
        assertThat(reaper.unconfirmed()).containsExactly(NODE);
        world.get("gone", gone.thenApply(done -> true));

        assertThat(world.store().node(NODE.toString())).isEmpty();
        assertThat(reaper.unconfirmed()).isEmpty();
    }

    @Test
    void anEphemeralIsDeletedTogetherWithOtherChangesOrAlone() {
        NodePath other = DIRECTORY.child("other");
        create(NODE, Lifetime.EPHEMERAL);
        create(other, Lifetime.EPHEMERAL);
        Txn possible = Txn.builder()
                .delete(NODE, Expect.ANY)
                .write(DIRECTORY, Payload.utf8("books"), Expect.ANY)
                .build();
        Txn refused = Txn.builder()
                .require(DIRECTORY.child("none"))
                .delete(other, Expect.ANY)
                .build();

        world.store().faults().dropNextReply(OpKind.COMMIT);
        reaper.ephemeral(session(), NODE, possible);
        reaper.ephemeral(session(), other, refused);
        world.until("gone", () -> reaper.unconfirmed().isEmpty());

        assertThat(world.store().children(DIRECTORY.toString())).isEmpty();
        assertThat(world.store().node(DIRECTORY.toString()).orElseThrow().data().utf8())
                .isEqualTo("books");
    }

    @Test
    void whatAnAttemptLeftIsFoundAndDeleted() {
        UUID attempt = new UUID(1, 2);
        session()
                .core()
                .create(CreateSpec.ordered(
                        DIRECTORY, Ordering.ticket("lock-"), Payload.EMPTY, Lifetime.EPHEMERAL, attempt));

        world.get("gone", reaper.attempt(session(), DIRECTORY, attempt).thenApply(done -> true));

        assertThat(world.store().children(DIRECTORY.toString())).isEmpty();
        world.get("nothing left", reaper.attempt(session(), DIRECTORY, attempt).thenApply(done -> true));
    }

    @Test
    void aNodeThatOutlivesSessionsIsDeletedUnderTheNext() {
        create(NODE, Lifetime.PERSISTENT);
        world.store().faults().restart(SimulatedWorld.TIMEOUT.multipliedBy(3));
        world.until("cut off", () -> runtime.liveSession().isEmpty());

        CompletableFuture<Void> gone = reaper.persistent(NODE);
        world.runFor(SOON);
        assertThat(gone).isNotDone();
        world.store().faults().expire("p0");
        world.until("gone", gone::isDone);

        assertThat(world.store().node(NODE.toString())).isEmpty();
        assertThat(session().epoch()).isEqualTo(2);
    }

    @Test
    void aRefusalIsReportedAndNotRepeated() {
        create(NODE, Lifetime.PERSISTENT);
        create(NODE.child("below"), Lifetime.PERSISTENT);
        long deletes = world.store().count(OpKind.DELETE);

        CompletableFuture<Void> refused = reaper.persistent(NODE);
        world.runFor(SOON);

        assertThat(refused).isCompletedExceptionally();
        assertThat(world.store().count(OpKind.DELETE) - deletes).isEqualTo(1);
        assertThat(reaper.unconfirmed()).containsExactly(NODE);
    }

    @Test
    void anyNumberOfJobsEndsWithTheirSession() {
        try (BugWatch watch = new BugWatch()) {
            for (int i = 0; i < 20_000; i++) {
                reaper.ephemeral(session(), DIRECTORY.child("ticket-" + i));
            }
            world.store().faults().expire("p0");
            world.runFor(SOON);

            assertThat(reaper.unconfirmed()).isEmpty();
            assertThat(watch.bugs()).isEmpty();
        }
    }

    private ClientSession session() {
        return runtime.liveSession().orElseThrow();
    }

    private void create(NodePath path, Lifetime lifetime) {
        world.get("created", session().core().create(CreateSpec.plain(path, Payload.EMPTY, lifetime)));
    }
}
