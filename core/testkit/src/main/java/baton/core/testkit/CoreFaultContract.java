package baton.core.testkit;

import static baton.core.testkit.Stages.failure;
import static baton.core.testkit.Stages.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.CoordinationCore;
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
import baton.core.SessionOptions;
import baton.core.Subscription;
import baton.core.TriggerReason;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.core.testkit.CoordinationCoreContract.Copy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What every core that speaks over a network does when replies are lost, connections cut, sessions expire, and the store
 * goes down.
 *
 * <p>A core runs it by extending it with {@link #startCore}. The session under test goes through a proxy; another, the
 * witness, does not, and sees the store as it is.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class CoreFaultContract {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(30);

    private CoreUnderTest store;
    private CoordinationCore witnessCore;
    private FaultyLink proxy;
    private CoordinationCore core;
    private CoreSession session;
    private ObservedSession observer;
    private CoreSession witness;
    private NodePath base;

    /** Starts the store; once for all tests. */
    protected abstract CoreUnderTest startCore();

    @BeforeAll
    void startStore() {
        store = startCore();
        witnessCore = store.open(store.address());
    }

    @AfterAll
    void stopStore() {
        // Where the store is not installed, the class was skipped before there was one.
        if (witnessCore != null) {
            witnessCore.close();
            store.close();
        }
    }

    @BeforeEach
    void openSessions() {
        witness = ObservedSession.open(witnessCore, LONG_TIMEOUT).session();
        base = NodePath.ROOT.child("faults-" + UUID.randomUUID());
        value(witness.ensureDir(base));
        proxy = store.faultyLink();
        core = store.open(proxy.address());
        open(SessionOptions.withTimeout(LONG_TIMEOUT));
    }

    @AfterEach
    void endSessions() {
        proxy.heal();
        value(session.end());
        core.close();
        proxy.close();
        value(witness.end());
    }

    private void open(SessionOptions options) {
        if (session != null && session.phase() != Phase.ENDED) {
            value(session.end());
        }
        ObservedSession.Opened opened = ObservedSession.open(core, options);
        session = opened.session();
        observer = opened.observer();
    }

    private CreateSpec plain(String name, String data) {
        return CreateSpec.plain(base.child(name), Payload.utf8(data), Lifetime.PERSISTENT);
    }

    private CreateSpec ephemeral(String name) {
        return CreateSpec.plain(base.child(name), Payload.EMPTY, Lifetime.EPHEMERAL);
    }

    private Optional<Node> truth(String name) {
        value(witness.settle());
        return value(witness.read(base.child(name)));
    }

    private void awaitHeard(String... expected) {
        await().atMost(Stages.PATIENCE)
                .untilAsserted(() -> assertThat(observer.heard()).containsExactly(expected));
    }

    private void awaitPhase(Phase phase) {
        await().atMost(Stages.PATIENCE).until(() -> session.phase() == phase);
    }

    // ---- lost replies

    @Test
    void aCreateWithoutReplyIsInDoubtAndFoundByItsAttempt() {
        UUID attempt = UUID.randomUUID();
        proxy.dropReply(WireOp.CREATE);

        CoreError error = failure(session.create(
                        CreateSpec.ordered(base, Ordering.ticket("lock-"), Payload.EMPTY, Lifetime.EPHEMERAL, attempt)))
                .code();
        value(session.settle());

        assertThat(error).isEqualTo(CoreError.IN_DOUBT);
        Listing.Entry entry =
                value(session.list(base)).flatMap(list -> list.madeBy(attempt)).orElseThrow();
        assertThat(value(session.stat(base.child(entry.name()))).orElseThrow().ownedBy(session.id()))
                .isTrue();
    }

    @Test
    void aCreateThatNeverArrivedIsInDoubtAndNotFoundAfterSettling() {
        UUID attempt = UUID.randomUUID();
        proxy.dropRequest(WireOp.CREATE);

        CoreError error = failure(session.create(
                        CreateSpec.ordered(base, Ordering.ticket("lock-"), Payload.EMPTY, Lifetime.EPHEMERAL, attempt)))
                .code();
        value(session.settle());

        assertThat(error).isEqualTo(CoreError.IN_DOUBT);
        assertThat(value(session.list(base)).flatMap(list -> list.madeBy(attempt)))
                .isEmpty();
    }

    @Test
    void otherChangesWithoutReplyAreInDoubtAndTheTruthIsReadAfterSettling() {
        NodePath written = value(session.create(plain("w", "one"))).path();
        NodePath deleted = value(session.create(plain("d", ""))).path();

        proxy.dropReply(WireOp.SET_DATA);
        assertThat(failure(session.write(written, Payload.utf8("two"), Expect.ANY))
                        .code())
                .isEqualTo(CoreError.IN_DOUBT);
        value(session.settle());
        assertThat(value(session.read(written)).orElseThrow().data().utf8()).isEqualTo("two");

        proxy.dropReply(WireOp.DELETE);
        assertThat(failure(session.delete(deleted, Expect.ANY)).code()).isEqualTo(CoreError.IN_DOUBT);
        value(session.settle());
        assertThat(value(session.stat(deleted))).isEmpty();
    }

    @Test
    void aTransactionWithoutReplyHappenedAsAWholeOrNotAtAll() {
        Txn txn = Txn.builder().create(plain("a", "")).create(plain("b", "")).build();

        proxy.dropRequest(WireOp.MULTI);
        assertThat(failure(session.commit(txn)).code()).isEqualTo(CoreError.IN_DOUBT);
        value(session.settle());
        assertThat(value(session.stat(base.child("a")))).isEmpty();
        assertThat(value(session.stat(base.child("b")))).isEmpty();

        proxy.dropReply(WireOp.MULTI);
        assertThat(failure(session.commit(txn)).code()).isEqualTo(CoreError.IN_DOUBT);
        value(session.settle());
        assertThat(value(session.stat(base.child("a")))).isPresent();
        assertThat(value(session.stat(base.child("b")))).isPresent();
    }

    @Test
    void aReadWithoutReplyIsUnavailable() {
        value(session.create(plain("a", "")));

        proxy.dropReply(WireOp.GET_DATA);

        assertThat(failure(session.read(base.child("a"))).code()).isEqualTo(CoreError.UNAVAILABLE);
    }

    @Test
    void whatIsAskedWithoutAConnectionIsUnavailableAndNeverSent() {
        proxy.cut();
        awaitPhase(Phase.DISCONNECTED);

        CoreError error = failure(session.create(plain("a", ""))).code();
        proxy.heal();
        value(session.settle());

        assertThat(error).isEqualTo(CoreError.UNAVAILABLE);
        assertThat(truth("a")).isEmpty();
    }

    @Test
    void aLateWriteDoesNotTakeEffectAfterSettling() throws InterruptedException {
        HeldRequest held = proxy.holdRequest(WireOp.CREATE);
        CompletionStage<Created> create = session.create(plain("late", ""));
        held.awaitArrival(Stages.PATIENCE);

        proxy.cutOnce();
        assertThat(failure(create).code()).isEqualTo(CoreError.IN_DOUBT);
        value(session.settle());
        held.release();

        // The store refuses it or has closed its connection; either way later writes overtake it.
        value(session.create(plain("after", "")));
        assertThat(truth("late")).isEmpty();
    }

    // ---- cuts

    @Test
    void aSessionSurvivesACutWithItsEphemerals() {
        value(session.create(ephemeral("e")));

        proxy.cutOnce();

        awaitHeard("disconnected", "reconnected");
        assertThat(session.phase()).isEqualTo(Phase.LIVE);
        value(session.verifyAlive());
        assertThat(truth("e").orElseThrow().stat().ownedBy(session.id())).isTrue();
    }

    @Test
    void settlingWaitsForTheConnection() {
        proxy.cut();
        awaitPhase(Phase.DISCONNECTED);

        CompletionStage<Void> settled = session.settle();

        assertThat(settled.toCompletableFuture()).isNotDone();
        proxy.heal();
        value(settled);
    }

    @Test
    void aTriggerFiresForAChangeThatCameDuringACut() {
        value(session.create(plain("written", "")));
        value(session.create(plain("deleted", "")));
        List<String> fired = new CopyOnWriteArrayList<>();
        value(session.readAndArm(base.child("written"), ArmMode.ANY_CHANGE, r -> fired.add("written " + r)));
        value(session.readAndArm(base.child("deleted"), ArmMode.DELETION_ONLY, r -> fired.add("deleted " + r)));
        value(session.readAndArm(base.child("absent"), ArmMode.ANY_CHANGE, r -> fired.add("absent " + r)));
        value(session.listAndArm(base, r -> fired.add("children " + r)));
        proxy.cut();
        awaitPhase(Phase.DISCONNECTED);

        value(witness.write(base.child("written"), Payload.utf8("x"), Expect.ANY));
        value(witness.delete(base.child("deleted"), Expect.ANY));
        value(witness.create(plain("absent", "")));
        proxy.heal();

        await().atMost(Stages.PATIENCE)
                .untilAsserted(() -> assertThat(fired)
                        .containsExactlyInAnyOrder(
                                "written CHANGED", "deleted DELETED", "absent CREATED", "children CHILDREN"));
    }

    @Test
    void aTriggerWhoseChangesTheStoreHasForgottenLosesTrackAndASubscriptionBeginsAnew() {
        value(session.create(plain("a", "one")));
        List<TriggerReason> fired = new CopyOnWriteArrayList<>();
        value(session.readAndArm(base.child("a"), ArmMode.ANY_CHANGE, fired::add));
        Copy copy = new Copy();
        try (Subscription subscription = session.subscribe(base, Depth.CHILDREN, true, copy)) {
            copy.awaitState(Map.of(base.child("a"), "one"));
            proxy.cut();
            awaitPhase(Phase.DISCONNECTED);

            value(witness.write(base.child("a"), Payload.utf8("two"), Expect.ANY));
            value(witness.create(plain("b", "")));
            assumeTrue(store.forgetHistory(), "the store keeps no history");
            proxy.heal();

            copy.awaitState(Map.of(base.child("a"), "two", base.child("b"), ""));
        }
        await().atMost(Stages.PATIENCE)
                .untilAsserted(() -> assertThat(fired).containsExactly(TriggerReason.LOST_TRACK));
    }

    @Test
    void aTriggerSurvivesACut() {
        value(session.create(plain("a", "")));
        List<TriggerReason> fired = new CopyOnWriteArrayList<>();
        value(session.readAndArm(base.child("a"), ArmMode.ANY_CHANGE, fired::add));

        proxy.cutOnce();
        awaitHeard("disconnected", "reconnected");
        value(witness.write(base.child("a"), Payload.EMPTY, Expect.ANY));

        await().atMost(Stages.PATIENCE).untilAsserted(() -> assertThat(fired).containsExactly(TriggerReason.CHANGED));
    }

    @Test
    void aCancelledTriggerLeavesNoRegistration() {
        assumeTrue(store.registrations().isPresent(), "the store does not count its watches");
        value(session.create(plain("a", "")));
        long before = store.registrations().orElseThrow();
        Armed<Optional<Node>> node = value(session.readAndArm(base.child("a"), ArmMode.ANY_CHANGE, reason -> {}));
        Armed<Optional<Node>> absent = value(session.readAndArm(base.child("b"), ArmMode.ANY_CHANGE, reason -> {}));
        Armed<Optional<Listing>> children = value(session.listAndArm(base, reason -> {}));
        Subscription subscription = session.subscribe(base, Depth.SUBTREE, true, new Copy());
        await().atMost(Stages.PATIENCE)
                .untilAsserted(() -> assertThat(store.registrations()).contains(before + 4));

        node.cancel();
        absent.cancel();
        children.cancel();
        subscription.close();

        await().atMost(Stages.PATIENCE)
                .untilAsserted(() -> assertThat(store.registrations()).contains(before));
    }

    // ---- subscriptions

    @Test
    void aSubscriptionEqualsTheStoreAfterManyChangesAndCuts() {
        assertThat(changesAndCuts(1_500, 6)).isGreaterThan(6);
    }

    @Test
    @Tag("soak")
    void aSubscriptionEqualsTheStoreAfterTenThousandChangesAndFiftyCuts() {
        assertThat(changesAndCuts(10_000, 50)).isGreaterThan(50);
    }

    private int changesAndCuts(int changes, int cuts) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Copy copy = new Copy();
        Map<NodePath, String> model = new TreeMap<>();
        try (Subscription subscription = session.subscribe(base, Depth.SUBTREE, true, copy)) {
            for (int i = 1; i <= changes; i++) {
                change(random, model, i);
                if (i % (changes / cuts) == 0) {
                    // Else a cut could meet a connection that is not there yet.
                    int resets = i / (changes / cuts);
                    await().atMost(Stages.PATIENCE).until(() -> copy.resets() >= resets);
                    proxy.cutOnce();
                }
            }
            await("seed " + seed).atMost(Stages.PATIENCE).untilAsserted(() -> {
                assertThat(copy.resets()).isGreaterThan(cuts);
                assertThat(copy.state()).isEqualTo(model);
            });
        }
        return copy.resets();
    }

    private void change(Random random, Map<NodePath, String> model, int step) {
        NodePath parent = random.nextBoolean() ? base : base.child("d" + random.nextInt(5));
        NodePath path = parent.child("d" + random.nextInt(5));
        boolean hasParent = parent.equals(base) || model.containsKey(parent);
        boolean hasChildren = model.keySet().stream().anyMatch(each -> each.isWithin(path) && !each.equals(path));
        String data = "" + step;
        if (!model.containsKey(path) && hasParent) {
            value(witness.create(CreateSpec.plain(path, Payload.utf8(data), Lifetime.PERSISTENT)));
            model.put(path, data);
        } else if (model.containsKey(path) && random.nextInt(3) == 0 && !hasChildren) {
            value(witness.delete(path, Expect.ANY));
            model.remove(path);
        } else if (model.containsKey(path)) {
            value(witness.write(path, Payload.utf8(data), Expect.ANY));
            model.put(path, data);
        }
    }

    @Test
    void aNodeRecreatedDuringACutIsAnotherIncarnation() {
        NodeStat first = value(session.create(plain("a", "same"))).stat();
        Copy copy = new Copy();
        try (Subscription subscription = session.subscribe(base, Depth.CHILDREN, true, copy)) {
            copy.awaitState(Map.of(base.child("a"), "same"));
            proxy.cut();
            awaitPhase(Phase.DISCONNECTED);

            value(witness.delete(base.child("a"), Expect.ANY));
            value(witness.create(plain("a", "same")));
            proxy.heal();

            await().atMost(Stages.PATIENCE)
                    .until(() -> copy.node(base.child("a")).stat().createRev() > first.createRev());
        }
    }

    // ---- the end of sessions

    @Test
    void theStoreEndsASessionAndItsClientLearnsOfIt() {
        value(session.create(ephemeral("e")));
        List<TriggerReason> fired = new CopyOnWriteArrayList<>();
        value(session.readAndArm(base.child("e"), ArmMode.DELETION_ONLY, fired::add));

        proxy.expire(session.id().value());

        awaitPhase(Phase.ENDED);
        await().atMost(Stages.PATIENCE)
                .untilAsserted(() -> assertThat(observer.heard()).endsWith("ended EXPIRED"));
        assertThat(truth("e")).isEmpty();
        assertThat(failure(session.create(plain("a", ""))).code()).isEqualTo(CoreError.SESSION_ENDED);
        assertThat(failure(session.settle()).code()).isEqualTo(CoreError.SESSION_ENDED);
        assertThat(fired).hasSize(1);
    }

    @Test
    void aClientThatIsCutOffGivesUpAndNothingOfItsSessionSucceedsLater() {
        open(SessionOptions.withTimeout(TIMEOUT));
        value(session.create(ephemeral("e")));
        CoreSession cutOff = session;
        proxy.cut();

        CompletionStage<Void> settling = cutOff.settle();
        awaitHeard("disconnected", "ended GIVEN_UP");
        assertThat(failure(settling).code()).isEqualTo(CoreError.SESSION_ENDED);
        proxy.heal();

        assertThat(failure(cutOff.create(plain("a", ""))).code()).isEqualTo(CoreError.SESSION_ENDED);
        await().atMost(Stages.PATIENCE).until(() -> truth("e").isEmpty());
        assertThat(observer.heard()).containsExactly("disconnected", "ended GIVEN_UP");
        assertThat(truth("a")).isEmpty();
    }

    @Test
    void theDeadlineHasPassedBeforeTheStoreEndsTheSession() {
        open(SessionOptions.withTimeout(TIMEOUT));
        value(session.create(ephemeral("e")));
        AtomicLong gone = new AtomicLong();
        value(witness.readAndArm(base.child("e"), ArmMode.DELETION_ONLY, reason -> gone.set(System.nanoTime())));
        proxy.delay(TIMEOUT.dividedBy(10));
        awaitExtension();

        proxy.stall();

        await().atMost(Stages.PATIENCE).until(() -> gone.get() != 0);
        assertThat(gone.get() - session.leaseDeadlineNanos()).isPositive();
        assertThat(session.leaseDeadlineNanos()).isEqualTo(observer.deadlineNanos());
    }

    private void awaitExtension() {
        long before = session.leaseDeadlineNanos();
        await().atMost(Stages.PATIENCE).until(() -> session.leaseDeadlineNanos() - before > 0);
    }

    @Test
    void aSilentLinkIsNoticed() {
        open(SessionOptions.withTimeout(TIMEOUT));
        value(session.read(base));

        proxy.stall();

        awaitHeard("disconnected", "ended GIVEN_UP");
        assertThat(observer.endedAtNanos() - session.leaseDeadlineNanos()).isPositive();
    }

    @Test
    void anIdleSessionStaysAlive() {
        open(SessionOptions.withTimeout(TIMEOUT));
        value(session.create(ephemeral("e")));
        long start = session.leaseDeadlineNanos();

        await().atMost(Stages.PATIENCE).until(() -> session.leaseDeadlineNanos() - start > 2 * TIMEOUT.toNanos());

        assertThat(observer.heard()).isEmpty();
        assertThat(truth("e")).isPresent();
    }

    @Test
    void aSessionConfirmedByQuorumWritesStaysAlive() {
        open(new SessionOptions(TIMEOUT, SessionOptions.LeaseConfirmation.QUORUM, 1.0));
        value(session.create(ephemeral("e")));
        long start = session.leaseDeadlineNanos();
        int writes = proxy.requests(WireOp.MULTI);

        await().atMost(Stages.PATIENCE).until(() -> session.leaseDeadlineNanos() - start > 2 * TIMEOUT.toNanos());

        assertThat(proxy.requests(WireOp.MULTI) - writes).isGreaterThanOrEqualTo(5);
        assertThat(observer.heard()).isEmpty();
    }

    @Test
    void aListenerThatBlocksDoesNotStopTheLivenessTraffic() throws InterruptedException {
        open(SessionOptions.withTimeout(TIMEOUT));
        value(session.create(ephemeral("e")));
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        // A trigger and not a stage: what is added to a stage that is complete already runs on this thread.
        value(session.readAndArm(base.child("e"), ArmMode.ANY_CHANGE, reason -> {
            blocked.countDown();
            awaitUnchecked(release);
        }));
        value(witness.write(base.child("e"), Payload.utf8("fire"), Expect.ANY));
        assertThat(blocked.await(Stages.PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                .isTrue();
        long start = session.leaseDeadlineNanos();

        await().atMost(Stages.PATIENCE).until(() -> session.leaseDeadlineNanos() - start > 2 * TIMEOUT.toNanos());

        assertThat(truth("e")).isPresent();
        release.countDown();
        value(session.verifyAlive());
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the store goes down

    @Test
    void aRestartOfTheStoreKeepsSessionTriggersAndSubscriptions() {
        value(session.create(ephemeral("e")));
        value(session.create(plain("a", "one")));
        List<TriggerReason> fired = new CopyOnWriteArrayList<>();
        value(session.readAndArm(base.child("a"), ArmMode.ANY_CHANGE, fired::add));
        Copy copy = new Copy();
        try (Subscription subscription = session.subscribe(base, Depth.CHILDREN, true, copy)) {
            copy.awaitReset();

            store.stop();
            awaitPhase(Phase.DISCONNECTED);
            store.start();
            awaitPhase(Phase.LIVE);
            value(session.write(base.child("a"), Payload.utf8("two"), Expect.ANY));

            copy.awaitState(Map.of(base.child("a"), "two", base.child("e"), ""));
        }
        await().atMost(Stages.PATIENCE).untilAsserted(() -> assertThat(fired).containsExactly(TriggerReason.CHANGED));
        await().atMost(Stages.PATIENCE).until(() -> witness.phase() == Phase.LIVE);
        assertThat(truth("e").orElseThrow().stat().ownedBy(session.id())).isTrue();
    }

    @Test
    void aSessionIsOpenedOnceTheStoreCanBeReached() {
        proxy.cut();
        CompletionStage<CoreSession> opening = core.openSession(SessionOptions.withTimeout(LONG_TIMEOUT), observer);

        assertThat(opening.toCompletableFuture()).isNotDone();
        proxy.heal();

        value(value(opening).end());
    }

    @Test
    void closingTheCoreFailsAnOpenThatWaits() {
        CoordinationCore closing = store.open(proxy.address());
        proxy.cut();
        CompletionStage<CoreSession> opening = closing.openSession(SessionOptions.withTimeout(LONG_TIMEOUT), observer);

        closing.close();

        assertThat(failure(opening).code()).isEqualTo(CoreError.CLOSED);
    }

    // ---- leaks

    @Test
    void aThousandSessionsLeaveNothingBehind() {
        Set<Thread> before = batonThreads();
        for (int cores = 0; cores < 10; cores++) {
            CoordinationCore each = store.open(store.address());
            for (int sessions = 0; sessions < 100; sessions++) {
                CoreSession opened = ObservedSession.open(each, LONG_TIMEOUT).session();
                value(opened.create(
                        CreateSpec.plain(base.child("e" + cores + "-" + sessions), Payload.EMPTY, Lifetime.EPHEMERAL)));
                value(opened.end());
            }
            each.close();
        }

        await().atMost(Stages.PATIENCE).until(() -> before.containsAll(batonThreads()));
        value(witness.settle());
        assertThat(value(witness.list(base)).orElseThrow().entries()).isEmpty();
    }

    /** Ours by their name: others come and go with the test's own tools. */
    private static Set<Thread> batonThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("baton-"))
                .collect(Collectors.toSet());
    }

    @Test
    void aChangeRefusedInATransactionIsNamedEvenAfterACut() {
        proxy.cutOnce();
        awaitHeard("disconnected", "reconnected");

        TxnResult result = value(session.commit(Txn.builder()
                .create(plain("a", ""))
                .require(base.child("missing"))
                .build()));

        assertThat(result).isEqualTo(new TxnResult.Refused(1, CoreError.NO_NODE, base.child("missing")));
        assertThat(truth("a")).isEmpty();
    }
}
