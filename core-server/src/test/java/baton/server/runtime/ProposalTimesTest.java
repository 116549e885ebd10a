package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProposalTimesTest {
    private final ServerMetrics metrics = new ServerMetrics();
    private final ProposalTimes times = new ProposalTimes(metrics, 10);

    @Test
    void eachTransactionCountsOnceWithTheTimeOfItsTurn() {
        times.proposed(11, 1_000);
        times.proposed(12, 1_000);
        times.proposed(13, 1_005);

        times.published(11, 1_007);
        times.published(13, 1_010);

        assertThat(measured().count()).isEqualTo(3);
        assertThat(measured().min()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(5));
        assertThat(measured().max()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(10));
        assertThat(measured().sum()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(7 + 10 + 5));
    }

    @Test
    void asManyTurnsAsThereAreMayBeUnderWay() {
        for (int i = 1; i <= 1_000; i++) {
            times.proposed(10 + i, i);
            if (i % 3 == 0) {
                times.published(10 + i / 3, i);
            }
        }
        times.published(1_010, 1_000);
        times.published(1_010, 2_000);

        assertThat(measured().count()).isEqualTo(1_000);
    }

    private Distribution.Summary measured() {
        return metrics.measured(Timing.PROPAGATION_LATENCY);
    }
}
