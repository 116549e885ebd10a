package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.ArmMode;
import baton.core.ChangeSink;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Depth;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Ordering;
import baton.core.Payload;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every operation, seen from inside the namespace and at the store. */
class NamespacedSessionTest {
    private static final NodePath APP = NodePath.of("/my/app");
    private static final NodePath DIRECTORY = NodePath.of("/locks");
    private static final NodePath NODE = DIRECTORY.child("a");
    private static final Payload TEXT = Payload.utf8("text");

    private final SimulatedWorld world = new SimulatedWorld(2, 1);
    private CoreSession plain;
    private CoreSession session;

    @BeforeEach
    void connect() {
        RecipeRuntime runtime = world.member(0).client().runtime();
        world.until("connected", () -> runtime.liveSession().isPresent());
        plain = runtime.liveSession().orElseThrow().core();
        session = NamespacedSession.of(plain, APP);
        get(session.ensureDir(DIRECTORY));
    }

    @Test
    void theRootIsNoNamespace() {
        assertThat(NamespacedSession.of(plain, NodePath.ROOT)).isSameAs(plain);
    }

    @Test
    void isTheSessionBelow() {
        assertThat(session.id()).isEqualTo(plain.id());
        assertThat(session.timeout()).isEqualTo(plain.timeout());
        assertThat(session.phase()).isEqualTo(plain.phase());
        assertThat(session.leaseDeadlineNanos()).isEqualTo(plain.leaseDeadlineNanos());
    }

    @Test
    void nodesLieBelowItAndAreNamedWithoutIt() {
        assertThat(get(session.create(spec(NODE))).path()).isEqualTo(NODE);

        assertThat(atStore(NODE)).isTrue();
        assertThat(get(session.read(NODE)).map(Node::path)).contains(NODE);
        assertThat(get(session.stat(NODE))).isPresent();
        get(session.write(NODE, Payload.utf8("other"), Expect.ANY));
        assertThat(get(plain.read(APP.resolve(NODE))).orElseThrow().data().utf8())
                .isEqualTo("other");
        assertThat(get(session.list(DIRECTORY)).orElseThrow().entries())
                .extracting(Listing.Entry::name)
                .containsExactly("a");
        assertThat(get(session.ownEphemerals(DIRECTORY))).isEqualTo(Set.of(NODE));
        assertThat(get(session.ownEphemerals(NodePath.ROOT))).isEqualTo(Set.of(NODE));
        assertThat(get(session.delete(NODE, Expect.ANY))).isTrue();
        assertThat(atStore(NODE)).isFalse();
    }

    @Test
    void orderedEntriesAreNamedWithoutIt() {
        UUID attempt = new UUID(1, 2);

        NodePath ticket = get(session.create(
                        CreateSpec.ordered(DIRECTORY, Ordering.ticket("lock-"), TEXT, Lifetime.EPHEMERAL, attempt)))
                .path();

        assertThat(ticket.parent()).isEqualTo(DIRECTORY);
        assertThat(atStore(ticket)).isTrue();
    }

    @Test
    void transactionsDoAllTheyDoBelowIt() {
        NodePath kept = DIRECTORY.child("kept");
        NodePath gone = DIRECTORY.child("gone");
        get(session.create(spec(kept)));
        get(session.create(spec(gone)));
        var seen = get(session.stat(kept)).orElseThrow();

        TxnResult done = get(session.commit(Txn.builder()
                .requireUnchanged(kept, seen)
                .requireAbsent(DIRECTORY.child("none"))
                .require(DIRECTORY)
                .create(spec(NODE))
                .delete(gone, Expect.ANY)
                .build()));
        TxnResult refused = get(
                session.commit(Txn.builder().require(DIRECTORY).require(gone).build()));
        TxnResult changed = get(session.commit(Txn.builder()
                .write(kept, Payload.utf8("new"), Expect.ANY)
                .replace(spec(NODE), Expect.ANY)
                .build()));

        assertThat(((TxnResult.Committed) done).created().get(3).orElseThrow().path())
                .isEqualTo(NODE);
        assertThat(refused).isEqualTo(new TxnResult.Refused(1, CoreError.NO_NODE, gone));
        assertThat(changed).isInstanceOf(TxnResult.Committed.class);
        assertThat(atStore(NODE)).isTrue();
        assertThat(atStore(gone)).isFalse();
    }

    @Test
    void triggersAndSubscriptionsNameNodesWithoutIt() {
        List<String> heard = new ArrayList<>();
        get(session.create(spec(NODE)));
        var armed = get(session.readAndArm(NODE, ArmMode.ANY_CHANGE, reason -> heard.add("node " + reason)));
        var listed = get(session.listAndArm(DIRECTORY, reason -> heard.add("children")));
        try (var subscription = session.subscribe(DIRECTORY, Depth.CHILDREN, false, new Hearing(heard))) {
            world.runFor(Duration.ofSeconds(1));
            get(session.create(spec(DIRECTORY.child("b"))));
            get(session.delete(NODE, Expect.ANY));
            world.runFor(Duration.ofSeconds(1));
        }

        assertThat(armed.state().map(Node::path)).contains(NODE);
        assertThat(listed.state()).isPresent();
        assertThat(heard).contains("reset [/locks/a]", "put /locks/b", "remove /locks/a", "children", "node DELETED");
    }

    private record Hearing(List<String> heard) implements ChangeSink {
        @Override
        public void reset(List<Node> all, long revision) {
            heard.add(
                    "reset " + all.stream().map(node -> node.path().toString()).toList());
        }

        @Override
        public void put(Node node) {
            heard.add("put " + node.path());
        }

        @Override
        public void remove(NodePath path, long revision) {
            heard.add("remove " + path);
        }
    }

    private boolean atStore(NodePath path) {
        return world.store().node(APP.resolve(path).toString()).isPresent();
    }

    private static CreateSpec spec(NodePath path) {
        return CreateSpec.plain(path, TEXT, Lifetime.EPHEMERAL);
    }

    private <T> T get(CompletionStage<T> stage) {
        return world.get("answered", stage);
    }
}
