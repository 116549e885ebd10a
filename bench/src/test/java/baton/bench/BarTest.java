package baton.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BarTest {
    private final Bar bar = Bar.of(2.5, 4).and(Measure.P99, 2, 3);

    @Test
    void everyPartHasToReachItsTarget() {
        assertThat(bar.isReached(ratios(4, 3))).isTrue();
        assertThat(bar.isReached(ratios(5, 2.9))).isFalse();
        assertThat(bar.verdict(ratios(5, 2.9))).isEqualTo("short of the target 4.0x; p99 3.0x");
    }

    @Test
    void onePartBelowItsFloorIsEnough() {
        assertThat(bar.isMissed(ratios(2.5, 2))).isFalse();
        assertThat(bar.isMissed(ratios(5, 1.9))).isTrue();
        assertThat(bar.verdict(ratios(5, 1.9))).isEqualTo("BELOW THE FLOOR 2.5x; p99 2.0x");
    }

    @Test
    void aTableHasARatioForEachPart() {
        assertThat(bar.cells()).isEqualTo("2.5; p99 2.0 | 4.0; p99 3.0");
        assertThat(bar.cell(ratios(5, 1.9))).isEqualTo("5.0; p99 1.9");
        assertThat(Bar.ofMedian(2.5, 4).and(Measure.CPU, 5, 10).cells()).isEqualTo("p50 2.5; CPU 5 | p50 4.0; CPU 10");
    }

    private static Bar.Ratios ratios(double throughput, double p99) {
        return Map.of(Measure.THROUGHPUT, throughput, Measure.P99, p99)::get;
    }
}
