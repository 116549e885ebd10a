package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.NodePath;
import baton.core.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The small values of the root package. */
class GrantsAndValuesTest {

    @Nested
    class Tokens {
        @Test
        void sortAsTextInTheOrderOfTheirValues() {
            FencingToken small = new FencingToken("s|/a", 9);
            FencingToken large = new FencingToken("s|/a", 10);

            assertThat(small).isLessThan(large);
            assertThat(small.asFixedHex()).isEqualTo("0000000000000009").isLessThan(large.asFixedHex());
        }

        @Test
        void ofDifferentScopesCannotBeCompared() {
            assertThatThrownBy(() -> new FencingToken("s|/a", 1).compareTo(new FencingToken("s|/b", 2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("s|/a", "s|/b");
        }

        @Test
        void aResourceRefusesSmallerOnesThanItHasSeen() {
            FencedResource resource = new FencedResource();

            assertThat(resource.admit(new FencingToken("s", 5))).isTrue();
            assertThat(resource.admit(new FencingToken("s", 5))).isTrue();
            assertThat(resource.admit(new FencingToken("s", 4))).isFalse();
            assertThat(resource.admit(new FencingToken("s", 6))).isTrue();
            assertThat(resource.largest()).contains(new FencingToken("s", 6));
        }
    }

    @Nested
    class Owners {
        @Test
        void areReadBackFromTheirLine() {
            OwnerInfo owner = new OwnerInfo("c \"1\"", "host", 42, "main", Instant.parse("2026-01-02T03:04:05Z"));

            assertThat(OwnerInfo.parse(owner.toPayload())).contains(owner);
        }

        @Test
        void fitTheirLimitWhateverTheNames() {
            OwnerInfo owner =
                    new OwnerInfo("\u4e16".repeat(300), "\u0001".repeat(80), 1, "t".repeat(900), Instant.EPOCH);

            assertThat(owner.toPayload().length()).isLessThanOrEqualTo(OwnerInfo.BYTES_MAX);
        }

        @Test
        void areNotSeenInDataOfUsers() {
            assertThat(OwnerInfo.parse(Payload.utf8("node-17"))).isEmpty();
            assertThat(OwnerInfo.parse(Payload.utf8("{\"c\":1}"))).isEmpty();
            assertThat(OwnerInfo.parse(Payload.utf8("{"))).isEmpty();
            assertThat(OwnerInfo.parse(
                            Payload.utf8("{\"c\":\"a\",\"h\":\"b\",\"p\":1,\"t\":\"c\",\"s\":\"yesterday\"}")))
                    .isEmpty();
        }
    }

    @Nested
    class Codecs {
        @Test
        void readWhatTheyWrote() {
            assertThat(Codec.utf8().decode(Codec.utf8().encode("gr\u00fc\u00df")))
                    .isEqualTo("gr\u00fc\u00df");
            assertThat(Codec.int32().decode(Codec.int32().encode(-7))).isEqualTo(-7);
            assertThat(Codec.int64().decode(Codec.int64().encode(Long.MIN_VALUE)))
                    .isEqualTo(Long.MIN_VALUE);
            assertThat(Codec.int32().encode(1).toByteArray()).containsExactly(0, 0, 0, 1);
        }

        @Test
        void sayWhatIsWrongWithBytesOfAnotherKind() {
            assertThatThrownBy(() -> Codec.int64().decode(Payload.of(new byte[3])))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContainingAll("3 bytes", "expected 8");
        }
    }

    @Test
    void aDescriptionIsALineAndADocument() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("state", "WAITING");
        fields.put("before", 2);
        Description description = new Description("LeaderLatch", NodePath.of("/leader"), fields);

        assertThat(description).hasToString("LeaderLatch /leader state=WAITING before=2");
        assertThat(description.toJson())
                .isEqualTo("{\"kind\":\"LeaderLatch\",\"path\":\"/leader\",\"state\":\"WAITING\",\"before\":2}");
    }

    @Nested
    class Flaps {
        private final FlapDamper damper = new FlapDamper();
        private final List<ConnectionState> reported = new ArrayList<>();
        private long now;

        @Test
        void areReportedWhileTheyAreFew() {
            flap(3);

            assertThat(reported)
                    .containsExactly(
                            ConnectionState.SUSPENDED, ConnectionState.RECONNECTED,
                            ConnectionState.SUSPENDED, ConnectionState.RECONNECTED,
                            ConnectionState.SUSPENDED, ConnectionState.RECONNECTED);
        }

        @Test
        void areReportedOnceWhenTheyAreManyAndThenWhatLasts() {
            flap(FlapDamper.FLAPS_MAX);
            reported.clear();

            flap(5);
            assertThat(reported).containsExactly(ConnectionState.SUSPENDED);
            now += FlapDamper.STABLE.toNanos();
            damper.due(now).forEach(event -> reported.add(event.state()));

            assertThat(reported).containsExactly(ConnectionState.SUSPENDED, ConnectionState.RECONNECTED);
        }

        @Test
        void neverHideALostSession() {
            flap(FlapDamper.FLAPS_MAX + 2);
            reported.clear();

            report(ConnectionState.LOST);

            assertThat(reported).endsWith(ConnectionState.SUSPENDED, ConnectionState.LOST);
        }

        private void flap(int times) {
            for (int i = 0; i < times; i++) {
                report(ConnectionState.SUSPENDED);
                report(ConnectionState.RECONNECTED);
            }
        }

        private void report(ConnectionState state) {
            now += Duration.ofMillis(100).toNanos();
            damper.on(new ConnectionEvent(state, 1, false, Duration.ZERO), now)
                    .forEach(event -> reported.add(event.state()));
        }
    }
}
