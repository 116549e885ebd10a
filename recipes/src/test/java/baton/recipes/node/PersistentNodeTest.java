package baton.recipes.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.Expect;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.testkit.sim.OpKind;
import baton.recipes.ClosedException;
import baton.recipes.CoordinationClient;
import baton.recipes.sim.Failure;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersistentNodeTest {
    private static final NodePath PATH = NodePath.of("/group/a");

    private final SimulatedWorld world = new SimulatedWorld(11);
    private final CoordinationClient client = world.client("a");

    @Test
    void theNodeAppearsWithItsDataAndGoesWhenClosed() {
        PersistentNode node = node(NodeMode.EPHEMERAL, NodeOptions.DEFAULTS);

        node.start();
        world.get("created", node.initialCreate());

        assertThat(present()).isEqualTo("one");
        assertThat(node.getActualPath()).contains(PATH);

        world.get("closed", node.closing());

        assertThat(world.store().node(PATH.toString())).isEmpty();
    }

    @Test
    void startingTwiceIsRefusedAndClosingTwiceIsNot() {
        PersistentNode node = node(NodeMode.EPHEMERAL, NodeOptions.DEFAULTS);
        node.start();

        assertThatThrownBy(node::start).isInstanceOf(IllegalStateException.class);

        node.close();
        node.close();
        assertThatThrownBy(node::start).isInstanceOf(ClosedException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itIsBackWithTheNewestDataAfterEachOfTwentyExpiries(long seed) {
        SimulatedWorld fresh = new SimulatedWorld(seed);
        PersistentNode node = new PersistentNode(
                fresh.client("a"), NodeMode.EPHEMERAL_ORDERED, NodePath.of("/group/m-"), Payload.utf8("0"));
        node.start();
        fresh.get("created", node.initialCreate());

        for (int round = 1; round <= 20; round++) {
            fresh.store().faults().expire("a");
            CompletionStage<?> stored = node.setData(Payload.utf8("" + round));
            fresh.get("stored " + round, stored);
            fresh.runFor(Duration.ofSeconds(1));

            assertThat(fresh.store().children("/group"))
                    .extracting(found -> found.data().utf8())
                    .containsExactly("" + round);
        }
    }

    @Test
    void aShortCutCausesNoWriteAtAll() {
        PersistentNode node = node(NodeMode.EPHEMERAL, NodeOptions.DEFAULTS);
        node.start();
        long before = world.get("created", node.initialCreate()).createRev();
        world.runFor(Duration.ofSeconds(1));
        long writes = writes();

        for (int round = 0; round < 20; round++) {
            world.store()
                    .faults()
                    .cut("a", SimulatedWorld.TIMEOUT.multipliedBy(3).dividedBy(10));
            world.runFor(SimulatedWorld.TIMEOUT);
        }

        assertThat(world.store().node(PATH.toString()).orElseThrow().stat().createRev())
                .isEqualTo(before);
        assertThat(writes()).isEqualTo(writes);
    }

    @Test
    void dataSetWhileDisconnectedIsStoredOnceAfterwards() {
        PersistentNode node = node(NodeMode.EPHEMERAL, NodeOptions.DEFAULTS);
        node.start();
        world.get("created", node.initialCreate());
        world.store().faults().cut("a", Duration.ofSeconds(1));
        world.runFor(Duration.ofMillis(100));

        node.setData(Payload.utf8("two"));
        node.setData(Payload.utf8("three"));
        world.get("stored", node.setData(Payload.utf8("four")));

        assertThat(present()).isEqualTo("four");
        assertThat(world.store().count(OpKind.WRITE)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = OpKind.class,
            names = {"CREATE", "ENSURE_DIR", "ARM", "READ", "SETTLE", "LIST", "STAT"})
    void aLostReplyMakesNoSecondNode(OpKind lost) {
        PersistentNode node =
                new PersistentNode(client, NodeMode.EPHEMERAL_ORDERED, NodePath.of("/group/m-"), Payload.utf8("one"));
        world.until("connected", client::isConnected);
        world.store().faults().dropNextReply(lost);

        node.start();
        world.get("created", node.initialCreate());
        world.store().faults().cut("a", Duration.ofMillis(500));
        world.runFor(Duration.ofSeconds(5));

        assertThat(world.store().children("/group")).hasSize(1);
    }

    @Test
    void theNodeOfTheOldSessionIsTakenOverWithoutAGap() {
        PersistentNode node = node(NodeMode.EPHEMERAL, NodeOptions.DEFAULTS.withConflict(ConflictPolicy.TAKE_OVER_OWN));
        node.start();
        long before = world.get("created", node.initialCreate()).createRev();

        // The client gives up its session while the store, standing still, keeps the node of the old one.
        world.store().faults().blackhole("a", SimulatedWorld.TIMEOUT.multipliedBy(2));
        world.until(
                "replaced",
                () -> node.actual()
                        .filter(now -> now.stat().createRev() > before)
                        .isPresent());

        assertThat(present()).isEqualTo("one");
        world.runFor(Duration.ofMinutes(1));
        assertThat(world.store().node(PATH.toString()).orElseThrow().stat().createRev())
                .isEqualTo(node.actual().orElseThrow().stat().createRev());
    }

    @Test
    void aForeignNodeIsWaitedForAndReported() {
        CoordinationClient other = world.client("b");
        PersistentNode theirs = new PersistentNode(other, NodeMode.EPHEMERAL, PATH, Payload.utf8("theirs"));
        theirs.start();
        world.get("theirs", theirs.initialCreate());
        List<String> told = new ArrayList<>();
        PersistentNode ours = node(NodeMode.EPHEMERAL, NodeOptions.DEFAULTS);
        ours.addListener(new PersistentNodeListener() {
            @Override
            public void conflict(Node present) {
                told.add(present.data().utf8());
            }
        });
        ours.start();
        world.runFor(Duration.ofSeconds(10));

        assertThat(present()).isEqualTo("theirs");
        assertThat(told).containsExactly("theirs");

        theirs.close();
        world.get("ours", ours.initialCreate());

        assertThat(present()).isEqualTo("one");
    }

    @Test
    void whoComesLastReplacesAndTheReplacedDoesNotStrikeBack() {
        NodeOptions replace = NodeOptions.DEFAULTS.withConflict(ConflictPolicy.REPLACE);
        PersistentNode first =
                new PersistentNode(world.client("b"), NodeMode.EPHEMERAL, PATH, Payload.utf8("first"), replace);
        first.start();
        world.get("first", first.initialCreate());

        PersistentNode second = node(NodeMode.EPHEMERAL, replace);
        second.start();
        long replaced = world.get("second", second.initialCreate()).createRev();
        world.runFor(Duration.ofSeconds(30));

        assertThat(world.store().node(PATH.toString()).orElseThrow().stat().createRev())
                .isEqualTo(replaced);
        assertThat(present()).isEqualTo("one");
    }

    @Test
    void failingOnConflictTellsWhoWaits() {
        world.store().put(PATH, Payload.utf8("by hand"));
        PersistentNode node = node(NodeMode.EPHEMERAL, NodeOptions.DEFAULTS.withConflict(ConflictPolicy.FAIL));
        node.start();

        CompletionStage<?> initial = node.initialCreate();
        world.until("refused", () -> initial.toCompletableFuture().isCompletedExceptionally());

        assertThatThrownBy(() -> initial.toCompletableFuture().join()).hasMessageContaining("/group/a is taken");
        assertThat(present()).isEqualTo("by hand");
    }

    @Test
    void aNodeOfAnotherKindIsNeverKeptSilently() {
        world.store().put(PATH, Payload.utf8("one"));
        List<String> told = new ArrayList<>();
        PersistentNode node = node(NodeMode.EPHEMERAL, NodeOptions.DEFAULTS.withConflict(ConflictPolicy.REPLACE));
        node.addListener(new PersistentNodeListener() {
            @Override
            public void conflict(Node present) {
                told.add("conflict");
            }
        });
        node.start();
        world.get("replaced", node.initialCreate());

        assertThat(world.store().node(PATH.toString()).orElseThrow().stat().owner())
                .isPresent();
        assertThat(told).containsExactly("conflict");
    }

    @Test
    void whatIsDeletedByHandComesBack() {
        PersistentNode node = node(NodeMode.EPHEMERAL, NodeOptions.DEFAULTS);
        node.start();
        world.get("created", node.initialCreate());

        world.store().deleteAll(PATH);
        world.runFor(Duration.ofSeconds(1));

        assertThat(present()).isEqualTo("one");
    }

    @Test
    void whatOthersWriteIsWrittenOverAtMostOnceASecond() {
        PersistentNode node = node(NodeMode.EPHEMERAL, NodeOptions.DEFAULTS);
        node.start();
        world.get("created", node.initialCreate());
        CoordinationClient other = world.client("b");
        world.until("connected", other::isConnected);
        long before = world.store().count(OpKind.WRITE);

        for (int round = 0; round < 10; round++) {
            write(other, "theirs " + round);
            world.runFor(Duration.ofMillis(100));
        }
        world.runFor(Duration.ofSeconds(2));

        assertThat(present()).isEqualTo("one");
        assertThat(world.store().count(OpKind.WRITE) - before - 10).isBetween(1L, 3L);
    }

    @Test
    void whatOthersWriteIsTakenOverIfWanted() {
        PersistentNode node =
                node(NodeMode.EPHEMERAL, NodeOptions.DEFAULTS.withForeignWrite(NodeOptions.ForeignWrite.ACCEPT));
        node.start();
        world.get("created", node.initialCreate());
        CoordinationClient other = world.client("b");
        world.until("connected", other::isConnected);

        write(other, "theirs");
        world.runFor(Duration.ofSeconds(3));

        assertThat(present()).isEqualTo("theirs");
        assertThat(node.getData().utf8()).isEqualTo("theirs");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void closingWhileACreateIsInDoubtLeavesNothing(long seed) {
        SimulatedWorld fresh = new SimulatedWorld(seed);
        CoordinationClient one = fresh.client("a");
        PersistentNode node =
                new PersistentNode(one, NodeMode.EPHEMERAL_ORDERED, NodePath.of("/group/m-"), Payload.EMPTY);
        fresh.until("connected", one::isConnected);
        fresh.store().faults().dropNextReply(OpKind.CREATE);

        node.start();
        fresh.runFor(Duration.ofMillis(seed));
        CompletionStage<Void> gone = node.closing();
        fresh.get("gone", gone);

        assertThat(fresh.store().children("/group")).isEmpty();
        fresh.runFor(Duration.ofMinutes(1));
        assertThat(fresh.store().children("/group")).isEmpty();
    }

    @Test
    void aStoreThatIsDownAtTheStartIsWaitedFor() {
        SimulatedWorld fresh = new SimulatedWorld(3);
        fresh.store().faults().restart(Duration.ofMinutes(1));
        PersistentNode node = new PersistentNode(fresh.client("a"), NodeMode.EPHEMERAL, PATH, Payload.utf8("one"));
        node.start();

        fresh.until("created", Duration.ofSeconds(65), () -> node.actual().isPresent());

        assertThat(fresh.store().node(PATH.toString())).isPresent();
    }

    @Test
    void aPersistentNodeSurvivesItsSessionAndStaysIfAsked() {
        PersistentNode node = node(NodeMode.PERSISTENT, NodeOptions.DEFAULTS.withAtClose(NodeOptions.AtClose.KEEP));
        node.start();
        long before = world.get("created", node.initialCreate()).createRev();

        world.store().faults().expire("a");
        world.until("adopted", () -> node.actual().isEmpty());
        world.until("adopted", () -> node.actual().isPresent());
        world.get("closed", node.closing());

        assertThat(world.store().node(PATH.toString()).orElseThrow().stat().createRev())
                .isEqualTo(before);
    }

    @Test
    void aTtlNodeIsKeptAliveWhileItsKeeperLives() {
        PersistentNode node = node(NodeMode.ttl(Duration.ofSeconds(3)), NodeOptions.DEFAULTS);
        node.start();
        long before = world.get("created", node.initialCreate()).createRev();

        world.runFor(Duration.ofSeconds(60));

        assertThat(world.store().node(PATH.toString()).orElseThrow().stat().createRev())
                .isEqualTo(before);
    }

    private PersistentNode node(NodeMode mode, NodeOptions options) {
        return new PersistentNode(client, mode, PATH, Payload.utf8("one"), options);
    }

    private String present() {
        return world.store().node(PATH.toString()).orElseThrow().data().utf8();
    }

    private long writes() {
        return world.store().count(OpKind.CREATE)
                + world.store().count(OpKind.WRITE)
                + world.store().count(OpKind.COMMIT)
                + world.store().count(OpKind.DELETE);
    }

    private void write(CoordinationClient by, String data) {
        var session = by.runtime().liveSession().orElseThrow().core();
        world.get("written by hand", session.write(PATH, Payload.utf8(data), Expect.ANY));
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void whateverHappensTheNewestDataIsThereInOneNode(Failure failure) {
        SimulatedWorld.Member keeper = world.member("keeper");
        PersistentNode node = new PersistentNode(keeper.client(), NodeMode.EPHEMERAL, PATH, Payload.utf8("one"));
        node.start();
        world.get("created", node.initialCreate());
        long before = createRev();

        failure.strike(world.store(), keeper.process(), SimulatedWorld.TIMEOUT);
        node.setData(Payload.utf8("two"));
        world.runFor(SimulatedWorld.TIMEOUT.multipliedBy(7));

        assertThat(present()).isEqualTo("two");
        assertThat(createRev() == before).isEqualTo(failure.goesUnnoticed());
        assertThat(world.store().children("/group")).hasSize(1);
        assertThat(node.actual().orElseThrow().stat().createRev()).isEqualTo(createRev());
    }

    @Test
    void aKilledKeepersNodeGoesWithItsSession() {
        SimulatedWorld.Member keeper = world.member("keeper");
        PersistentNode node = new PersistentNode(keeper.client(), NodeMode.EPHEMERAL, PATH, Payload.utf8("one"));
        node.start();
        world.get("created", node.initialCreate());

        keeper.process().kill();
        world.runFor(SimulatedWorld.TIMEOUT.plusSeconds(2));

        assertThat(world.store().node(PATH.toString())).isEmpty();
    }

    @Test
    void aNodeWithChildrenThatIsToBeReplacedIsReportedAndNotTriedForEver() {
        world.store().put(PATH.child("child"), Payload.EMPTY);
        List<CoreError> denied = new ArrayList<>();
        PersistentNode node = node(NodeMode.EPHEMERAL, NodeOptions.DEFAULTS.withConflict(ConflictPolicy.REPLACE));
        node.addListener(new PersistentNodeListener() {
            @Override
            public void denied(CoordinationException error) {
                denied.add(error.code());
            }
        });

        node.start();
        world.runFor(Duration.ofMinutes(1));

        assertThat(denied).containsExactly(CoreError.NOT_EMPTY);
        assertThat(world.store().count(OpKind.COMMIT)).isEqualTo(1);
    }

    @Test
    void fiftyKeepersOfOnePathHaveItOneAfterAnother() {
        List<SimulatedWorld.Member> keepers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            SimulatedWorld.Member keeper = world.member("k" + i);
            keepers.add(keeper);
            new PersistentNode(keeper.client(), NodeMode.EPHEMERAL, PATH, Payload.utf8("k" + i)).start();
        }
        Set<String> had = new HashSet<>();

        for (int i = 0; i < 50; i++) {
            world.until("kept", () -> world.store().node(PATH.toString()).isPresent());
            String holder = present();
            assertThat(had.add(holder)).as("%s for the second time", holder).isTrue();
            keepers.get(Integer.parseInt(holder.substring(1))).process().kill();
            world.until("gone", () -> !had.contains(presentOrNone()));
        }

        assertThat(had).hasSize(50);
    }

    private String presentOrNone() {
        return world.store()
                .node(PATH.toString())
                .map(node -> node.data().utf8())
                .orElse("none");
    }

    private long createRev() {
        return world.store().node(PATH.toString()).orElseThrow().stat().createRev();
    }
}
