package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process may open, and the share of it that clients leave to its data and its operators. */
class DescriptorsTest {
    @Test
    void aLimitIsReadHoweverItIsSetApart() {
        assertThat(Descriptors.softLimit("            1024                 524288               files     "))
                .hasValue(1024);
        assertThat(Descriptors.softLimit("\t1024\t524288\tfiles")).hasValue(1024);
        assertThat(Descriptors.softLimit(" 1024")).hasValue(1024);
        assertThat(Descriptors.softLimit(" unlimited unlimited files")).isEmpty();
    }

    @Test
    void theLimitOfThisProcessIsReadOnce() {
        assertThat(Descriptors.ofThisProcess()).isSameAs(Descriptors.ofThisProcess());
    }

    @Test
    void clientsLeaveAQuarterAndNotMoreThanIsNeeded() {
        assertThat(of(160).endForClients()).isEqualTo(120);
        assertThat(of(1024).endForClients()).isEqualTo(768);
        assertThat(of(65_536).endForClients()).isEqualTo(65_536 - 1024);
        assertThat(of(1L << 40).endForClients()).isEqualTo(Integer.MAX_VALUE);
        assertThat(Descriptors.UNLIMITED.endForClients()).isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(longs = {64, 160, 1024, 4096, 65_536, 1L << 40})
    void threePortsOfOperatorsLeaveSomeToFiles(long max) {
        long spared = Math.min(max / 4, 1024);

        assertThat(of(max).ofOperatorsPort()).isPositive();
        assertThat(3L * of(max).ofOperatorsPort()).isLessThanOrEqualTo(spared - spared / 4);
        assertThat(Descriptors.UNLIMITED.ofOperatorsPort()).isEqualTo(256);
    }

    private static Descriptors of(long max) {
        return new Descriptors(OptionalLong.of(max));
    }
}
