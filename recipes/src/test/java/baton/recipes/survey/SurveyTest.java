package baton.recipes.survey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Lifetime;
import baton.core.NodePath;
import baton.core.Ordering;
import baton.core.Payload;
import baton.core.testkit.Stages;
import baton.embedded.EmbeddedCore;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.OwnerInfo;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.latch.Participant;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import baton.recipes.lock.LockTicket;
import baton.recipes.membership.GroupMembership;
import baton.recipes.membership.Member;
import baton.recipes.queue.MasterView;
import baton.recipes.queue.MasterWorkerQueue;
import baton.recipes.registry.ServiceInstance;
import baton.recipes.registry.ServiceRegistry;
import baton.server.StartFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody sees who only looks on. */
class SurveyTest {
    private EmbeddedCore core;
    private CoordinationClient first;
    private CoordinationClient second;
    private Survey survey;

    @BeforeEach
    void connect() throws InterruptedException, StartFailedException {
        core = EmbeddedCore.inMemory();
        first = client("first");
        second = client("second");
        survey = new Survey(second);
    }

    @AfterEach
    void disconnect() {
        first.close();
        second.close();
        core.close();
    }

    @Test
    void aLockShowsWhoHoldsItAndWhoWaits() throws Exception {
        LockGrant grant =
                new InterProcessMutex(first, "/app/ledger").acquireAsync().get(10, TimeUnit.SECONDS);
        new InterProcessMutex(second, "/app/ledger").acquireAsync();
        List<Sight<List<LockTicket>>> sights = new ArrayList<>();

        await().untilAsserted(() -> {
            sights.clear();
            survey.locks(NodePath.ROOT, sights::add);
            assertThat(sights)
                    .singleElement()
                    .satisfies(sight -> assertThat(sight.what()).hasSize(2));
        });

        assertThat(sights.get(0).path()).isEqualTo(NodePath.of("/app/ledger"));
        LockTicket holder = sights.get(0).what().get(0);
        LockTicket waiter = sights.get(0).what().get(1);
        assertThat(holder.isHolder()).isTrue();
        assertThat(holder.owner().map(OwnerInfo::clientId)).contains("first");
        assertThat(holder.token()).isEqualTo(grant.token());
        assertThat(waiter.isHolder()).isFalse();
        assertThat(waiter.owner().map(OwnerInfo::clientId)).contains("second");
    }

    @Test
    void readersInFrontOfAWriterHoldTogether() throws Exception {
        var session = first.runtime().liveSession().orElseThrow().core();
        NodePath lock = NodePath.of("/rw");
        Stages.value(session.ensureDir(lock));
        for (String label : List.of("__READ__", "__READ__", "__WRIT__", "__READ__")) {
            makeTicket(session, lock, label);
        }
        List<Sight<List<LockTicket>>> sights = new ArrayList<>();

        survey.locks(lock, sights::add);

        assertThat(sights.get(0).what()).extracting(LockTicket::isHolder).containsExactly(true, true, false, false);
    }

    @Test
    void whoHasALeaseAndStandsInLineForAnotherHoldsTheFirst() throws Exception {
        NodePath leases = NodePath.of("/slots/leases");
        NodePath line = NodePath.of("/slots/locks");
        var session = first.runtime().liveSession().orElseThrow().core();
        Stages.value(session.ensureDir(leases));
        Stages.value(session.ensureDir(line));
        makeTicket(session, leases, "lease-");
        makeTicket(session, line, "lock-");
        List<Sight<List<LockTicket>>> sights = new ArrayList<>();

        survey.locks(NodePath.ROOT, sights::add);
        makeTicket(session, leases, "lease-");
        survey.locks(NodePath.ROOT, sights::add);

        assertThat(sights.get(0).what())
                .extracting(ticket -> ticket.kind() + " " + ticket.isHolder())
                .containsExactly("LEASE true", "EXCLUSIVE false");
        assertThat(sights.get(1).what())
                .extracting(ticket -> ticket.kind() + " " + ticket.isHolder())
                .containsExactly("LEASE true", "LEASE false");
    }

    @Test
    void anElectionShowsItsLeaderFirst() throws Exception {
        try (LeaderLatch leader = new LeaderLatch(first, "/app/leader", "one");
                LeaderLatch next = new LeaderLatch(second, "/app/leader", "two")) {
            leader.start();
            assertThat(leader.await(10, TimeUnit.SECONDS)).isTrue();
            next.start();

            await().untilAsserted(() -> {
                List<Sight<List<Participant>>> sights = new ArrayList<>();
                survey.leaders(NodePath.of("/app"), sights::add);
                assertThat(sights)
                        .singleElement()
                        .satisfies(sight -> assertThat(sight.what())
                                .extracting(Participant::id)
                                .containsExactly("one", "two"));
                assertThat(sights.get(0).what().get(0).isLeader()).isTrue();
            });
        }
    }

