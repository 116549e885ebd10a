package baton.recipes.survey;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.NodePath;
import baton.embedded.EmbeddedCore;
import baton.recipes.CoordinationClient;
import baton.recipes.latch.Participant;
import baton.recipes.lock.LockTicket;
import baton.server.StartFailedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What other libraries leave in a store, by the names they use there. */
class ForeignSurveyTest {
    private static final String FIRST = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
    private static final String SECOND = "f0a1b2c3d4e5f60718293a4b5c6d7e8f";

    private EmbeddedCore core;
    private CuratorFramework nodes;
    private CoordinationClient client;
    private Survey survey;

    @BeforeEach
    void connect() throws InterruptedException, StartFailedException {
        core = EmbeddedCore.inMemory();
        nodes = CuratorFrameworkFactory.newClient(core.connectString(), new RetryOneTime(100));
        nodes.start();
        client = CoordinationClient.builder(core).clientId("looking").build().start();
        assertThat(client.blockUntilConnected(Duration.ofSeconds(10))).isTrue();
        survey = new Survey(client);
    }

    @AfterEach
    void disconnect() {
        client.close();
        nodes.close();
        core.close();
    }

    @ParameterizedTest
    @CsvSource({
        "0a1b2c3d4e5f60718293a4b5c6d7e8f9__lock__0000000007, KAZOO, LOCK, 7",
        "0a1b2c3d4e5f60718293a4b5c6d7e8f9__rlock__0000000007, KAZOO, READ, 7",
        "_c_0a1b2c3d4e5f60718293a4b5c6d7e8f9-lock-0000000007, GO, LOCK, 7",
        "lock-0000000007, ZOOKEEPER, LOCK, 7",
        "lock--2147483647, ZOOKEEPER, LOCK, -2147483647",
        "x-72057594037927936-0000000012, ZOOKEEPER, LOCK, 12",
        "x--1152921504606846976-0000000012, ZOOKEEPER, LOCK, 12",
        "2f5ab7d1-0c1e-4a7b-9d8e-1f2a3b4c5d6e-read-0000000012, ZOOKEEPER, READ, 12",
        "write-0000000012, ZOOKEEPER, WRITE, 12",
        "n_0000000012, ZOOKEEPER, ELECTION, 12",
        "72057594037927936-10.0.0.1:8983_solr-n_0000000012, ZOOKEEPER, ELECTION, 12"
    })
    void namesTellWhoseTheyAre(String name, Layout layout, ForeignTicket.Purpose purpose, int order) {
        assertThat(ForeignTicket.of(name)).contains(new ForeignTicket(name, layout, purpose, order));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_c_2f5ab7d1-0c1e-4a7b-9d8e-1f2a3b4c5d6e-lock-0000000007",
                "_c_2f5ab7d1-0c1e-4a7b-9d8e-1f2a3b4c5d6e-read-0000000007",
                "lock-7",
                "lock-4294967296",
                "deadlock-0000000007",
                "__lock__0000000007",
                "qn-0000000007"
            })
    void otherNamesAreNot(String name) {
        assertThat(ForeignTicket.of(name)).isEmpty();
    }

    @Test
    void aLockOfKazoosShowsWhoHoldsAndWhoWaits() throws Exception {
        stands("/ledger/" + SECOND + "__lock__", "first come");
        stands("/ledger/" + FIRST + "__lock__", "second come");

        assertThat(locks()).singleElement().satisfies(sight -> {
            assertThat(sight.path()).isEqualTo(NodePath.of("/ledger"));
            assertThat(sight.layout()).isEqualTo(Layout.KAZOO);
            assertThat(sight.what())
                    .extracting(ticket -> ticket.data().utf8() + " " + ticket.isHolder())
                    .containsExactly("first come true", "second come false");
        });
    }

    @Test
    void kazoosReadersHoldTogetherBeforeAWriter() throws Exception {
        stands("/ledger/" + FIRST + "__rlock__", "");
        stands("/ledger/" + SECOND + "__rlock__", "");
        stands("/ledger/" + FIRST + "__lock__", "");
        stands("/ledger/" + SECOND + "__rlock__", "");

        assertThat(locks())
                .singleElement()
                .satisfies(sight -> assertThat(sight.what())
                        .extracting(ticket -> ticket.kind() + " " + ticket.isHolder())
                        .containsExactly("READ true", "READ true", "EXCLUSIVE false", "READ false"));
    }

    @Test
    void aSemaphoreOfKazoosShowsItsLeasesAndTheLineBesideIt() throws Exception {
        nodes.create().creatingParentsIfNeeded().withMode(CreateMode.EPHEMERAL).forPath("/slots/" + FIRST, bytes("a"));
        stands("/slots-__lock__/" + SECOND + "__lock__", "b");

        assertThat(locks()).singleElement().satisfies(sight -> {
            assertThat(sight.path()).isEqualTo(NodePath.of("/slots"));
            assertThat(sight.what())
                    .extracting(ticket -> ticket.kind() + " " + ticket.data().utf8() + " " + ticket.isHolder())
                    .containsExactly("LEASE a true", "EXCLUSIVE b false");
        });
    }

    @Test
    void namesThatMayMeanAnythingAreBelievedOfEphemeralNodesOnly() throws Exception {
        nodes.create()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.PERSISTENT_SEQUENTIAL)
                .forPath("/files/lock-", bytes("no lock"));
        stands("/files/lock-0000000000/x-12-", "inside");

        assertThat(locks()).extracting(Sight::path).containsExactly(NodePath.of("/files/lock-0000000000"));
    }

    @Test
    void anElectionByTheBookShowsWhoLeads() throws Exception {
        stands("/overseer/election/72057594037927936-solr1-n_", "");
        stands("/overseer/election/72057594037927937-solr2-n_", "solr2 itself");

        List<Sight<List<Participant>>> sights = new ArrayList<>();
        survey.leaders(NodePath.ROOT, sights::add);

        assertThat(sights).singleElement().satisfies(sight -> {
            assertThat(sight.layout()).isEqualTo(Layout.ZOOKEEPER);
            assertThat(sight.what())
                    .extracting(each -> each.id() + " " + each.isLeader())
                    .containsExactly("72057594037927936-solr1-n_0000000000 true", "solr2 itself false");
        });
        assertThat(locks()).isEmpty();
    }

    private void stands(String prefix, String says) throws Exception {
        nodes.create()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                .forPath(prefix, bytes(says));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<Sight<List<LockTicket>>> locks() throws InterruptedException {
        List<Sight<List<LockTicket>>> sights = new ArrayList<>();
        survey.locks(NodePath.ROOT, sights::add);
        return sights;
    }
}
