package baton.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class PlaceTest {

    @Test
    void orderSurvivesTheWrapOfAZnodeCounter() {
        Place last = place(Integer.MAX_VALUE, 32);
        Place wrapped = place(Integer.MIN_VALUE, 32);

        assertThat(last.isBefore(wrapped)).isTrue();
        assertThat(wrapped.isBefore(last)).isFalse();
    }

    @Test
    void revisionsFarApartKeepTheirOrder() {
        assertThat(place(1, 64).isBefore(place(1L << 40, 64))).isTrue();
        assertThat(place(1L << 40, 64).isBefore(place(1, 64))).isFalse();
    }

    private static Place place(long order, int bits) {
        return new Place("lock-", UUID.randomUUID(), order, bits);
    }
}
