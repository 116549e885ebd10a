package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whoever hangs is told from one that nobody could hear. */
class PatienceTest {
    private static final int LIMIT = 1000;
    private static final int STEP = LIMIT / 10;

    private final Patience patience = new Patience(LIMIT);

    @Test
    void aCallThatIsNotAnsweredForTheWholeTimeIsStuck() {
        assertThat(patience.isOver(1, 0)).isFalse();
        for (int now = STEP; now < LIMIT; now += STEP) {
            assertThat(patience.isOver(1, now)).isFalse();
        }

        assertThat(patience.isOver(1, LIMIT)).isTrue();
    }

    @Test
    void aPauseOfTheProcessCountsAsATenthHoweverLongItWas() {
        patience.isOver(1, 0);

        assertThat(patience.isOver(1, 1_000_000 * LIMIT)).isFalse();

        for (int i = 1; i < 9; i++) {
            assertThat(patience.isOver(1, 1_000_000 * LIMIT + i * STEP)).isFalse();
        }
        assertThat(patience.isOver(1, 1_000_000 * LIMIT + 9 * STEP)).isTrue();
    }

    @Test
    void eachCallHasItsOwnTime() {
        for (int call = 1; call < 100; call += 2) {
            assertThat(patience.isOver(call, (call - 1) * 9L * STEP / 2)).isFalse();
        }
    }

    @Test
    void withoutACallNothingIsWaitedFor() {
        patience.isOver(2, 0);

        assertThat(patience.isOver(2, 100 * LIMIT)).isFalse();
    }

    @Test
    void looksAreWantedOftenEnoughToCountEveryMoment() {
        assertThat(patience.lookNanos()).isEqualTo(STEP);
    }
}
