package baton.samples.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.recipes.FencingToken;
import baton.recipes.LossReason;
import baton.spring.leader.Elections;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

/** Starts the application as {@code main} does, on the embedded core. */
@SpringBootTest(properties = "reports.every=20ms")
class OrdersApplicationTest {
    @Autowired
    private Elections elections;

    @Autowired
    private Reports reports;

    @Autowired
    private Invoices invoices;

    @Autowired
    private Journal journal;

    @Test
    void leadsLocksAndTells() throws Exception {
        await().until(() -> elections.isLeader("reports"));
        await().until(() -> journal.entries().contains("leads reports"));
        await().until(() -> reports.written().stream().anyMatch(line -> line.startsWith("report under token ")));

        FencingToken first = invoices.close(7, null);
        FencingToken second = invoices.close(7, null);
        assertThat(second).isGreaterThan(first);

        elections.relinquish("reports", Duration.ofMillis(10));
        await().until(() -> journal.entries().contains("leads reports no more: " + LossReason.REVOKED));
        await().until(() -> elections.isLeader("reports"));
    }
}
