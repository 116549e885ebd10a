package baton.samples.spring;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.Expect;
import baton.core.NodePath;
import baton.core.Payload;
import baton.recipes.CoordinationClient;
import baton.recipes.Description;
import baton.recipes.FencingToken;
import baton.recipes.LossReason;
import baton.spring.config.Live;
import baton.spring.leader.Elections;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

/** Starts the application as {@code main} does, on the embedded core. */
@SpringBootTest(properties = "reports.every=20ms")
class OrdersApplicationTest {
    private static final NodePath NODE = NodePath.of("/config/limits.yaml");

    @Autowired
    private Elections elections;

    @Autowired
    private Reports reports;

    @Autowired
    private Invoices invoices;

    @Autowired
    private Journal journal;

    @Autowired
    private Live<Limits> limits;

    @Autowired
    private CoordinationClient client;

    @Autowired
    private Intake intake;

    @Autowired
    private Office office;

    @Test
    void leadsLocksAndFollowsItsConfiguration() throws Exception {
        await().atMost(Duration.ofSeconds(30)).until(() -> elections.isLeader("reports"));
        await().atMost(Duration.ofSeconds(30)).until(() -> journal.entries().contains("leads reports"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> reports.written().stream().anyMatch(line -> line.startsWith("at most 100 orders in EUR")));

        FencingToken first = invoices.close(7, null);
        FencingToken second = invoices.close(7, null);
        assertThat(second).isGreaterThan(first);

        await().atMost(Duration.ofSeconds(30)).until(() -> intake.shifts() == 1);
        assertThat(intake.token()).isPositive();

        office.decide(new Limits(5, "EUR"));
        await().atMost(Duration.ofSeconds(30)).until(() -> limits.get().equals(new Limits(5, "EUR")));
        publish("orders-per-report: many\n");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> journal.entries().stream().anyMatch(line -> line.startsWith("refused: ")));
        assertThat(limits.get()).isEqualTo(new Limits(5, "EUR"));
        publish("orders-per-report: 6\n");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> journal.entries().contains("limits are " + new Limits(6, "EUR")));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> reports.written().stream().anyMatch(line -> line.startsWith("at most 6 orders")));

        office.closedForStocktaking().setBarrier();
        assertThat(office.closedForStocktaking().waitOnBarrier(Duration.ofMillis(10)))
                .isFalse();
        office.closedForStocktaking().removeBarrier();
        assertThat(office.overview()).extracting(Description::kind).contains("LeaderLatch", "ConfigWatcher");

        elections.relinquish("intake", Duration.ofMillis(10));
        await().atMost(Duration.ofSeconds(30)).until(() -> intake.shifts() == 2);
        elections.relinquish("reports", Duration.ofMillis(10));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> journal.entries().contains("leads reports no more: " + LossReason.REVOKED));
        await().atMost(Duration.ofSeconds(30)).until(() -> elections.isLeader("reports"));
    }

    /** As an operator does, who may be wrong. */
    private void publish(String text) throws Exception {
        var session =
                client.inNamespace("/").runtime().liveSession().orElseThrow().core();
        session.write(NODE, Payload.utf8(text), Expect.ANY)
                .toCompletableFuture()
                .get(30, SECONDS);
    }
}
