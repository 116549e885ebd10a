package baton.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final RateLimit rate = new RateLimit(new RateLimit.Budget(3, 100, 2));

    @Test
    void aBurstIsTakenAtOnceAndThenTimeMustPass() {
        assertThat(takenAt(1_000)).isEqualTo(3);
        assertThat(takenAt(1_099)).isZero();
        assertThat(takenAt(1_100)).isEqualTo(2);
        assertThat(takenAt(1_250)).isEqualTo(2);
        assertThat(takenAt(1_299)).isZero();
        assertThat(takenAt(1_300)).isEqualTo(2);
    }

    @Test
    void whatIsNotTakenAddsUpToTheBurstOnly() {
        assertThat(takenAt(0)).isEqualTo(3);
        assertThat(takenAt(1_000_000)).isEqualTo(3);
    }

    @Test
    void tellsWhenAndHowManyThereWillBeMore() {
        assertThat(takenAt(1_000)).isEqualTo(3);
        assertThat(takenAt(1_150)).isEqualTo(2);

        assertThat(rate.nextAtMillis()).isEqualTo(1_200);
        assertThat(rate.within(1_000)).isEqualTo(20);
        assertThat(rate.within(99)).isZero();
    }

    @Test
    void whatIsMissingComesBackWithoutAnybodyTakingIt() {
        assertThat(rate.deficit(1_000)).isZero();
        assertThat(takenAt(1_000)).isEqualTo(3);
        assertThat(rate.deficit(1_099)).isEqualTo(3);
        assertThat(rate.deficit(1_100)).isEqualTo(1);
        assertThat(rate.deficit(1_000_000)).isZero();
    }

    @Test
    void aLookAtTheClockThatIsAMomentOldChangesNothing() {
        assertThat(takenAt(1_000)).isEqualTo(3);

        assertThat(takenAt(500)).isZero();
        assertThat(takenAt(1_099)).isZero();
        assertThat(takenAt(1_100)).isEqualTo(2);
    }

    @Test
    void noBudgetIsNoBound() {
        RateLimit unbounded = new RateLimit(RateLimit.Budget.UNBOUNDED);
        for (int i = 0; i < 100; i++) {
            assertThat(unbounded.take(0)).isTrue();
        }
    }

    private int takenAt(long nowMillis) {
        int taken = 0;
        while (rate.take(nowMillis)) {
            taken++;
        }
        return taken;
    }
}