    @Test
    void instancesAndMembersAreToldApart() throws Exception {
        ServiceRegistry<String> registry = ServiceRegistry.builder(first, "/services", Codec.utf8())
                .build()
                .start();
        registry.register(ServiceInstance.<String>builder("mail")
                        .id("m1")
                        .address("10.0.0.1")
                        .port(25)
                        .payload("blue")
                        .build())
                .awaitRegistered()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        GroupMembership group = new GroupMembership(first, "/group", "w1", Payload.utf8("hello")).start();
        group.join().toCompletableFuture().get(10, TimeUnit.SECONDS);
        List<Sight<List<ServiceInstance<String>>>> services = new ArrayList<>();
        List<Sight<List<Member>>> groups = new ArrayList<>();

        survey.services(NodePath.ROOT, services::add);
        survey.members(NodePath.ROOT, groups::add);

        assertThat(services).singleElement().satisfies(sight -> {
            assertThat(sight.path()).isEqualTo(NodePath.of("/services/mail"));
            assertThat(sight.what().get(0).payload()).contains("\"blue\"");
        });
        assertThat(groups).singleElement().satisfies(sight -> {
            assertThat(sight.path()).isEqualTo(NodePath.of("/group"));
            assertThat(sight.what()).extracting(Member::id).containsExactly("w1");
        });
    }

    @Test
    void instancesAndMembersNamedByUuidsAreShownForWhatTheyAre() throws Exception {
        ServiceRegistry<String> registry = ServiceRegistry.builder(first, "/services", Codec.utf8())
                .build()
                .start();
        registry.register(ServiceInstance.<String>builder("mail").build())
                .awaitRegistered()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        new GroupMembership(first, "/group", UUID.randomUUID().toString(), Payload.utf8("hello"))
                .start()
                .join()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        List<Sight<Gathering>> gatherings = new ArrayList<>();
        List<Sight<List<Member>>> groups = new ArrayList<>();

        survey.gatherings(NodePath.ROOT, gatherings::add);
        survey.members(NodePath.ROOT, groups::add);

        assertThat(groups).extracting(Sight::path).containsExactly(NodePath.of("/group"));
        assertThat(gatherings)
                .as("nothing tells the group from those who wait for others")
                .extracting(Sight::path)
                .containsExactly(NodePath.of("/group"));
    }

    @Test
    void aQueueShowsItsMasterAndHowMuchThereIsToDo() throws Exception {
        try (MasterWorkerQueue<String, String> queue = MasterWorkerQueue.builder(
                        first, "/jobs", Codec.utf8(), Codec.utf8())
                .build()) {
            queue.start();
            queue.submitter().submit("one").toCompletableFuture().get(10, TimeUnit.SECONDS);

            await().untilAsserted(() -> {
                List<Sight<MasterView>> sights = new ArrayList<>();
                survey.queues(NodePath.ROOT, sights::add);
                assertThat(sights).singleElement().satisfies(sight -> {
                    assertThat(sight.path()).isEqualTo(NodePath.of("/jobs"));
                    assertThat(sight.what().master()).isEqualTo("first");
                    assertThat(sight.what().pending()).isEqualTo(1);
                });
            });
        }
    }

    @Test
    void aRefusalThatTheCallerMeetsIsTheCallers() throws Exception {
        LockGrant unused =
                new InterProcessMutex(first, "/app/ledger").acquireAsync().get(10, TimeUnit.SECONDS);
        CoordinationException denied = new CoordinationException(CoreError.DENIED, null, "of something else");

        assertThatThrownBy(() -> survey.locks(NodePath.ROOT, sight -> {
                    throw denied;
                }))
                .isSameAs(denied);
    }

    @Test
    void whatIsNotThereIsNotFound() throws InterruptedException, CoordinationException {
        List<Sight<List<LockTicket>>> sights = new ArrayList<>();

        Survey.Extent extent = survey.locks(NodePath.of("/no/such"), sights::add);

        assertThat(sights).isEmpty();
        assertThat(extent).isEqualTo(Survey.Extent.WHOLE);
    }

    private static void makeTicket(CoreSession session, NodePath directory, String label) {
        Stages.value(session.create(CreateSpec.ordered(
                directory, Ordering.ticket(label), Payload.EMPTY, Lifetime.EPHEMERAL, UUID.randomUUID())));
    }

    private CoordinationClient client(String id) throws InterruptedException {
        CoordinationClient client =
                CoordinationClient.builder(core).clientId(id).build().start();
        assertThat(client.blockUntilConnected(Duration.ofSeconds(10))).isTrue();
        return client;
    }
}
