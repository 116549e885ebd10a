package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerMetricsTest {
    private final ServerMetrics metrics = new ServerMetrics();

    @Test
    void transactionsThatTheLogTookAtOnceAreAmongThoseThatTookTime() {
        metrics.count(Tally.PROPOSAL_COUNT, 3);
        metrics.measure(Timing.PROPOSAL_PROCESS_TIME, 7);

        Distribution.Summary measured = metrics.measured(Timing.PROPOSAL_PROCESS_TIME);

        assertThat(measured.count()).isEqualTo(3);
        assertThat(measured.sum()).isEqualTo(7);
        assertThat(measured.min()).isZero();
        assertThat(measured.max()).isEqualTo(7);
        assertThat(measured.quantile(0.5)).isZero();
    }
}
