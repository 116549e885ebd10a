package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import java.util.Optional;
import org.apache.zookeeper.StatsTrack;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quotas are read and written as Apache ZooKeeper reads and writes them. */
class QuotaNumbersConformanceTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "count=5,bytes=-1",
                "count=5,bytes=7=;byteHardLimit=9;countHardLimit=8",
                "count=5,bytes=7=;countHardLimit=8",
                "bytes=3",
                "count=5;bytes=7",
                ";,count=5",
                "count==5",
                "count=5=6",
                "",
                "count",
                "count=",
                "count=x",
                "count= 5",
                "=5",
                ",",
                "count=5,,bytes=6"
            })
    void isReadTheSame(String text) {
        assertThat(QuotaNumbers.parse(Bytes.utf8(text))).isEqualTo(apache(text));
    }

    private static Optional<QuotaNumbers> apache(String text) {
        try {
            StatsTrack track = new StatsTrack(text);
            return Optional.of(new QuotaNumbers(
                    track.getCount(), track.getBytes(), track.getCountHardLimit(), track.getByteHardLimit()));
        } catch (RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "count=5,bytes=7",
                "count=-1,bytes=7",
                "count=5,bytes=7=;byteHardLimit=9;countHardLimit=8",
                "count=5,bytes=7=;countHardLimit=8"
            })
    void isWrittenTheSame(String text) {
        Bytes written = QuotaNumbers.parse(Bytes.utf8(text)).orElseThrow().text();

        assertThat(written.utf8())
                .isEqualTo(text)
                .isEqualTo(new String(new StatsTrack(text).getStatsBytes(), java.nio.charset.StandardCharsets.UTF_8));
    }
}
