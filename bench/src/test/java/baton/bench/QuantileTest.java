package baton.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuantileTest {

    @Test
    void quantilesAreInterpolated() {
        assertThat(Quantile.of(List.of(10.0, 2.0, 3.0, 1.0), 0.25)).isEqualTo(1.75);
        assertThat(Quantile.median(List.of(10.0, 1.0, 3.0))).isEqualTo(3.0);
    }
}
