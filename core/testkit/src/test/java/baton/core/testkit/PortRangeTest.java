package baton.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortRangeTest {
    @ParameterizedTest
    @CsvSource({
        "32768, 60999, 20000, 32768",
        "16384, 65535, 3616, 16384",
        "2500, 65535, 2000, 2500",
        "1024, 60999, 61000, 65536",
        "1024, 65535, 20000, 32768",
    })
    void itIsBesideWhatIsHandedOutIfThereIsRoom(int firstHandedOut, int lastHandedOut, int first, int end) {
        assertThat(PortRange.beside(firstHandedOut, lastHandedOut)).isEqualTo(new PortRange(first, end));
    }
}
