package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DistributionTest {
    @Test
    void nothingMeasuredIsAllZeros() {
        Distribution.Summary summary = new Distribution().summary();

        assertThat(summary.count()).isZero();
        assertThat(summary.average()).isZero();
        assertThat(summary.quantile(0.5)).isZero();
    }

    @Property(tries = 200)
    void quantilesAreAtMostAnEighthTooLarge(
            @ForAll @Size(min = 1, max = 50) List<@LongRange(min = 0, max = Long.MAX_VALUE / 64) Long> list) {
        long[] values = list.stream().mapToLong(Long::longValue).toArray();
        Distribution distribution = new Distribution();
        Arrays.stream(values).forEach(distribution::record);
        Distribution.Summary summary = distribution.summary();
        long[] sorted = values.clone();
        Arrays.sort(sorted);

        for (double share : new double[] {0.5, 0.95, 0.999}) {
            long exact = sorted[(int) Math.ceil(sorted.length * share) - 1];
            assertThat(summary.quantile(share)).isBetween(exact, exact + exact / 8);
        }
        assertThat(summary.count()).isEqualTo(values.length);
        assertThat(summary.sum()).isEqualTo(Arrays.stream(values).sum());
        assertThat(summary.min()).isEqualTo(sorted[0]);
        assertThat(summary.max()).isEqualTo(sorted[sorted.length - 1]);
    }

    @Test
    void twoTogetherHaveMeasuredAllOfBoth() {
        Distribution one = new Distribution();
        Distribution other = new Distribution();
        one.record(1);
        other.record(100);

        Distribution.Summary both = one.summary().plus(other.summary());

        assertThat(both.count()).isEqualTo(2);
        assertThat(both.min()).isEqualTo(1);
        assertThat(both.max()).isEqualTo(100);
        assertThat(both.countBelowPowerOfTwo(6)).isEqualTo(1);
    }

    @Test
    void aResetShowsAtOnceAndWhatComesAfterItIsCounted() {
        Distribution distribution = new Distribution();
        distribution.record(7);

        distribution.reset();

        assertThat(distribution.summary().count()).isZero();
        distribution.record(9);
        assertThat(distribution.summary().count()).isEqualTo(1);
        assertThat(distribution.summary().min()).isEqualTo(9);
    }
}
