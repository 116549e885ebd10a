package baton.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.runtime.Clock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerRatesTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private long millis = 1_000;

    private final AnswerRates rates = new AnswerRates(new Clock() {
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
    @CsvSource({"EVERYTHING, 30, 1", "LINES, 50, 10", "SUMS, 100, 100"})
    void whatCostsMoreIsAnsweredLessOften(Cost cost, int atOnce, int aSecond) {
        assertThat(answered(cost, HERE, 1_000)).isEqualTo(atOnce);

        millis += 1_000;

        assertThat(answered(cost, HERE, 1_000)).isEqualTo(aSecond);
    }

    @Test
    void questionsOfOneCostDoNotUseUpWhatOthersMay() {
        answered(Cost.EVERYTHING, HERE, 1_000);

        assertThat(rates.allow(Cost.EVERYTHING, HERE)).isFalse();
        assertThat(rates.allow(Cost.LINES, HERE)).isTrue();
        assertThat(rates.allow(Cost.SUMS, HERE)).isTrue();
    }

    @Test
    void noMachineUsesUpWhatOthersMay() throws Exception {
        assertThat(answered(Cost.SUMS, machine(1), 1_000)).isEqualTo(100);

        assertThat(answered(Cost.SUMS, machine(2), 1_000)).isEqualTo(100);
        assertThat(answered(Cost.SUMS, HERE, 1_000)).isEqualTo(100);
    }

    @Test
    void allOthersTogetherAreBoundedToo() throws Exception {
        long answered = 0;
        for (int i = 0; i < 2 * AnswerRates.MACHINES; i++) {
            answered += answered(Cost.LINES, machine(i), 1_000);
        }

        assertThat(answered).isEqualTo(AnswerRates.MACHINES * 50);
        assertThat(answered(Cost.LINES, HERE, 1_000)).isEqualTo(50);
    }

    @Test
    void aMachineIsForgottenOnceManyOthersHaveAsked() throws Exception {
        answered(Cost.EVERYTHING, machine(0), 1_000);
        millis += 1_000;
        assertThat(answered(Cost.EVERYTHING, machine(0), 1_000)).isEqualTo(1);

        for (int i = 1; i <= AnswerRates.MACHINES_KNOWN_MAX; i++) {
            answered(Cost.SUMS, machine(i), 1);
        }

        assertThat(answered(Cost.EVERYTHING, machine(0), 1_000)).isEqualTo(30);
    }

    @Test
    void wordsAndCommandsThatTellTheSameCostTheSame() {
        assertThat(Cost.ofWord("wchc")).isEqualTo(Cost.ofCommand("watches")).contains(Cost.EVERYTHING);
        assertThat(Cost.ofWord("wchs"))
                .isEqualTo(Cost.ofCommand("watch_summary"))
                .contains(Cost.EVERYTHING);
        assertThat(Cost.ofWord("stat")).isEqualTo(Cost.ofCommand("stats")).contains(Cost.LINES);
        assertThat(Cost.ofWord("srvr"))
                .isEqualTo(Cost.ofCommand("server_stats"))
                .contains(Cost.SUMS);
        assertThat(Cost.ofWord("ruok")).isEqualTo(Cost.ofCommand("ruok")).isEmpty();
    }

    private static InetAddress machine(int number) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, 0, (byte) (number >> 8), (byte) number});
    }

    private long answered(Cost cost, InetAddress from, int asked) {
        return IntStream.range(0, asked).filter(i -> rates.allow(cost, from)).count();
    }
}
