package baton.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final int MINUTE = 60_000;

    @Test
    void whatIsAllowedInAMinuteMayBeUsedAtOnceAndComesBackEvenly() {
        Allowance allowance = new Allowance(6, 1_000);

        for (int i = 0; i < 6; i++) {
            assertThat(allowance.isLeft(1_000)).isTrue();
            allowance.use(1);
        }
        assertThat(allowance.isLeft(1_000)).isFalse();

        assertThat(allowance.isLeft(1_001)).isTrue();
        allowance.use(1);
        assertThat(allowance.isLeft(10_999)).isFalse();
        assertThat(allowance.isLeft(11_001)).isTrue();
    }

    @Test
    void whatIsTooLargeIsPaidBack() {
        Allowance allowance = new Allowance(10, 0);

        assertThat(allowance.isLeft(0)).isTrue();
        allowance.use(30);

        assertThat(allowance.isLeft(2 * MINUTE)).isFalse();
        assertThat(allowance.isLeft(2 * MINUTE + 1)).isTrue();
    }

    @Test
    void itNeverHoldsMoreThanAMinuteIsWorthHoweverLongNobodyLooked() {
        Allowance allowance = new Allowance(Integer.MAX_VALUE * 1024L, 0);

        assertThat(allowance.isLeft(Long.MAX_VALUE / 2)).isTrue();
        allowance.use(Integer.MAX_VALUE * 1024L);

        assertThat(allowance.isLeft(Long.MAX_VALUE / 2)).isFalse();
    }

    @Test
    void aClockThatWasReadEarlierGivesNothing() {
        Allowance allowance = new Allowance(1, 5_000);
        allowance.use(1);

        assertThat(allowance.isLeft(0)).isFalse();
        assertThat(allowance.isLeft(5_000)).isFalse();
        assertThat(allowance.isLeft(5_001)).isTrue();
    }
}
