package baton.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.runtime.Distribution;
import org.junit.jupiter.api.Test;

class SpreadTest {
    private static final long MILLIS = 1_000_000;

    @Test
    void theAverageIsBetweenTheExtremes() {
        Metric.Spread spread = spread(2, 1_200_000, 400_000, 800_000);

        assertThat(spread.min()).isZero();
        assertThat(spread.average()).isEqualTo(0.6);
        assertThat(spread.max()).isOne();
    }

    @Test
    void wholeMillisecondsStayWhatTheyAre() {
        Metric.Spread spread = spread(3, 6_000_000, 2_000_000, 2_000_000);

        assertThat(spread.min()).isEqualTo(2);
        assertThat(spread.average()).isEqualTo(2);
        assertThat(spread.max()).isEqualTo(2);
    }

    @Test
    void ofNothingAllIsZero() {
        assertThat(new Metric.Spread("time", Distribution.Summary.NOTHING, MILLIS, false).max())
                .isZero();
    }

    private static Metric.Spread spread(long count, long sum, long min, long max) {
        return new Metric.Spread("time", new Distribution.Summary(count, sum, min, max, new long[0]), MILLIS, false);
    }
}
