package baton.etcd;

import static baton.core.testkit.Stages.failure;
import static baton.core.testkit.Stages.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.ArmMode;
import baton.core.Capability;
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
import baton.core.SessionOptions;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.core.UnsupportedByCoreException;
import baton.core.testkit.EtcdServer;
import baton.core.testkit.FaultProxy;
import baton.core.testkit.HeldRequest;
import baton.core.testkit.ObservedSession;
import baton.core.testkit.Stages;
import baton.core.testkit.WireOp;
import baton.etcd.state.LeaseId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is particular to etcd. */
class EtcdCoreTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static EtcdServer server;

    private final NodePath base = NodePath.of("/t-" + UUID.randomUUID());
    private CoordinationCore core;
    private CoreSession session;

    @BeforeAll
    static void startServer() {
        server = EtcdServer.start();
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() {
        core = CoordinationCore.connect(server.connectString() + "/shop");
        session = ObservedSession.open(core, TIMEOUT).session();
    }

    @AfterEach
    void close() {
        value(session.end());
        core.close();
    }

    private CreateSpec spec(String name, Lifetime lifetime) {
        return CreateSpec.plain(base.child(name), Payload.EMPTY, lifetime);
    }

    // ---- what is in etcd

    @Test
    void theAddressAloneChoosesThisCore() {
        assertThat(core).isInstanceOf(EtcdCore.class);
        assertThat(core.info().kind()).isEqualTo("etcd");
        assertThat(core.info().servers()).containsExactly(server.connectString().substring("etcd://".length()));
        assertThat(core.capabilities())
                .contains(Capability.TTL_NODES, Capability.EVENT_DATA, Capability.OWN_EPHEMERALS)
                .doesNotContain(Capability.CONTAINER, Capability.READ_ONLY_MODE);
    }

    @Test
    void keysAreReadableAndLeasesAreNamedAsEtcdctlShowsThem() {
        UUID attempt = UUID.randomUUID();
        value(session.create(CreateSpec.ordered(
                base, Ordering.ticket("lock-"), Payload.utf8("host-1"), Lifetime.EPHEMERAL, attempt)));

        String found = server.post("/v3/kv/range", "{\"key\":\"" + base64("/shop" + base + "/lock-" + attempt) + "\"}");

        assertThat(found)
                .contains("\"value\":\"" + base64("host-1") + "\"")
                .contains("\"lease\":\"" + Long.parseUnsignedLong(session.id().value(), 16) + "\"");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void namespacesDoNotSeeEachOtherNorAnybodyTheFences() {
        value(session.create(spec("a", Lifetime.PERSISTENT)));
        try (CoordinationCore whole = EtcdCore.connect(server.connectString())) {
            CoreSession over = ObservedSession.open(whole, TIMEOUT).session();

            assertThat(value(over.read(base.child("a")))).isEmpty();
            assertThat(value(over.read(NodePath.of("/shop").resolve(base.child("a")))))
                    .isPresent();
            assertThat(value(session.list(NodePath.ROOT)).orElseThrow().entries())
                    .extracting(Listing.Entry::name)
                    .contains(base.name())
                    .doesNotContain(".s");
            assertThat(failure(session.read(NodePath.of("/.s/1"))).code()).isEqualTo(CoreError.UNSUPPORTED);
            value(over.end());
        }
    }

    @Test
    void aWrittenEphemeralStaysOneWhoeverWritesIt() {
        ObservedSession.Opened owner = ObservedSession.open(core, TIMEOUT);
        value(owner.session().create(spec("e", Lifetime.EPHEMERAL)));

        NodeStat written = value(session.write(base.child("e"), Payload.utf8("x"), Expect.ANY));

        assertThat(written.ownedBy(owner.session().id())).isTrue();
        value(owner.session().end());
        assertThat(value(session.read(base.child("e")))).isEmpty();
    }

    @Test
    void aRecreatedNodeIsNotTakenForTheOneThatWasSeen() {
        NodeStat seen = value(session.create(spec("a", Lifetime.PERSISTENT))).stat();
        value(session.delete(base.child("a"), Expect.ANY));
        value(session.create(spec("a", Lifetime.PERSISTENT)));

        CompletionStage<NodeStat> write = session.write(base.child("a"), Payload.EMPTY, Expect.unchanged(seen));

        assertThat(failure(write).code()).isEqualTo(CoreError.STALE);
    }

    @Test
    void aNodeWithATimeToLiveGoesWhenNobodyWritesIt() {
        value(session.create(spec("kept", Lifetime.ttl(Duration.ofSeconds(1)))));
        value(session.create(spec("left", Lifetime.ttl(Duration.ofSeconds(1)))));

        await().atMost(Stages.PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            value(session.write(base.child("kept"), Payload.EMPTY, Expect.ANY));
            return value(session.stat(base.child("left"))).isEmpty();
        });

        assertThat(value(session.stat(base.child("kept")))).isPresent();
        assertThat(value(session.stat(base.child("kept"))).orElseThrow().owner())
                .isEmpty();
        value(session.delete(base.child("kept"), Expect.ANY));
    }

    @Test
    void whatEtcdLacksIsRefusedByItsName() {
        CoordinationException refused = failure(session.create(spec("d", Lifetime.CONTAINER)));

        assertThat(refused).isInstanceOf(UnsupportedByCoreException.class);
        assertThat(((UnsupportedByCoreException) refused).missing()).isEqualTo(Capability.CONTAINER);
    }

    @Test
    void aTransactionAsLongAsPromisedFits() {
        Txn.Builder txn = Txn.builder();
        for (int i = 0; i < core.info().limits().maxTxnOps(); i++) {
            txn.create(spec("n" + i, Lifetime.EPHEMERAL));
        }

        assertThat(value(session.commit(txn.build()))).isInstanceOf(TxnResult.Committed.class);
        assertThat(value(session.ownEphemerals(base)))
                .hasSize(core.info().limits().maxTxnOps());
    }

    @Test
    void aLargeDirectoryIsReadInPagesOfOneRevision() {
        List<CompletionStage<?>> creates = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            creates.add(session.create(spec("n" + i, Lifetime.EPHEMERAL)));
        }
        creates.forEach(Stages::value);
        Copy copy = new Copy();

        try (var subscription = session.subscribe(base, Depth.CHILDREN, true, copy)) {
            await().atMost(Stages.PATIENCE).until(() -> copy.nodes.size() == 600);
        }
        assertThat(value(session.list(base)).orElseThrow().entries()).hasSize(600);
    }

    @Test
    void aCallerFarAheadDoesNotCostItsSession() {
        ObservedSession.Opened hurried = ObservedSession.open(core, Duration.ofSeconds(2));
        List<CompletionStage<?>> creates = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            creates.add(hurried.session().create(spec("n" + i, Lifetime.EPHEMERAL)));
        }

        long start = hurried.session().leaseDeadlineNanos();
        await().atMost(Stages.PATIENCE)
                .until(() -> hurried.session().leaseDeadlineNanos() - start
                        > Duration.ofSeconds(2).toNanos());

        assertThat(hurried.observer().heard()).isEmpty();
        value(hurried.session().end());
    }

    private static final class Copy implements baton.core.ChangeSink {
        private volatile List<Node> nodes = List.of();

        @Override
        public void reset(List<Node> all, long revision) {
            nodes = all;
        }

        @Override
        public void put(Node node) {}

        @Override
        public void remove(NodePath path, long revision) {}
    }

    // ---- what goes wrong

    @Test
    void nobodyThereMeansWaitingAndClosingEndsTheWait() throws Exception {
        CoordinationCore nowhere = EtcdCore.connect("etcd://127.0.0.1:1,no-such-host.invalid:2379");

        CompletionStage<CoreSession> opening = nowhere.openSession(
                SessionOptions.withTimeout(TIMEOUT),
                ObservedSession.open(core, TIMEOUT).observer());

        assertThat(opening.toCompletableFuture()).isNotDone();
        nowhere.close();
        assertThat(failure(opening).code()).isEqualTo(CoreError.CLOSED);
    }

    @Test
    void aLeaseThatIsRevokedEndsItsSessionLongBeforeTheNextRenewal() {
        ObservedSession.Opened opened = ObservedSession.open(core, Duration.ofSeconds(60));

        server.revokeLease(opened.session().id().value());

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(opened.observer().heard()).containsExactly("ended EXPIRED"));
    }

    @Test
    void theLeaseOfANodeThatIsGoneBeforeTheNodeIsMadeDoesNotCostTheSession() throws Exception {
        try (EtcdFaultyLink link = new EtcdFaultyLink(server);
                CoordinationCore each =
                        EtcdCore.connect("etcd://127.0.0.1:" + link.address().getPort() + "/shop")) {
            ObservedSession.Opened opened = ObservedSession.open(each, TIMEOUT);
            Set<LeaseId> before = leasesOfNodes();
            HeldRequest create = link.holdRequest(WireOp.CREATE);
            CompletionStage<Created> made = opened.session().create(spec("t", Lifetime.ttl(Duration.ofHours(1))));
            create.awaitArrival(Stages.PATIENCE);

            Set<LeaseId> granted = leasesOfNodes();
            granted.removeAll(before);
            assertThat(granted).hasSize(1);
            granted.forEach(lease -> server.revokeLease(lease.hex()));
            create.release();

            assertThat(failure(made).code()).isEqualTo(CoreError.UNAVAILABLE);
            value(opened.session().verifyAlive());
            assertThat(value(opened.session().read(base.child("t")))).isEmpty();
            assertThat(opened.observer().heard()).isEmpty();
            value(opened.session().end());
        }
    }

    private static Set<LeaseId> leasesOfNodes() {
        return Pattern.compile("\"ID\":\"(\\d+)\"")
                .matcher(server.post("/v3/lease/leases", "{}"))
                .results()
                .map(found -> new LeaseId(Long.parseLong(found.group(1))))
                .filter(LeaseId::isOfNode)
                .collect(Collectors.toCollection(HashSet::new));
    }

    @Test
    void manyTriggersShareOneStreamAndNodesThatAreAlikeOneWatch() {
        long before = server.watchers();
        List<CompletionStage<?>> armed = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            armed.add(session.readAndArm(base.child("n" + i), ArmMode.ANY_CHANGE, reason -> {}));
            armed.add(session.readAndArm(base.child("n" + i), ArmMode.ANY_CHANGE, reason -> {}));
        }
        armed.forEach(Stages::value);

        // One more if the watch of the session's own fence was not open yet when they were counted.
        await().atMost(Stages.PATIENCE)
                .untilAsserted(() -> assertThat(server.watchers() - before).isBetween(1_000L, 1_001L));
    }

    @Test
    void closingLeavesNoLeaseNoWatchNoThreadAndNoConnection() {
        value(session.end());
        core.close();
        int leases = server.leases();
        long watchers = server.watchers();
        try (FaultProxy proxy = FaultProxy.plain(server.address())) {
            CoordinationCore each =
                    EtcdCore.connect("etcd://127.0.0.1:" + proxy.address().getPort() + "/shop");
            CoreSession opened = ObservedSession.open(each, TIMEOUT).session();
            value(opened.create(spec("e", Lifetime.EPHEMERAL)));
            value(opened.create(spec("t", Lifetime.ttl(Duration.ofHours(1)))));
            assertThat(failure(opened.create(spec("t", Lifetime.ttl(Duration.ofHours(1)))))
                            .code())
                    .isEqualTo(CoreError.NODE_EXISTS);
            value(opened.readAndArm(base, ArmMode.ANY_CHANGE, reason -> {}));
            value(opened.delete(base.child("t"), Expect.ANY));
            assertThat(proxy.connections()).isEqualTo(1);

            value(opened.end());
            each.close();

            await().atMost(Stages.PATIENCE).until(() -> proxy.connections() == 0);
        }
        // The lease of the deleted node is not anybody's; it runs out.
        await().atMost(Stages.PATIENCE)
                .untilAsserted(() -> assertThat(server.leases() - leases).isLessThanOrEqualTo(1));
        await().atMost(Stages.PATIENCE)
                .untilAsserted(() -> assertThat(server.watchers()).isLessThanOrEqualTo(watchers));
        await().atMost(Stages.PATIENCE)
                .untilAsserted(() -> assertThat(etcdThreads()).isEmpty());
    }

    private static Set<String> etcdThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("baton-etcd"))
                .collect(Collectors.toSet());
    }

    @Test
    void whatComesBackIsOptionalOfNothingForWhatNeverWas() {
        assertThat(value(session.list(base.child("never"))))
                .map(Listing::entries)
                .isEqualTo(Optional.of(List.of()));
    }
}
