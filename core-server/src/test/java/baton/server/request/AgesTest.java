package baton.server.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AgesTest {
    private final Ages ages = new Ages();

    @Test
    void aChangeIsAsOldAsTheFirstTimeAtWhichItWasBehind() {
        ages.mark(3, 1_000);
        ages.mark(3, 2_000);
        ages.mark(7, 3_000);

        assertEquals(9_000, ages.ofMillis(2, 10_000));
        assertEquals(9_000, ages.ofMillis(3, 10_000));
        assertEquals(7_000, ages.ofMillis(4, 10_000));
        assertEquals(0, ages.ofMillis(8, 10_000));
    }

    @Test
    void thousandsOfTimesLaterAnAgeIsStillNearlyRightAndNeverTooLarge() {
        int last = 100_000;
        for (int zxid = 0; zxid <= last; zxid++) {
            ages.mark(zxid, zxid);
        }

        for (int zxid = 0; zxid <= last; zxid++) {
            assertThat(ages.ofMillis(zxid, last)).isBetween((last - zxid) * 98L / 100 - 1, (long) last - zxid);
        }
    }
}
