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

        assertThat(locks(NodePath.of("/slots"))).isEqualTo(locks());
        assertThat(locks()).singleElement().satisfies(sight -> {
            assertThat(sight.path()).isEqualTo(NodePath.of("/slots"));
            assertThat(sight.what())
                    .extracting(ticket -> ticket.kind() + " " + ticket.data().utf8() + " " + ticket.isHolder())
                    .containsExactly("LEASE a true", "EXCLUSIVE b false");
        });
    }

    @Test
    void aLockOfKazoosMayBeCalledLikeALineOfASemaphore() throws Exception {
        stands("/ledger-__lock__/" + FIRST + "__lock__", "alone");

        assertThat(locks()).singleElement().satisfies(sight -> {
            assertThat(sight.path()).isEqualTo(NodePath.of("/ledger-__lock__"));
            assertThat(sight.what()).singleElement().matches(LockTicket::isHolder);
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
        return locks(NodePath.ROOT);
    }

    private List<Sight<List<LockTicket>>> locks(NodePath under) throws InterruptedException {
        List<Sight<List<LockTicket>>> sights = new ArrayList<>();
        survey.locks(under, sights::add);
        return sights;
    }
}
