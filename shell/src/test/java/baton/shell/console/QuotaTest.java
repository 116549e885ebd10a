package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Bytes;
import org.junit.jupiter.api.Test;

class QuotaTest {
    @Test
    void limitsAreWrittenSoThatOldReadersStopInTime() {
        Quota limits = Quota.unlimited().with(Quota.COUNT, 5).with(Quota.BYTES_HARD, 200);

        assertThat(limits).hasToString("count=5,bytes=-1=;byteHardLimit=200;countHardLimit=-1");
        assertThat(Quota.parse(limits.encode(), "/q")).isEqualTo(limits);
    }

    @Test
    void usageIsWrittenPlainly() {
        assertThat(Quota.usage(2, 3)).hasToString("count=2,bytes=3");
        assertThat(Quota.parse(Bytes.utf8("count=2,bytes=3"), "/q")).isEqualTo(Quota.usage(2, 3));
    }

    @Test
    void whatIsMissingIsNoLimit() {
        Quota limits = Quota.parse(null, "/q");

        assertThat(limits.get(Quota.COUNT)).isEqualTo(-1);
        assertThat(Quota.usage(9, 9).exceeds(limits, Quota.COUNT, Quota.COUNT_HARD))
                .isFalse();
    }

    @Test
    void aLimitIsExceededByMoreThanItSays() {
        Quota limits = Quota.unlimited().with(Quota.BYTES_HARD, 3);

        assertThat(Quota.usage(1, 3).exceeds(limits, Quota.BYTES, Quota.BYTES_HARD))
                .isFalse();
        assertThat(Quota.usage(1, 4).exceeds(limits, Quota.BYTES, Quota.BYTES_HARD))
                .isTrue();
    }

    @Test
    void damagedDataIsNamed() {
        assertThatThrownBy(() -> Quota.parse(Bytes.utf8("count=many"), "/zookeeper/quota/q/zookeeper_limits"))
                .hasMessage("/zookeeper/quota/q/zookeeper_limits holds no quota: \"count=many\"");
    }

    @Test
    void theClientsLineOfAConfigurationNamesVersionAndAddresses() {
        String config = """
                server.1=10.0.0.1:2888:3888:participant;10.0.0.1:2181
                server.2=10.0.0.2:2888:3888:observer;2181
                server.3=10.0.0.3:2888:3888
                version=100000000""";

        assertThat(EnsembleVerbs.clientLine(config)).isEqualTo("100000000 10.0.0.1:2181,0.0.0.0:2181");
        assertThat(EnsembleVerbs.clientLine("")).isEqualTo(" ");
    }
}
