package baton.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.runtime.Clock;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordRatesTest {
    private long millis = 1_000;

    private final WordRates rates = new WordRates(new Clock() {
        @Override
        public long nanos() {
            return TimeUnit.MILLISECONDS.toNanos(millis);
        }

        @Override
        public long wallMillis() {
            return millis;
        }
    });

    @ParameterizedTest
    @CsvSource({"cons, 10, 1", "dump, 10, 1", "stat, 20, 10", "mntr, 100, 100", "srvr, 100, 100"})
    void aWordIsAnsweredSoOftenAtOnceAndThenSoOftenASecond(String word, int atOnce, int aSecond) {
        assertThat(answered(word, 1_000)).isEqualTo(atOnce);

        millis += 1_000;

        assertThat(answered(word, 1_000)).isEqualTo(aSecond);
    }

    @Test
    void wordsThatCostNothingAreAlwaysAnswered() {
        assertThat(answered("ruok", 100_000)).isEqualTo(100_000);
    }

    @Test
    void oneKindOfWordsDoesNotUseUpWhatAnotherMay() {
        answered("wchc", 1_000);

        assertThat(rates.allow("wchp", true)).isFalse();
        assertThat(rates.allow("stat", true)).isTrue();
        assertThat(rates.allow("mntr", true)).isTrue();
    }

    @Test
    void otherMachinesDoNotUseUpWhatThisOneMay() {
        for (int i = 0; i < 100; i++) {
            assertThat(rates.allow("srvr", false)).isTrue();
        }
        assertThat(rates.allow("srvr", false)).isFalse();

        assertThat(answered("srvr", 1_000)).isEqualTo(100);
    }

    private long answered(String word, int asked) {
        return IntStream.range(0, asked).filter(i -> rates.allow(word, true)).count();
    }
}
