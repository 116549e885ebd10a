package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

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
    void clientsLeaveAQuarterAndNotMoreThanIsNeeded() {
        assertThat(Descriptors.endForClients(OptionalLong.of(160))).isEqualTo(120);
        assertThat(Descriptors.endForClients(OptionalLong.of(1024))).isEqualTo(768);
        assertThat(Descriptors.endForClients(OptionalLong.of(65_536))).isEqualTo(65_536 - 640);
        assertThat(Descriptors.endForClients(OptionalLong.of(1L << 40))).isEqualTo(Integer.MAX_VALUE);
        assertThat(Descriptors.endForClients(OptionalLong.empty())).isEqualTo(Integer.MAX_VALUE);
    }
}
