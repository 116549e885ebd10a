package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TravelTimesTest {
    private final ServerMetrics metrics = new ServerMetrics();
    private final TravelTimes times = new TravelTimes(metrics, Timing.PROPAGATION_LATENCY, 10);

    @Test
    void eachTransactionCountsOnce() {
        times.setOut(11, 1_000);
        times.setOut(12, 1_000);
        times.setOut(13, 1_005);

        times.arrived(11, 1_007);
        times.arrived(13, 1_010);

        assertThat(measured().count()).isEqualTo(3);
        assertThat(measured().min()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(5));
        assertThat(measured().max()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(10));
        assertThat(measured().sum()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(7 + 10 + 5));
    }

    @Test
    void asManyAsThereAreMayBeUnderWay() {
        for (int i = 1; i <= 1_000; i++) {
            times.setOut(10 + i, i);
            if (i % 3 == 0) {
                times.arrived(10 + i / 3, i);
            }
        }
        times.arrived(1_010, 1_000);
        times.arrived(1_010, 2_000);

        assertThat(measured().count()).isEqualTo(1_000);
    }

    private Distribution.Summary measured() {
        return metrics.measured(Timing.PROPAGATION_LATENCY);
    }
}
