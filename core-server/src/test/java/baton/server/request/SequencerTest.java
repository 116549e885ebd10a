package baton.server.request;

import static baton.server.request.Steps.create;
import static baton.server.request.Steps.delete;
import static baton.server.request.Steps.get;
import static baton.server.request.Steps.multi;
import static baton.server.request.Steps.only;
import static baton.server.request.Steps.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import baton.protocol.Acl;
import baton.protocol.AddWatchMode;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.EventType;
import baton.protocol.OpCode;
import baton.protocol.Permission;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.WatchEvent;
import baton.server.auth.AccessControl;
import baton.server.auth.Authentication;
import baton.server.auth.Identity;
import baton.server.config.AuthSettings;
import baton.server.request.Effect.CloseReason;
import baton.server.session.RateLimit;
import baton.server.session.SessionIds;
import baton.server.session.SessionPasswords;
import baton.server.session.SessionTable;
import baton.server.sim.FuzzySnapshot;
import baton.server.sim.SimulatedConnection;
import baton.server.sim.SimulatedServer;
import baton.server.tree.Aftermath;
import baton.server.tree.DamagedMemory;
import baton.server.tree.Recount;
import baton.server.tree.SeededHash;
import baton.server.tree.TreeDamagedException;
import baton.server.tree.Znode;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnCodec;
import baton.server.txn.TxnEntry;
import baton.server.txn.TxnHeader;
import baton.server.watch.WatchTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SequencerTest {
    private final SimulatedServer server = new SimulatedServer();

    private static WatchEvent event(EventType type, String path) {
        return new WatchEvent(type, path);
    }

    @Nested
    class Sessions {
        @Test
        void aSessionIsThereWhenItIsDurable() {
            SimulatedConnection client = server.connect(5_000);
            assertThat(client.welcome()).isNull();

            server.settle();

            long id = client.sessionId();
            assertThat(id >>> 56).isEqualTo(1);
            assertThat(client.welcome())
                    .isEqualTo(new ConnectResponse(0, 5_000, id, SessionPasswords.classic(id), false, true));
        }

        @Test
        void timeoutsAreBroughtIntoTheirRange() {
            SimulatedConnection hasty = server.connect(-1);
            SimulatedConnection patient = server.connect(1_000_000);
            server.settle();

            assertThat(Objects.requireNonNull(hasty.welcome()).timeoutMillis()).isEqualTo(2_000);
            assertThat(Objects.requireNonNull(patient.welcome()).timeoutMillis())
                    .isEqualTo(20_000);
        }

        @Test
        void anOldClientIsAnsweredWithoutTheByteItDidNotSend() {
            SimulatedConnection old = server.connect(new ConnectRequest(0, 0, 5_000, 0, Bytes.EMPTY, false, false));
            server.settle();

            assertThat(Objects.requireNonNull(old.welcome()).readOnlySent()).isFalse();
        }

        @Test
        void aClientThatHasSeenMoreIsTurnedAwayWithoutAWord() {
            SimulatedConnection ahead = server.connect(new ConnectRequest(99, 5_000, 0, Bytes.EMPTY, false));

            assertThat(ahead.closed()).isEqualTo(CloseReason.CLIENT_AHEAD);
            assertThat(ahead.welcome()).isNull();
        }

        @Test
        void takingASessionUpClosesItsOldConnectionAndKeepsItsNodes() {
            SimulatedConnection old = server.client();
            old.done(create("/e", CreateMode.EPHEMERAL));

            SimulatedConnection back =
                    server.takeUp(old.sessionId(), old.welcome().password(), 0);

            assertThat(old.closed()).isEqualTo(CloseReason.SESSION_MOVED);
            assertThat(back.sessionId()).isEqualTo(old.sessionId());
            assertThat(back.error(get("/e"))).isEqualTo(ErrorCode.OK);
        }

        @Test
        void aWrongPasswordDisturbsNobody() {
            SimulatedConnection owner = server.client();

            SimulatedConnection thief = server.takeUp(owner.sessionId(), Bytes.wrap(new byte[16]), 0);

            assertThat(thief.welcome()).isEqualTo(ConnectResponse.refused(false, true));
            assertThat(thief.isOpen()).isFalse();
            assertThat(owner.isOpen()).isTrue();
        }

        @Test
        void whoeverComesBackFindsWhatWasStillOnItsWay() {
            SimulatedConnection old = server.client();
            old.send(create("/inDoubt"));

            SimulatedConnection back =
                    server.takeUp(old.sessionId(), old.welcome().password(), 0);
            assertThat(back.isWelcome()).isFalse();
            server.settle();

            assertThat(back.isWelcome()).isTrue();
            assertThat(back.error(get("/inDoubt"))).isEqualTo(ErrorCode.OK);
        }

        @Test
        void requestsOfAConnectionThatLostItsSessionAreDropped() {
            SimulatedConnection old = server.client();
            long id = old.sessionId();
            server.takeUp(id, old.welcome().password(), 0);
            int before = server.history().size();

            server.on(new Event.Requested(old, id, 9, create("/late"), old.identities(), 0));

            assertThat(server.history()).hasSize(before);
        }

        @Test
        void closingDeletesAndTellsBeforeItAnswersAndThenCloses() {
            SimulatedConnection client = server.client();
            SimulatedConnection other = server.client();
            client.done(create("/e", CreateMode.EPHEMERAL));
            client.done(new Request.Exists("/e", true));
            other.done(new Request.GetChildren("/", true));
            client.received().clear();

            int closing = client.send(Request.CloseSession.INSTANCE);
            client.send(create("/never"));
            server.settle();

            long zxid = server.state().tree().position().zxid();
            assertThat(client.received())
                    .containsExactly(
                            new SimulatedConnection.Received(-1, zxid, 0, null, event(EventType.NODE_DELETED, "/e")),
                            new SimulatedConnection.Received(closing, zxid, 0, Response.Empty.INSTANCE, null));
            assertThat(client.closed()).isEqualTo(CloseReason.SESSION_CLOSED);
            assertThat(other.takeEvents()).containsExactly(event(EventType.NODE_CHILDREN_CHANGED, "/"));
            assertThat(other.error(get("/never"))).isEqualTo(ErrorCode.NO_NODE);
        }

        @Test
        void closingCountsCreationsAndDeletionsStillOnTheirWay() {
            SimulatedConnection client = server.client();
            client.done(create("/deleted", CreateMode.EPHEMERAL));
            client.send(create("/pending", CreateMode.EPHEMERAL));
            client.send(delete("/deleted"));
            client.send(Request.CloseSession.INSTANCE);

            server.settle();

            assertThat(server.history().get(server.history().size() - 1).txn())
                    .isEqualTo(new Txn.CloseSession(List.of("/pending")));
            assertThat(server.state().tree().ephemerals().count()).isZero();
        }

        @Test
        void closingPassesOverWhatARefusedMultiWouldHaveCreated() {
            SimulatedConnection client = server.client();
            client.send(create("/first", CreateMode.EPHEMERAL));
            client.send(multi(create("/refused", CreateMode.EPHEMERAL), delete("/missing")));
            client.send(create("/second", CreateMode.EPHEMERAL));
            client.send(Request.CloseSession.INSTANCE);

            server.settle();

            assertThat(server.history().get(server.history().size() - 1).txn())
                    .isEqualTo(new Txn.CloseSession(List.of("/first", "/second")));
        }

        /** The tree's digest is compared with every transaction's. */
        @Test
        void whatGoesWithASessionIsGoneForAllWhoComeAfterItsEnd() {
            SimulatedConnection client = server.client();
            client.done(create("/kept", CreateMode.EPHEMERAL));
            client.done(create("/changed", CreateMode.EPHEMERAL));
            client.done(create("/deleted", CreateMode.EPHEMERAL));
            SimulatedConnection other = server.client();

            int changed = other.send(set("/changed", "anew"));
            int deleted = other.send(delete("/deleted"));
            int made = other.send(create("/deleted"));
            client.send(Request.CloseSession.INSTANCE);
            int late = other.send(set("/kept", "late"));
            int again = other.send(create("/kept"));
            int first = other.send(create("/changed", CreateMode.EPHEMERAL));
            server.settle();

            assertThat(List.of(changed, deleted, made, late, again, first))
                    .extracting(other::errorOf)
                    .containsExactly(0, 0, 0, ErrorCode.NO_NODE.code(), 0, 0);
            assertThat(server.state().tree().root().children().names())
                    .containsExactly("changed", "deleted", "kept", "zookeeper");
            assertThat(server.state().tree().ephemerals().pathsOf(other.sessionId()))
                    .containsExactly("/changed");
        }

        @Test
        void aSilentSessionExpiresAndItsNodesGoWithIt() {
            SimulatedConnection silent = server.client();
            silent.done(create("/e", CreateMode.EPHEMERAL));
            SimulatedConnection watcher = server.connect(20_000);
            server.settle();
            watcher.done(new Request.Exists("/e", true));

            server.pass(12_000);
            server.settle();

            assertThat(silent.closed()).isEqualTo(CloseReason.SESSION_EXPIRED);
            assertThat(watcher.takeEvents()).containsExactly(event(EventType.NODE_DELETED, "/e"));
            SimulatedConnection back =
                    server.takeUp(silent.sessionId(), silent.welcome().password(), 0);
            assertThat(back.welcome()).isEqualTo(ConnectResponse.refused(false, true));
        }

        @Test
        void aSessionThatIsEndingIsNotServed() {
            SimulatedConnection silent = server.client();
            server.pass(30_000);

            silent.send(create("/late"));
            SimulatedConnection back =
                    server.takeUp(silent.sessionId(), silent.welcome().password(), 0);
            server.settle();

            assertThat(back.welcome()).isEqualTo(ConnectResponse.refused(false, true));
            assertThat(server.state().tree().find("/late")).isNull();
        }

        @Test
        void isNotGivenBackIfItEndsWhileItsClientWaitsForIt() {
            SimulatedConnection old = server.client();
            old.send(create("/slow"));
            SimulatedConnection back =
                    server.takeUp(old.sessionId(), old.welcome().password(), 0);

            server.pass(30_000);
            assertThat(back.welcome()).isNull();
            server.settle();

            assertThat(back.welcome()).isEqualTo(ConnectResponse.refused(false, true));
            assertThat(server.state().sessions().size()).isZero();
        }

        @Test
        void thoseOnTheirWayToTheDiskCountAsWell() {
            SimulatedServer small = new SimulatedServer(
                    SequencerSettings.ofTick(1_000).withBounds(SequencerBounds.DEFAULT.with(2, 50_000, 2 << 20)));
            SimulatedConnection first = small.connect(5_000);
            SimulatedConnection second = small.connect(5_000);
            SimulatedConnection third = small.connect(5_000);
            small.settle();

            assertThat(third.closed()).isEqualTo(CloseReason.TOO_MANY_SESSIONS);
            assertThat(first.isWelcome() && second.isWelcome()).isTrue();
        }

        @Test
        void newOnesAreTurnedAwayWhenTooManyComeAtOnceButNotThoseWhoReturn() {
            SimulatedServer slow = new SimulatedServer(SequencerSettings.ofTick(1_000)
                    .withBounds(SequencerBounds.DEFAULT.with(new RateLimit.Budget(2, 2_000, 1))));
            SimulatedConnection first = slow.client();
            slow.client();
            SimulatedConnection third = slow.client();
            assertThat(third.closed()).isEqualTo(Effect.CloseReason.TOO_MANY_AT_ONCE);
            assertThat(third.welcome()).isNull();

            SimulatedConnection back = slow.takeUp(first.sessionId(), SessionPasswords.classic(first.sessionId()), 0);
            assertThat(back.isWelcome()).isTrue();

            slow.pass(2_000);
            assertThat(slow.client().isWelcome()).isTrue();
        }

        @Test
        void newOnesWaitAMomentInOrderAndWhoWouldWaitTooLongIsTurnedAway() {
            SimulatedServer slow = new SimulatedServer(SequencerSettings.ofTick(1_000)
                    .withBounds(SequencerBounds.DEFAULT.with(new RateLimit.Budget(1, 500, 1))));
            SimulatedConnection first = slow.client();
            SimulatedConnection second = slow.client();
            SimulatedConnection third = slow.client();
            SimulatedConnection fourth = slow.client();
            assertThat(first.isWelcome()).isTrue();
            assertThat(second.isOpen() && third.isOpen()).isTrue();
            assertThat(fourth.closed()).isEqualTo(Effect.CloseReason.TOO_MANY_AT_ONCE);

            slow.pass(500);
            slow.settle();
            assertThat(second.isWelcome()).isTrue();
            assertThat(third.isWelcome()).isFalse();

            SimulatedConnection fifth = slow.client();
            assertThat(fifth.isOpen()).isTrue();
            slow.pass(500);
            slow.settle();
            assertThat(third.isWelcome()).isTrue();
            assertThat(fifth.isWelcome()).isFalse();
        }

        @Test
        void whoHasGivenUpWaitingGetsNoSession() {
            SimulatedServer slow = new SimulatedServer(SequencerSettings.ofTick(1_000)
                    .withBounds(SequencerBounds.DEFAULT.with(new RateLimit.Budget(1, 500, 1))));
            assertThat(slow.client().isWelcome()).isTrue();
            SimulatedConnection impatient = slow.client();
            SimulatedConnection patient = slow.client();

            impatient.cut();
            slow.pass(500);
            slow.settle();

            assertThat(patient.isWelcome()).isTrue();
            assertThat(impatient.welcome()).isNull();
        }

        @Test
        void whoClosesHisEndWhileHeWaitsForASessionHasGivenUp() {
            SimulatedServer slow = new SimulatedServer(SequencerSettings.ofTick(1_000)
                    .withBounds(SequencerBounds.DEFAULT.with(new RateLimit.Budget(1, 500, 1))));
            assertThat(slow.client().isWelcome()).isTrue();
            SimulatedConnection impatient = slow.client();

            slow.on(new Event.Disconnected(impatient, 0));

            assertThat(impatient.closed()).isEqualTo(CloseReason.GAVE_UP);
        }

        @Test
        void aNodeWithManyChildrenIsToldOnceAndAgainWhenTheyAreTwiceAsMany() {
            SimulatedConnection client = server.client();
            client.done(create("/many"));
            for (int i = 0; i < 20; i++) {
                int first = i * 1_000;
                client.done(new Request.Multi(IntStream.range(first, first + 1_000)
                        .mapToObj(each -> (Request.MultiOp) create("/many/" + each))
                        .toList()));
            }

            assertThat(server.crowds())
                    .containsExactly(new Effect.Crowded("/many", 10_000), new Effect.Crowded("/many", 20_000));
        }

        @Test
        void isTakenUpOnlyByThoseWhoOpenedItWhereSessionsAreBound() {
            AccessControl access = new Authentication(AuthSettings.DEFAULT.withX509SuperUser(null)).access();
            SimulatedServer bound =
                    new SimulatedServer(SequencerSettings.ofTick(1_000).withSessionsBound(), access);
            List<Identity> alice = List.of(new Identity("ip", "10.0.0.1"), new Identity("x509", "CN=alice"));
            SimulatedConnection owner = bound.connect(opening(), alice);
            SimulatedConnection nobody = bound.client();
            bound.settle();
            Bytes password = owner.welcome().password();

            assertThat(bound.connect(taking(owner, password), List.of()).isWelcome())
                    .isFalse();
            assertThat(bound.connect(taking(owner, password), List.of(new Identity("x509", "CN=bob")))
                            .isWelcome())
                    .isFalse();
            assertThat(owner.isOpen()).isTrue();
            assertThat(bound.connect(
                                    taking(owner, password),
                                    List.of(new Identity("ip", "10.0.0.2"), new Identity("x509", "CN=alice")))
                            .isWelcome())
                    .isTrue();
            assertThat(bound.connect(taking(nobody, nobody.welcome().password()), alice)
                            .isWelcome())
                    .isTrue();
        }

        @Test
        void isKeptForThoseWhoProvedToBeSomebodyAfterItWasOpened() {
            AccessControl access = new Authentication(AuthSettings.DEFAULT).access();
            SimulatedServer bound =
                    new SimulatedServer(SequencerSettings.ofTick(1_000).withSessionsBound(), access);
            Identity alice = new Identity("digest", "alice:hash");
            Identity mallory = new Identity("digest", "mallory:hash");
            SimulatedConnection owner = bound.client();
            owner.prove(alice);
            Bytes password = owner.welcome().password();

            SimulatedConnection thief = bound.connect(taking(owner, password), List.of());
            thief.prove(mallory);
            SimulatedConnection back = bound.connect(taking(owner, password), List.of());
            back.prove(alice);
            SimulatedConnection again = bound.connect(taking(owner, password), List.of(alice));

            assertThat(thief.owed()).containsExactly(alice);
            assertThat(back.owed()).containsExactly(alice);
            assertThat(again.owed()).isEmpty();
        }

        @Test
        void isNotBoundByWhatAnOldConnectionProves() {
            AccessControl access = new Authentication(AuthSettings.DEFAULT).access();
            SimulatedServer bound =
                    new SimulatedServer(SequencerSettings.ofTick(1_000).withSessionsBound(), access);
            SimulatedConnection old = bound.client();
            Bytes password = old.welcome().password();
            SimulatedConnection present = bound.connect(taking(old, password), List.of());

            old.prove(new Identity("digest", "mallory:hash"));

            assertThat(present.isWelcome()).isTrue();
            assertThat(bound.connect(taking(old, password), List.of()).owed()).isEmpty();
        }

        private ConnectRequest opening() {
            return new ConnectRequest(0, 10_000, 0, ConnectRequest.NO_PASSWORD, false);
        }

        private ConnectRequest taking(SimulatedConnection session, Bytes password) {
            return new ConnectRequest(0, 10_000, session.sessionId(), password, false);
        }

        @Test
        void aFullTreeMayOnlyShrink() {
            SimulatedServer small = new SimulatedServer(
                    SequencerSettings.ofTick(1_000).withBounds(SequencerBounds.DEFAULT.withTreeBytesMax(30_000)));
            SimulatedConnection client = small.client();
            int created = 0;
            while (client.error(create("/n" + created)) == ErrorCode.OK) {
                created++;
            }

            long zxid = small.state().tree().position().zxid();
            assertThat(client.error(create("/more"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(small.state().tree().position().zxid()).isEqualTo(zxid);
            assertThat(small.treeRooms()).hasSize(1).allMatch(each -> each.isFull() && each.treeBytes() > 30_000);
            assertThat(small.excesses()).as("it is no quota").isEmpty();
            assertThat(client.error(new Request.SetData("/n0", Bytes.utf8("x".repeat(99)), -1)))
                    .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            for (int i = 0; i < created / 4; i++) {
                client.done(new Request.Delete("/n" + i, -1));
            }
            assertThat(client.error(create("/more"))).isEqualTo(ErrorCode.OK);
        }

        @Test
        void listsOfRightsFillATreeAsNodesDo() {
            SimulatedServer small = new SimulatedServer(
                    SequencerSettings.ofTick(1_000).withBounds(SequencerBounds.DEFAULT.withTreeBytesMax(30_000)));
            SimulatedConnection client = small.client();
            ZnodeTree tree = small.state().tree();
            client.done(create("/n"));
            client.done(create("/m"));

            int given = 0;
            while (client.error(new Request.Create("/n/" + given, Bytes.EMPTY, list(given, 50), CreateMode.PERSISTENT))
                    == ErrorCode.OK) {
                given++;
            }

            assertThat(tree.memoryBytes()).isBetween(30_001L, 40_000L);
            long zxid = tree.position().zxid();
            assertThat(client.error(new Request.SetAcl("/n", list(1_000, 2), -1)))
                    .as("a new list, and that of the node is everybody's")
                    .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(client.error(new Request.SetAcl("/n/0", list(1_000, 51), -1)))
                    .as("a longer one")
                    .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            assertThat(tree.position().zxid()).isEqualTo(zxid);
            client.done(new Request.SetAcl("/n", list(0, 50), -1));
            client.done(new Request.SetAcl("/n/1", list(1_001, 50), -1));
            assertThat(client.error(new Request.SetAcl("/n/0", list(1_002, 50), -1)))
                    .as("its list is another's as well and stays")
                    .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
            for (int i = 1; i < given; i++) {
                client.done(new Request.SetAcl("/n/" + i, Acl.OPEN, -1));
            }
            assertThat(client.error(new Request.SetAcl("/m", list(1_000, 50), -1)))
                    .isEqualTo(ErrorCode.OK);
        }

        /** All of the same length that have as many entries. */
        private static List<Acl> list(int number, int entries) {
            List<Acl> list = new ArrayList<>(Acl.OPEN);
            for (int i = 1; i < entries; i++) {
                String address = "10." + (100 + number / 100) + "." + (100 + number % 100) + "." + (100 + i);
                list.add(new Acl(Permission.ALL, "ip", address));
            }
            return list;
        }

        @Test
        void aFullTreeStaysSoUntilItIsASixteenthSmaller() {
            long bytesMax = 30_000;
            SimulatedServer small = new SimulatedServer(
                    SequencerSettings.ofTick(1_000).withBounds(SequencerBounds.DEFAULT.withTreeBytesMax(bytesMax)));
            SimulatedConnection client = small.client();
            ZnodeTree tree = small.state().tree();
            int created = 0;
            while (client.error(create("/n" + created)) == ErrorCode.OK) {
                created++;
            }

            int refused = 0;
            while (tree.memoryBytes() >= bytesMax - bytesMax / 16) {
                assertThat(client.error(create("/more"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
                refused += tree.memoryBytes() <= bytesMax ? 1 : 0;
                created--;
                client.done(new Request.Delete("/n" + created, -1));
            }

            assertThat(refused).isGreaterThan(1);
            assertThat(client.error(create("/more"))).isEqualTo(ErrorCode.OK);
            assertThat(small.treeRooms())
                    .extracting(Effect.TreeRoom::isFull, Effect.TreeRoom::treeBytesMax)
                    .containsExactly(tuple(true, bytesMax), tuple(false, bytesMax));
        }

        @Test
        void nodesOfASessionNobodyKnowsGoWhenTheServerStarts() {
            SimulatedConnection client = server.client();
            client.done(create("/e", CreateMode.EPHEMERAL));
            FuzzySnapshot snapshot = FuzzySnapshot.of(server.state(), () -> {});
            ServerState orphaned = snapshot.restore(1_000, SeededHash.of(1));
            orphaned.sessions().remove(client.sessionId());

            Sequencer sequencer = new Sequencer(
                    orphaned,
                    new WatchTable<>(SeededHash.of(1)),
                    server.access(),
                    SequencerSettings.ofTick(1_000),
                    new SessionIds(1, 5),
                    SessionPasswords::classic);

            assertThat(sequencer.start(new Moment(1, 1)))
                    .extracting(each -> ((Effect.Append) each).entry().txn())
                    .containsExactly(new Txn.CloseSession(List.of("/e")));
        }
    }

    @Nested
    class Ordering {
        @Test
        void nothingIsAnsweredBeforeItIsDurable() {
            SimulatedConnection client = server.client();
            client.send(create("/a"));
            client.send(create("/b"));
            assertThat(client.received()).isEmpty();

            server.force(1);

            assertThat(client.received())
                    .extracting(each -> each.response())
                    .containsExactly(new Response.Created("/a"));
        }

        @Test
        void aTreeThatIsNotWhatWasProposedEndsTheServer() {
            SimulatedConnection client = server.client();
            client.send(create("/a"));
            ZnodeTree tree = server.state().tree();
            Txn.Create behind = new Txn.Create(OpCode.CREATE, "/behind", Bytes.EMPTY, Acl.OPEN, false, 1);
            tree.apply(new TxnHeader(0, 0, tree.position().zxid(), 0, OpCode.CREATE), behind, Aftermath.UNHEEDED);

            assertThatThrownBy(server::settle)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("digest");
        }

        @Test
        void aSyncWaitsForEverybodysWritesBeforeIt() {
            SimulatedConnection client = server.client();
            SimulatedConnection writer = server.client();
            writer.send(create("/a"));
            client.send(new Request.Sync("/any"));
            assertThat(client.received()).isEmpty();

            server.settle();

            assertThat(client.received())
                    .extracting(each -> each.response(), each -> each.zxid())
                    .containsExactly(tuple(
                            new Response.Synced("/any"),
                            server.state().tree().position().zxid()));
        }

        @Test
        void anUndecodableWriteFailsInItsPlaceAndUsesNoZxid() {
            SimulatedConnection client = server.client();
            int first = client.send(new Request.Delete("/missing", -1));

            server.on(new Event.Undecodable(client, client.sessionId(), 7));

            assertThat(client.received()).isEmpty();
            server.settle();
            long zxid = server.state().tree().position().zxid();
            assertThat(client.received())
                    .extracting(each -> each.xid(), each -> each.error(), each -> each.zxid())
                    .containsExactly(
                            tuple(first, ErrorCode.NO_NODE.code(), zxid),
                            tuple(7, ErrorCode.MARSHALLING_ERROR.code(), zxid));
        }

        @Test
        void whatOnlyServersMayAskForClosesTheConnection() {
            SimulatedConnection client = server.client();

            client.send(new Request.DeleteContainer("/a"));

            assertThat(client.closed()).isEqualTo(CloseReason.NOT_FOR_CLIENTS);
        }
    }

    @Nested
    class Watching {
        private final SimulatedConnection client = server.client();
        private final SimulatedConnection writer = server.client();

        @Test
        void theWritersOwnEventComesBeforeItsAnswer() {
            client.done(create("/a"));
            client.done(new Request.GetData("/a", true));
            client.received().clear();

            client.done(set("/a", "x"));

            assertThat(client.received())
                    .extracting(each -> each.event() != null)
                    .containsExactly(true, false);
        }

        @Test
        void aDeletionIsTwoMessagesForWhoWatchesNodeAndParent() {
            client.done(create("/p"));
            client.done(create("/p/c"));
            client.done(new Request.GetData("/p/c", true));
            client.done(new Request.GetChildren("/p/c", true));
            client.done(new Request.GetChildren("/p", true));

            writer.done(delete("/p/c"));

            assertThat(client.takeEvents())
                    .containsExactly(
                            event(EventType.NODE_DELETED, "/p/c"), event(EventType.NODE_CHILDREN_CHANGED, "/p"));
        }

        @Test
        void everyPartOfAMultiTellsInOrderAndAFailedOneTellsNothing() {
            client.done(new Request.AddWatch("/", AddWatchMode.PERSISTENT_RECURSIVE));
            writer.done(multi(create("/t"), set("/t", "x"), delete("/t")));
            writer.done(multi(create("/t"), delete("/none")));

            assertThat(client.takeEvents())
                    .containsExactly(
                            event(EventType.NODE_CREATED, "/t"),
                            event(EventType.NODE_DATA_CHANGED, "/t"),
                            event(EventType.NODE_DELETED, "/t"));
        }

        @Test
        void whoMayNotReadIsNotToldButTheWatchIsUsedUp() {
            client.error(new Request.Exists("/secret", true));

            writer.done(create("/secret", only(Permission.WRITE, "world", "anyone")));
            writer.done(delete("/secret"));
            writer.done(create("/secret"));

            assertThat(client.takeEvents()).isEmpty();
        }

        @Test
        void aReplacedListTellsNobody() {
            client.done(create("/a"));
            client.done(new Request.GetData("/a", true));

            writer.done(new Request.SetAcl("/a", Acl.OPEN, -1));

            assertThat(client.takeEvents()).isEmpty();
        }
    }

    @Test
    void nodesWhoseTimeIsOverAreSweptAndTheOthersStay() {
        SimulatedConnection client = server.connect(20_000);
        server.settle();
        client.done(Steps.createTtl("/short", 5, 1_000));
        client.done(Steps.createTtl("/parent", 5, 1_000));
        client.done(create("/parent/child"));
        client.done(Steps.createTtl("/long", 5, 10_000_000));
        server.pass(1);

        server.pass(60_000);
        server.settle();

        assertThat(server.state().tree().find("/short")).isNull();
        assertThat(server.state().tree().find("/parent")).isNotNull();
        assertThat(server.state().tree().find("/long")).isNotNull();
    }

    @Test
    void aChangeBeginsATimeToLiveAnewAndAContainerThatNobodyHasUsedStays() {
        int sixMinutes = 360_000;
        SimulatedConnection maker = server.client();
        maker.done(Steps.createTtl("/short", 5, 2 * sixMinutes));
        maker.done(create("/never-used", CreateMode.CONTAINER));
        maker.done(create("/used", CreateMode.CONTAINER));
        maker.done(create("/used/child"));
        maker.done(delete("/used/child"));
        server.pass(sixMinutes);
        server.pass(sixMinutes);
        server.client().done(set("/short", "again"));

        server.pass(sixMinutes);
        server.pass(sixMinutes);
        server.settle();
        assertThat(server.state().tree().find("/short")).isNotNull();
        assertThat(server.state().tree().find("/never-used")).isNotNull();
        assertThat(server.state().tree().find("/used")).isNull();

        // It counts from the first look after the change.
        server.pass(sixMinutes);
        server.pass(sixMinutes);
        server.settle();
        assertThat(server.state().tree().find("/short")).isNull();
        assertThat(server.state().tree().find("/never-used")).isNotNull();
    }

    @Test
    void allNodesAreCountedAnewInTheTimeThatIsSetAndAgain() {
        SimulatedServer counting =
                new SimulatedServer(SequencerSettings.ofTick(1_000).withRecountMillis(16_000));
        Recount recount = counting.state().tree().recount();
        SimulatedConnection client = counting.client();

        for (int second = 1; second < 15; second++) {
            client.done(create("/n" + second));
            counting.pass(1_000);
        }
        assertThat(recount.completed()).isZero();
        counting.pass(999);
        assertThat(recount.completed()).isZero();
        counting.pass(1);
        assertThat(recount.completed()).isEqualTo(1);

        for (int second = 0; second < 32; second++) {
            counting.pass(1_000);
        }
        assertThat(recount.completed()).isEqualTo(3);
    }

    @Test
    void aServerWithoutClientsIsWokenToCount() {
        ServerState state = new ServerState(ZnodeTree.fresh(SeededHash.of(1)), new SessionTable(1_000));
        Sequencer sequencer = new Sequencer(
                state,
                new WatchTable<>(SeededHash.of(1)),
                AccessControl.standard(),
                SequencerSettings.ofTick(1_000).withRecountMillis(160_000),
                new SessionIds(1, 5),
                SessionPasswords::classic);
        sequencer.start(new Moment(1, 1_000));
        sequencer.on(new Event.Ticked(), new Moment(1, 1_000));

        assertThat(sequencer.nextTickAtMillis()).isEqualTo(11_000);
        sequencer.on(new Event.Ticked(), new Moment(1, 11_500));
        assertThat(sequencer.nextTickAtMillis()).isEqualTo(21_500);
    }

    @Test
    void withoutDigestsNothingIsCounted() {
        SimulatedServer without = new SimulatedServer(new SequencerSettings(
                2_000, 20_000, 60_000, 100, 16, 0, false, false, false, false, false, SequencerBounds.DEFAULT));

        for (int second = 0; second < 100; second++) {
            without.pass(1_000);
        }

        assertThat(without.state().tree().recount().completed()).isZero();
    }

    @Test
    void damagedMemoryEndsTheServer() {
        SimulatedServer counting =
                new SimulatedServer(SequencerSettings.ofTick(1_000).withRecountMillis(16_000));
        SimulatedConnection client = counting.client();
        client.done(create("/n"));
        client.done(set("/n", "content"));
        Znode node = Objects.requireNonNull(counting.state().tree().find("/n"));

        DamagedMemory.flipBit(node, any -> 0);

        assertThatThrownBy(() -> {
                    for (int second = 0; second < 32; second++) {
                        counting.pass(1_000);
                    }
                })
                .isInstanceOf(TreeDamagedException.class);
    }

    @Test
    void aNodeMadeSinceTheRoundOfATickBeganIsNoOlderThanItIs() {
        SimulatedConnection client = server.client();
        Moment roundBegan = server.now();
        server.standStill(3_600_000);
        client.done(Steps.createTtl("/fresh", 5, 1_000));
        server.on(new Event.Ticked(), roundBegan);

        server.pass(500);
        server.settle();
        assertThat(server.state().tree().find("/fresh")).isNotNull();

        server.pass(60_000);
        server.settle();
        assertThat(server.state().tree().find("/fresh")).isNull();
    }

    /** The time of a turn is that of its beginning. */
    @Test
    void aNodeMadeInATurnThatTookAnHourIsNoOlderThanTheNextTurn() {
        SimulatedConnection client = server.client();
        client.done(Steps.createTtl("/fresh", 5, 1_000));
        server.on(new Event.Ticked());

        server.pass(3_600_000);
        server.settle();
        assertThat(server.state().tree().find("/fresh")).isNotNull();

        server.pass(60_000);
        server.settle();
        assertThat(server.state().tree().find("/fresh")).isNull();
    }

    @Test
    void aSessionThatOwnsMoreThanOneRecordCanNameIsEmptiedBeforeItEnds() {
        int recordBytesMax = 400;
        ServerState state = new ServerState(ZnodeTree.fresh(SeededHash.of(1)), new SessionTable(2_000));
        for (int i = 1; i <= 50; i++) {
            Txn create = new Txn.Create(OpCode.CREATE, "/ephemeral-" + i, Bytes.EMPTY, Acl.OPEN, true, i);
            state.replay(TxnEntry.of(77, i, i, 1, create, null));
        }
        Sequencer sequencer = new Sequencer(
                state,
                new WatchTable<>(SeededHash.of(1)),
                AccessControl.standard(),
                SequencerSettings.ofTick(2_000).withBounds(SequencerBounds.DEFAULT.with(10, 10, recordBytesMax)),
                new SessionIds(1, 1),
                SessionPasswords::classic);

        List<TxnEntry> proposed = new ArrayList<>();
        for (Effect each : sequencer.start(new Moment(1, 1))) {
            proposed.add(((Effect.Append) each).entry());
        }
        state.tree().gate().close();
        sequencer.on(new Event.Durable(sequencer.lastProposedZxid()), new Moment(1, 1));
        state.tree().gate().open();

        assertThat(proposed)
                .allSatisfy(each -> assertThat(TxnCodec.toBytes(each).size()).isLessThanOrEqualTo(recordBytesMax + 64));
        assertThat(proposed.get(proposed.size() - 1).txn()).isInstanceOf(Txn.CloseSession.class);
        assertThat(proposed.subList(0, proposed.size() - 1))
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.txn()).isInstanceOf(Txn.Multi.class));
        assertThat(state.tree().ephemerals().count()).isZero();
    }

    /** If each of them looked at what all the others have on its way, this would take minutes. */
    @Test
    @Timeout(20)
    void sessionsThatExpireTogetherDoNotLookAtOneAnothersNodes() {
        int count = 40_000;
        ServerState state = new ServerState(ZnodeTree.fresh(SeededHash.of(1)), new SessionTable(2_000));
        List<Txn> ends = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String path = "/ephemeral-" + i;
            state.replay(TxnEntry.of(i, 0, 2L * i - 1, 1, new Txn.CreateSession(4_000), null));
            state.replay(TxnEntry.of(
                    i, 1, 2L * i, 1, new Txn.Create(OpCode.CREATE, path, Bytes.EMPTY, Acl.OPEN, true, i), null));
            ends.add(new Txn.CloseSession(List.of(path)));
        }
        Sequencer sequencer = new Sequencer(
                state,
                new WatchTable<>(SeededHash.of(1)),
                AccessControl.standard(),
                SequencerSettings.ofTick(2_000),
                new SessionIds(1, 1),
                SessionPasswords::classic);
        assertThat(sequencer.start(new Moment(1, 1))).isEmpty();

        List<Effect> expiry = List.copyOf(sequencer.on(new Event.Ticked(), new Moment(10_000, 10_000)));
        state.tree().gate().close();
        sequencer.on(new Event.Durable(sequencer.lastProposedZxid()), new Moment(10_000, 10_000));
        state.tree().gate().open();

        assertThat(expiry.stream()
                        .map(each -> ((Effect.Append) each).entry().txn())
                        .toList())
                .isEqualTo(ends);
        assertThat(state.tree().ephemerals().count()).isZero();
        assertThat(state.sessions().size()).isZero();
    }
}
