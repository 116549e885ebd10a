package baton.core.testkit;

import static baton.core.testkit.Stages.failure;
import static baton.core.testkit.Stages.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.Capability;
import baton.core.ChangeSink;
import baton.core.CoordinationCore;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Created;
import baton.core.Depth;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Ordering;
import baton.core.Payload;
import baton.core.Phase;
import baton.core.Place;
import baton.core.SessionEndedException;
import baton.core.SessionOptions;
import baton.core.Subscription;
import baton.core.TriggerReason;
import baton.core.Txn;
import baton.core.TxnResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every core does while nothing goes wrong.
 *
 * <p>A core runs it by extending it with {@link #startCore}. All tests share one store and one core; each has its own
 * sessions and works below a directory of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class CoordinationCoreContract {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private CoreUnderTest store;
    private CoordinationCore core;
    private CoreSession session;
    private CoreSession other;
    private NodePath base;
    private List<TriggerReason> fired;
    private Copy copy;

    /** Starts the store; once for all tests. */
    protected abstract CoreUnderTest startCore();

    @BeforeAll
    void startStore() {
        store = startCore();
        core = store.open(store.address());
    }

    @AfterAll
    void stopStore() {
        // Where the store is not installed, the class was skipped before there was one.
        if (core != null) {
            core.close();
            store.close();
        }
    }

    @BeforeEach
    void openSessions() {
        session = ObservedSession.open(core, TIMEOUT).session();
        other = ObservedSession.open(core, TIMEOUT).session();
        base = NodePath.ROOT.child("contract-" + UUID.randomUUID());
        value(session.ensureDir(base));
        fired = new CopyOnWriteArrayList<>();
        copy = new Copy();
    }

    @AfterEach
    void endSessions() {
        value(session.end());
        value(other.end());
    }

    // ---- what the tests are written in

    private Created create(String name, String data) {
        return value(session.create(plain(name, data)));
    }

    private CreateSpec plain(String name, String data) {
        return CreateSpec.plain(base.child(name), Payload.utf8(data), Lifetime.PERSISTENT);
    }

    private CreateSpec ephemeral(NodePath path) {
        return CreateSpec.plain(path, Payload.EMPTY, Lifetime.EPHEMERAL);
    }

    private CreateSpec ticket(UUID attempt) {
        return CreateSpec.ordered(base, Ordering.ticket("lock-"), Payload.EMPTY, Lifetime.EPHEMERAL, attempt);
    }

    private String dataOf(NodePath path) {
        // A replica may lag behind the session that wrote.
        value(other.settle());
        return value(other.read(path)).map(node -> node.data().utf8()).orElse("absent");
    }

    private static CoreError error(CompletionStage<?> stage) {
        return failure(stage).code();
    }

    private static void awaitHeard(List<?> heard, Object... expected) {
        await().atMost(Stages.PATIENCE)
                .untilAsserted(() ->
                        assertThat((List<Object>) List.<Object>copyOf(heard)).containsExactly(expected));
    }

    // ---- nodes

    @Test
    void whatWasCreatedIsRead() {
        Created created = create("a", "one");

        Node read = value(session.read(base.child("a"))).orElseThrow();

        assertThat(read).isEqualTo(new Node(created.path(), Payload.utf8("one"), created.stat()));
        assertThat(created.path()).isEqualTo(base.child("a"));
        assertThat(value(session.stat(base.child("a")))).contains(created.stat());
    }

    @Test
    void anAbsentNodeIsEmptyAndNotAnError() {
        assertThat(value(session.read(base.child("a")))).isEmpty();
        assertThat(value(session.stat(base.child("a")))).isEmpty();
        assertThat(value(session.delete(base.child("a"), Expect.ANY))).isFalse();
    }

    @Test
    void aNodeIsCreatedOnce() {
        create("a", "one");

        CoordinationException refused = failure(session.create(plain("a", "two")));

        assertThat(refused.code()).isEqualTo(CoreError.NODE_EXISTS);
        assertThat(refused.path()).contains(base.child("a"));
        assertThat(dataOf(base.child("a"))).isEqualTo("one");
    }

    @Test
    void aNodeNeedsAParent() {
        assumeTrue(store.isTree(), "the store has no directories");
        NodePath orphan = base.child("missing").child("a");

        CompletionStage<Created> created = session.create(CreateSpec.plain(orphan, Payload.EMPTY, Lifetime.PERSISTENT));

        assertThat(error(created)).isEqualTo(CoreError.NO_NODE);
    }

    @Test
    void aDirectoryIsMadeWithItsParentsAndAsOftenAsOneLikes() {
        NodePath deep = base.child("x").child("y").child("z");

        value(session.ensureDir(deep));
        value(session.ensureDir(deep));

        assertThat(value(session.list(deep)).orElseThrow().entries()).isEmpty();
        assertThat(value(session.stat(deep)).isPresent()).isEqualTo(store.isTree());
    }

    @Test
    void aDirectoryListsWhatIsInItAndBelowItOnce() {
        NodePath inner = base.child("d");
        value(session.ensureDir(inner));
        value(session.create(CreateSpec.plain(inner.child("x"), Payload.EMPTY, Lifetime.PERSISTENT)));
        value(session.create(CreateSpec.plain(inner.child("y"), Payload.EMPTY, Lifetime.PERSISTENT)));
        create("e", "");

        Listing listing = value(session.list(base)).orElseThrow();

        assertThat(listing.entries()).extracting(Listing.Entry::name).containsExactly("d", "e");
    }

    @Test
    void aWriteChangesDataVersionAndRevision() {
        NodeStat before = create("a", "one").stat();

        NodeStat after = value(session.write(base.child("a"), Payload.utf8("two!"), Expect.ANY));

        assertThat(dataOf(base.child("a"))).isEqualTo("two!");
        assertThat(after.createRev()).isEqualTo(before.createRev());
        assertThat(after.modRev()).isGreaterThan(before.modRev());
        assertThat(after.dataVersion()).isEqualTo(before.dataVersion() + 1);
        assertThat(after.dataLength()).isEqualTo(4);
    }

    @Test
    void aWriteNeedsANode() {
        assertThat(error(session.write(base.child("a"), Payload.EMPTY, Expect.ANY)))
                .isEqualTo(CoreError.NO_NODE);
    }

    @Test
    void whatIsExpectedUnchangedMustBeUnchanged() {
        NodeStat first = create("a", "one").stat();
        NodePath path = base.child("a");

        NodeStat second = value(session.write(path, Payload.utf8("two"), Expect.unchanged(first)));

        assertThat(error(session.write(path, Payload.utf8("three"), Expect.unchanged(first))))
                .isEqualTo(CoreError.STALE);
        assertThat(error(session.delete(path, Expect.unchanged(first)))).isEqualTo(CoreError.STALE);
        assertThat(dataOf(path)).isEqualTo("two");
        assertThat(value(session.delete(path, Expect.unchanged(second)))).isTrue();
        assertThat(dataOf(path)).isEqualTo("absent");
    }

    @Test
    void aDirectoryThatIsNotEmptyStays() {
        assumeTrue(store.isTree(), "the store has no directories");
        value(session.ensureDir(base.child("d").child("e")));

        assertThat(error(session.delete(base.child("d"), Expect.ANY))).isEqualTo(CoreError.NOT_EMPTY);
    }

    @Test
    void aRecreatedNodeIsAnotherIncarnation() {
        NodeStat first = create("a", "one").stat();
        value(session.delete(base.child("a"), Expect.ANY));

        NodeStat second = create("a", "one").stat();

        assertThat(second.createRev()).isGreaterThan(first.createRev());
    }

    @Test
    void emptyDataIsEmpty() {
        create("a", "");

        assertThat(value(session.read(base.child("a"))).orElseThrow().data()).isEqualTo(Payload.EMPTY);
    }

    @Test
    void asMuchDataAsPromisedFitsAndNoMore() {
        int most = core.info().limits().maxDataBytes();
        Payload largest = Payload.of(new byte[most]);

        value(session.create(CreateSpec.plain(base.child("a"), largest, Lifetime.PERSISTENT)));

        assertThat(value(session.read(base.child("a"))).orElseThrow().data()).isEqualTo(largest);
        assertThat(error(session.write(base.child("a"), Payload.of(new byte[most + 1]), Expect.ANY)))
                .isEqualTo(CoreError.TOO_LARGE);
    }

    @Test
    void anEphemeralKnowsItsOwner() {
        NodeStat stat = value(session.create(ephemeral(base.child("e")))).stat();

        assertThat(stat.owner()).contains(session.id());
        assertThat(stat.ownedBy(session.id())).isTrue();
        assertThat(stat.ownedBy(other.id())).isFalse();
        assertThat(create("p", "").stat().owner()).isEmpty();
    }

    @Test
    void aNodeWithATimeToLiveGoesByItself() {
        assumeTrue(core.capabilities().contains(Capability.TTL_NODES), "the store has no such nodes");
        NodePath path = base.child("t");

        value(session.create(CreateSpec.plain(path, Payload.EMPTY, Lifetime.ttl(Duration.ofHours(1)))));

        assertThat(value(session.stat(path)).orElseThrow().owner()).isEmpty();
    }

    @Test
    void operationsOfOneThreadTakeEffectInTheOrderOfIssue() {
        create("a", "0");
        List<CompletionStage<NodeStat>> writes = new ArrayList<>();
        List<CompletionStage<Optional<Node>>> reads = new ArrayList<>();

        for (int i = 1; i <= 200; i++) {
            writes.add(session.write(base.child("a"), Payload.utf8("" + i), Expect.ANY));
            reads.add(session.read(base.child("a")));
        }

        for (int i = 1; i <= 200; i++) {
            assertThat(value(writes.get(i - 1)).dataVersion()).isEqualTo(i);
            assertThat(value(reads.get(i - 1)).orElseThrow().data().utf8()).isEqualTo("" + i);
        }
    }

    // ---- ordered nodes

    @Test
    void theNameTellsAttemptAndLabel() {
        UUID attempt = UUID.randomUUID();

        Created created = value(session.create(ticket(attempt)));

        Listing listing = value(session.list(base)).orElseThrow();
        Listing.Entry entry = listing.madeBy(attempt).orElseThrow();
        Place place = entry.place().orElseThrow();
        assertThat(created.path()).isEqualTo(base.child(entry.name()));
        assertThat(place.attempt()).isEqualTo(attempt);
        assertThat(place.label()).isEqualTo("lock-");
        assertThat(created.path().name()).contains(attempt.toString()).contains("lock-");
    }

    @Test
    void aLabelledNameTellsThemToo() {
        UUID attempt = UUID.randomUUID();

        value(session.create(
                CreateSpec.ordered(base, Ordering.labelled("task-"), Payload.EMPTY, Lifetime.PERSISTENT, attempt)));

        Place place = value(session.list(base))
                .flatMap(listing -> listing.madeBy(attempt))
                .flatMap(Listing.Entry::place)
                .orElseThrow();
        assertThat(place.attempt()).isEqualTo(attempt);
        assertThat(place.label()).isEqualTo("task-");
    }

    @Test
    void aThousandFromTenSessionsHaveTheOrderOfTheirRevisions() {
        List<CoreSession> sessions = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            sessions.add(ObservedSession.open(core, TIMEOUT).session());
        }
        List<CompletionStage<Created>> creates = new ArrayList<>();

        for (int i = 0; i < 100; i++) {
            sessions.forEach(each -> creates.add(each.create(ticket(UUID.randomUUID()))));
        }

        List<String> byRevision = creates.stream()
                .map(Stages::value)
                .sorted(Comparator.comparingLong(created -> created.stat().createRev()))
                .map(created -> created.path().name())
                .toList();
        value(session.settle());
        List<String> byPlace = value(session.list(base)).orElseThrow().entries().stream()
                .map(Listing.Entry::name)
                .toList();
        assertThat(byPlace).isEqualTo(byRevision);
        sessions.forEach(each -> value(each.end()));
    }

    @Test
    void otherNamesComeLastAndHaveNoPlace() {
        create("zebra", "");
        create("ant", "");
        UUID attempt = UUID.randomUUID();
        value(session.create(ticket(attempt)));

        Listing listing = value(session.list(base)).orElseThrow();

        assertThat(listing.entries().get(0).place()).map(Place::attempt).contains(attempt);
        assertThat(listing.entries().subList(1, 3))
                .containsExactly(
                        new Listing.Entry("ant", Optional.empty()), new Listing.Entry("zebra", Optional.empty()));
    }

    @Test
    void theListingKnowsItsRevision() {
        long before = value(session.list(base)).orElseThrow().dirRev();

        long created = create("a", "").stat().createRev();

        assertThat(value(session.list(base)).orElseThrow().dirRev())
                .isEqualTo(created)
                .isGreaterThan(before);
    }

    // ---- transactions

    @Test
    void allOfItHappens() {
        NodeStat written = create("w", "one").stat();
        create("d", "");
        UUID attempt = UUID.randomUUID();
        create("r", "");
        Txn txn = Txn.builder()
                .require(base.child("r"))
                .create(plain("c", "new"))
                .write(base.child("w"), Payload.utf8("two"), Expect.unchanged(written))
                .delete(base.child("d"), Expect.ANY)
                .create(ticket(attempt))
                .build();

        TxnResult.Committed committed = (TxnResult.Committed) value(session.commit(txn));

        assertThat(committed.created()).hasSize(5);
        assertThat(committed.created().get(1)).map(Created::path).contains(base.child("c"));
        assertThat(committed.created().get(4).orElseThrow().path().name()).contains(attempt.toString());
        assertThat(committed.created().get(0)).isEmpty();
        assertThat(dataOf(base.child("c"))).isEqualTo("new");
        assertThat(dataOf(base.child("w"))).isEqualTo("two");
        assertThat(dataOf(base.child("d"))).isEqualTo("absent");
    }

    @Test
    void noneOfItHappensAndTheFirstFailureIsNamed() {
        create("d", "");
        Txn txn = Txn.builder()
                .create(plain("c", "new"))
                .delete(base.child("d"), Expect.ANY)
                .write(base.child("missing"), Payload.EMPTY, Expect.ANY)
                .require(base.child("also missing"))
                .build();

        TxnResult result = value(session.commit(txn));

        assertThat(result).isEqualTo(new TxnResult.Refused(2, CoreError.NO_NODE, base.child("missing")));
        assertThat(dataOf(base.child("c"))).isEqualTo("absent");
        assertThat(dataOf(base.child("d"))).isEqualTo("");
    }

    @Test
    void aConditionIsAboutTheStateBefore() {
        NodeStat seen = create("w", "one").stat();
        Txn txn = Txn.builder()
                .write(base.child("w"), Payload.utf8("two"), Expect.ANY)
                .requireUnchanged(base.child("w"), seen)
                .build();

        assertThat(value(session.commit(txn))).isInstanceOf(TxnResult.Committed.class);
        assertThat(value(session.commit(txn))).isEqualTo(new TxnResult.Refused(1, CoreError.STALE, base.child("w")));
    }

    @Test
    void whatMustBeAbsentIsAbsentAfterwardsToo() {
        Txn txn = Txn.builder()
                .requireAbsent(base.child("a"))
                .create(plain("b", ""))
                .build();

        assertThat(value(session.commit(txn))).isInstanceOf(TxnResult.Committed.class);
        assertThat(dataOf(base.child("a"))).isEqualTo("absent");
        assertThat(dataOf(base.child("b"))).isEqualTo("");
    }

    @Test
    void whatMustBeAbsentMayNotBeThere() {
        create("a", "");
        Txn txn = Txn.builder()
                .requireAbsent(base.child("a"))
                .create(plain("b", ""))
                .build();

        assertThat(value(session.commit(txn)))
                .isEqualTo(new TxnResult.Refused(0, CoreError.NODE_EXISTS, base.child("a")));
        assertThat(dataOf(base.child("b"))).isEqualTo("absent");
    }

    @Test
    void aReplacedNodeIsUnderThisSession() {
        NodePath path = base.child("r");
        NodeStat first = value(session.create(ephemeral(path))).stat();
        Txn txn =
                Txn.builder().replace(ephemeral(path), Expect.unchanged(first)).build();

        TxnResult.Committed committed = (TxnResult.Committed) value(other.commit(txn));

        NodeStat second = committed.created().get(0).orElseThrow().stat();
        assertThat(second.ownedBy(other.id())).isTrue();
        assertThat(second.modRev()).isGreaterThan(first.modRev());
        assertThat(second.createRev() > first.createRev()).isEqualTo(store.isTree());
    }

    @Test
    void aTransactionThatIsTooLongIsRefusedUnsent() {
        Txn.Builder txn = Txn.builder();
        for (int i = 0; i <= core.info().limits().maxTxnOps(); i++) {
            txn.require(base);
        }

        assertThat(error(session.commit(txn.build()))).isEqualTo(CoreError.TOO_LARGE);
    }

    // ---- triggers

    @Test
    void aWriteFires() {
        create("a", "one");

        Armed<Optional<Node>> armed = value(session.readAndArm(base.child("a"), ArmMode.ANY_CHANGE, fired::add));
        value(other.write(base.child("a"), Payload.utf8("two"), Expect.ANY));

        assertThat(armed.isArmed()).isTrue();
        assertThat(armed.state().orElseThrow().data().utf8()).isEqualTo("one");
        awaitHeard(fired, TriggerReason.CHANGED);
        assertThat(value(session.read(base.child("a"))).orElseThrow().data().utf8())
                .isEqualTo("two");
    }

    @Test
    void aTriggerFiresOnce() {
        create("a", "");
        value(session.readAndArm(base.child("a"), ArmMode.ANY_CHANGE, fired::add));

        value(session.write(base.child("a"), Payload.EMPTY, Expect.ANY));
        value(session.write(base.child("a"), Payload.EMPTY, Expect.ANY));
        value(session.delete(base.child("a"), Expect.ANY));
        create("a", "");
        awaitTrigger(() -> value(session.write(base.child("a"), Payload.EMPTY, Expect.ANY)));

        assertThat(fired).containsExactly(TriggerReason.CHANGED);
    }

    /** Arms a trigger on node a, makes a change, waits for it: what changed before has been told by then. */
    private void awaitTrigger(Runnable change) {
        List<TriggerReason> marker = new CopyOnWriteArrayList<>();
        value(session.readAndArm(base.child("a"), ArmMode.ANY_CHANGE, marker::add));
        change.run();
        awaitHeard(marker, TriggerReason.CHANGED);
    }

    @Test
    void aDeletionFires() {
        create("a", "");
        value(session.readAndArm(base.child("a"), ArmMode.DELETION_ONLY, fired::add));

        value(other.delete(base.child("a"), Expect.ANY));

        awaitHeard(fired, TriggerReason.DELETED);
    }

    @Test
    void theCreationOfAnAbsentNodeFires() {
        Armed<Optional<Node>> armed = value(session.readAndArm(base.child("a"), ArmMode.ANY_CHANGE, fired::add));

        value(other.create(plain("a", "")));

        assertThat(armed.state()).isEmpty();
        assertThat(armed.isArmed()).isTrue();
        awaitHeard(fired, TriggerReason.CREATED);
    }

    @Test
    void whoWaitsForDeletionLeavesNothingAtAnAbsentNode() {
        Armed<Optional<Node>> armed = value(session.readAndArm(base.child("a"), ArmMode.DELETION_ONLY, fired::add));
        create("a", "");

        value(session.settle());

        assertThat(armed.state()).isEmpty();
        assertThat(armed.isArmed()).isFalse();
        assertThat(fired).isEmpty();
    }

    @Test
    void aChildThatComesOrGoesFires() {
        create("a", "");
        Armed<Optional<Listing>> armed = value(session.listAndArm(base, fired::add));

        value(other.create(plain("b", "")));

        assertThat(armed.state().orElseThrow().entries()).hasSize(1);
        awaitHeard(fired, TriggerReason.CHILDREN);
        value(session.listAndArm(base, fired::add));
        value(other.delete(base.child("b"), Expect.ANY));
        awaitHeard(fired, TriggerReason.CHILDREN, TriggerReason.CHILDREN);
    }

    @Test
    void aChildThatIsWrittenDoesNotFire() {
        create("a", "");
        value(session.listAndArm(base, fired::add));

        awaitTrigger(() -> value(session.write(base.child("a"), Payload.utf8("x"), Expect.ANY)));

        assertThat(fired).isEmpty();
    }

    @Test
    void anAbsentDirectoryFiresWhenItComes() {
        assumeTrue(store.isTree(), "the store has no directories");
        NodePath directory = base.child("d");
        Armed<Optional<Listing>> armed = value(session.listAndArm(directory, fired::add));

        value(other.ensureDir(directory));

        assertThat(armed.state()).isEmpty();
        awaitHeard(fired, TriggerReason.CREATED);
    }

    @Test
    void aCancelledTriggerStaysSilentAndTheOthersDoNot() {
        create("a", "");
        List<TriggerReason> cancelled = new CopyOnWriteArrayList<>();
        Armed<Optional<Node>> first = value(session.readAndArm(base.child("a"), ArmMode.ANY_CHANGE, cancelled::add));
        value(session.readAndArm(base.child("a"), ArmMode.ANY_CHANGE, fired::add));

        first.cancel();
        first.cancel();
        value(session.write(base.child("a"), Payload.EMPTY, Expect.ANY));

        awaitHeard(fired, TriggerReason.CHANGED);
        assertThat(cancelled).isEmpty();
    }

    @Test
    void aTriggerArmedWhileAnotherIsCancelledFires() {
        create("a", "");

        for (int i = 0; i < 50; i++) {
            Armed<Optional<Node>> armed = value(session.readAndArm(base.child("a"), ArmMode.ANY_CHANGE, reason -> {}));
            CompletionStage<Armed<Optional<Node>>> next =
                    session.readAndArm(base.child("a"), ArmMode.ANY_CHANGE, fired::add);
            armed.cancel();
            value(next);
            value(session.write(base.child("a"), Payload.EMPTY, Expect.ANY));
            int expected = i + 1;
            await().atMost(Stages.PATIENCE).pollInterval(Duration.ofMillis(2)).until(() -> fired.size() == expected);
        }
    }

    @Test
    void theEndOfTheSessionFiresWithLostTrack() {
        create("a", "");
        value(other.readAndArm(base.child("a"), ArmMode.ANY_CHANGE, fired::add));

        value(other.end());

        awaitHeard(fired, TriggerReason.LOST_TRACK);
    }

    // ---- subscriptions

    @Test
    void aNodeIsFollowedFromBeforeItsCreationUntilAfterItsDeletion() {
        NodePath path = base.child("a");
        try (Subscription subscription = session.subscribe(path, Depth.NODE, true, copy)) {
            copy.awaitReset();

            value(other.create(plain("a", "one")));
            copy.awaitState(Map.of(path, "one"));
            value(other.write(path, Payload.utf8("two"), Expect.ANY));
            copy.awaitState(Map.of(path, "two"));
            value(other.delete(path, Expect.ANY));
            copy.awaitState(Map.of());
        }
    }

    @Test
    void childrenAreFollowedAndNothingElse() {
        create("a", "one");
        try (Subscription subscription = session.subscribe(base, Depth.CHILDREN, true, copy)) {
            copy.awaitReset();

            value(other.create(plain("b", "two")));
            value(other.create(CreateSpec.plain(base.child("b").child("deep"), Payload.EMPTY, Lifetime.PERSISTENT)));
            value(other.write(base.child("a"), Payload.utf8("three"), Expect.ANY));

            copy.awaitState(Map.of(base.child("a"), "three", base.child("b"), "two"));
        }
    }

    @Test
    void aSubtreeIsFollowed() {
        create("x", "");
        value(session.create(CreateSpec.plain(base.child("x").child("y"), Payload.EMPTY, Lifetime.PERSISTENT)));
        value(session.create(
                CreateSpec.plain(base.child("x").child("y").child("z"), Payload.utf8("one"), Lifetime.PERSISTENT)));
        try (Subscription subscription = session.subscribe(base, Depth.SUBTREE, true, copy)) {
            copy.awaitReset();
            copy.awaitState(Map.of(
                    base.child("x"), "",
                    base.child("x").child("y"), "",
                    base.child("x").child("y").child("z"), "one"));

            value(other.delete(base.child("x").child("y").child("z"), Expect.ANY));
            value(other.create(plain("w", "two")));

            copy.awaitState(Map.of(base.child("x"), "", base.child("x").child("y"), "", base.child("w"), "two"));
        }
    }

    @Test
    void withoutDataTheNodesAreEmptyButTheirRevisionsMove() {
        NodeStat first = create("a", "one").stat();
        try (Subscription subscription = session.subscribe(base, Depth.CHILDREN, false, copy)) {
            copy.awaitState(Map.of(base.child("a"), ""));

            value(other.write(base.child("a"), Payload.utf8("two"), Expect.ANY));

            await().atMost(Stages.PATIENCE)
                    .until(() -> copy.node(base.child("a")).stat().modRev() > first.modRev());
            assertThat(copy.node(base.child("a")).data()).isEqualTo(Payload.EMPTY);
        }
    }

    @Test
    void theFinalStateArrivesHoweverFastItChanges() {
        create("a", "0");
        try (Subscription subscription = session.subscribe(base, Depth.CHILDREN, true, copy)) {
            for (int i = 1; i <= 300; i++) {
                other.write(base.child("a"), Payload.utf8("" + i), Expect.ANY);
                other.create(plain("n" + i, ""));
                other.delete(base.child("n" + i), Expect.ANY);
            }

            copy.awaitState(Map.of(base.child("a"), "300"));
        }
    }

    @Test
    void twoFollowTheSameAndOneLeaves() {
        Copy second = new Copy();
        Subscription first = session.subscribe(base, Depth.CHILDREN, true, copy);
        try (Subscription stays = session.subscribe(base, Depth.CHILDREN, true, second)) {
            copy.awaitReset();
            second.awaitReset();

            first.close();
            first.close();
            value(other.create(plain("a", "one")));

            second.awaitState(Map.of(base.child("a"), "one"));
            assertThat(copy.state()).isEmpty();
        }
    }

    // ---- sessions

    @Test
    void anEndedSessionTakesItsEphemeralsAndNothingElse() {
        ObservedSession.Opened ending = ObservedSession.open(core, TIMEOUT);
        value(ending.session().create(ephemeral(base.child("mine"))));
        value(ending.session().create(plain("stays", "")));
        value(session.create(ephemeral(base.child("yours"))));
        value(session.readAndArm(base.child("mine"), ArmMode.DELETION_ONLY, fired::add));

        value(ending.session().end());

        awaitHeard(fired, TriggerReason.DELETED);
        assertThat(dataOf(base.child("mine"))).isEqualTo("absent");
        assertThat(dataOf(base.child("stays"))).isEqualTo("");
        assertThat(dataOf(base.child("yours"))).isEqualTo("");
        assertThat(ending.session().phase()).isEqualTo(Phase.ENDED);
        assertThat(ending.observer().heard()).containsExactly("ended ENDED_BY_OWNER");
    }

    @Test
    void anEphemeralStaysItsOwnersWhoeverWritesIt() {
        NodePath path = base.child("mine");
        ObservedSession.Opened owner = ObservedSession.open(core, TIMEOUT);
        value(owner.session().create(ephemeral(path)));

        NodeStat written = value(session.write(path, Payload.utf8("yours"), Expect.ANY));

        assertThat(written.owner()).contains(owner.session().id());
        value(owner.session().end());
        assertThat(dataOf(path)).isEqualTo("absent");
    }

    @Test
    void nothingHappensUnderAnEndedSession() {
        ObservedSession.Opened ended = ObservedSession.open(core, TIMEOUT);
        value(ended.session().end());
        value(ended.session().end());

        assertThat(failure(ended.session().create(plain("a", "")))).isInstanceOf(SessionEndedException.class);
        assertThat(error(ended.session().read(base))).isEqualTo(CoreError.SESSION_ENDED);
        assertThat(error(ended.session().settle())).isEqualTo(CoreError.SESSION_ENDED);
        assertThat(error(ended.session().verifyAlive())).isEqualTo(CoreError.SESSION_ENDED);
        assertThat(dataOf(base.child("a"))).isEqualTo("absent");
    }

    @Test
    void sessionsHaveDifferentIds() {
        assertThat(session.id()).isNotEqualTo(other.id());
    }

    @Test
    void aLiveSessionIsLiveAndHasADeadlineAhead() {
        value(session.verifyAlive());

        assertThat(session.phase()).isEqualTo(Phase.LIVE);
        assertThat(session.leaseDeadlineNanos() - System.nanoTime())
                .isPositive()
                .isLessThanOrEqualTo(session.timeout().toNanos());
        assertThat(session.timeout()).isEqualTo(TIMEOUT);
    }

    @Test
    void theStoreTellsTheEphemeralsOfASession() {
        assumeTrue(core.capabilities().contains(Capability.OWN_EPHEMERALS), "the store cannot tell");
        value(session.ensureDir(base.child("in")));
        NodePath in =
                value(session.create(ephemeral(base.child("in").child("e")))).path();
        NodePath out = value(session.create(ephemeral(base.child("int")))).path();
        value(other.create(ephemeral(base.child("in").child("foreign"))));
        value(session.settle());

        assertThat(value(session.ownEphemerals(base.child("in")))).isEqualTo(Set.of(in));
        assertThat(value(session.ownEphemerals(base))).isEqualTo(Set.of(in, out));
    }

    @Test
    void aClosedCoreEndsItsSessionsForThisClientOnly() {
        CoordinationCore closing = store.open(store.address());
        ObservedSession.Opened abandoned = ObservedSession.open(closing, TIMEOUT);
        value(abandoned.session().create(ephemeral(base.child("e"))));

        closing.close();
        closing.close();

        assertThat(abandoned.observer().heard()).containsExactly("ended CORE_CLOSED");
        assertThat(abandoned.session().phase()).isEqualTo(Phase.ENDED);
        assertThat(error(abandoned.session().read(base))).isEqualTo(CoreError.SESSION_ENDED);
        assertThat(dataOf(base.child("e"))).isEqualTo("");
        assertThat(error(closing.openSession(SessionOptions.withTimeout(TIMEOUT), abandoned.observer())))
                .isEqualTo(CoreError.CLOSED);
    }

    /** The state of a subscription, as its calls say. */
    static final class Copy implements ChangeSink {
        private final Map<NodePath, Node> nodes = new TreeMap<>();
        private int resets;
        private long revision;

        @Override
        public synchronized void reset(List<Node> all, long atRevision) {
            nodes.clear();
            all.forEach(node -> nodes.put(node.path(), node));
            resets++;
            revision = Math.max(revision, atRevision);
        }

        @Override
        public synchronized void put(Node node) {
            Node before = nodes.put(node.path(), node);
            if (before != null && before.stat().modRev() > node.stat().modRev()) {
                throw new AssertionError(node.path() + " went back from " + before + " to " + node);
            }
        }

        @Override
        public synchronized void remove(NodePath path, long atRevision) {
            if (nodes.remove(path) == null) {
                throw new AssertionError("removed what was not there: " + path);
            }
        }

        synchronized int resets() {
            return resets;
        }

        synchronized Node node(NodePath path) {
            return Objects.requireNonNull(nodes.get(path), () -> path + " is not there");
        }

        synchronized Map<NodePath, Node> nodes() {
            return new TreeMap<>(nodes);
        }

        synchronized Map<NodePath, String> state() {
            Map<NodePath, String> state = new TreeMap<>();
            nodes.forEach((path, node) -> state.put(path, node.data().utf8()));
            return state;
        }

        void awaitReset() {
            await().atMost(Stages.PATIENCE).until(() -> resets() > 0);
        }

        void awaitState(Map<NodePath, String> expected) {
            await().atMost(Stages.PATIENCE)
                    .untilAsserted(() -> assertThat(state()).isEqualTo(expected));
        }
    }
}
