package baton.shell.log;

import static org.assertj.core.api.Assertions.assertThat;

import baton.shell.log.LineBudget.LeftOut;
import baton.shell.log.LineBudget.Verdict;
import org.junit.jupiter.api.Test;

class LineBudgetTest {
    private final LineBudget budget = new LineBudget();

    private int written(String logger, int lines, long nowMillis) {
        int written = 0;
        for (int i = 0; i < lines; i++) {
            written += budget.take(logger, nowMillis) == Verdict.WRITE ? 1 : 0;
        }
        return written;
    }

    @Test
    void aHundredLinesOfASecondAreWrittenAndTheRestIsCounted() {
        assertThat(written("a", 100, 5_000)).isEqualTo(100);
        assertThat(budget.take("a", 5_001)).isEqualTo(Verdict.LEAVE_OUT_FIRST);
        assertThat(written("a", 49, 5_999)).isZero();
        assertThat(budget.ended(5_999)).isEmpty();

        assertThat(budget.ended(6_000)).containsExactly(new LeftOut("a", 50));
        assertThat(budget.ended(6_000)).isEmpty();
        assertThat(written("a", 101, 6_000)).isEqualTo(100);
    }

    @Test
    void eachLoggerHasItsOwn() {
        assertThat(written("a", 1_000, 0)).isEqualTo(100);
        assertThat(written("b", 1_000, 0)).isEqualTo(100);
        assertThat(budget.ended(1_000)).containsExactly(new LeftOut("a", 900), new LeftOut("b", 900));
    }

    @Test
    void aClockThatIsSetBackSilencesNobody() {
        assertThat(written("a", 200, 1_000_000)).isEqualTo(100);

        assertThat(budget.ended(5)).containsExactly(new LeftOut("a", 100));
        assertThat(written("a", 1, 5)).isEqualTo(1);
    }
}
