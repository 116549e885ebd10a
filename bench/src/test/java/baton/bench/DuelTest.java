package baton.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DuelTest {

    @Test
    void quantilesAreInterpolated() {
        List<Double> ratios = List.of(1.0, 2.0, 3.0, 10.0);

        assertThat(Duel.quantile(ratios, 0.25)).isEqualTo(1.75);
        assertThat(Duel.median(List.of(10.0, 1.0, 3.0))).isEqualTo(3.0);
    }
}
