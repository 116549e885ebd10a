package baton.recipes.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.Payload;
import baton.recipes.CodecException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordCodecTest {
    enum Mode {
        FAST,
        SAFE
    }

    record Retry(int attempts, Duration pause) {
        Retry {
            if (attempts < 1) {
                throw new IllegalArgumentException("attempts=" + attempts + ": must be at least 1");
            }
        }
    }

    record Limits(
            int maxOrders,
            Duration timeout,
            List<String> regions,
            Retry retry,
            Mode mode,
            Optional<URI> hook,
            Map<String, Long> quotas,
            BigDecimal share,
            boolean open) {}

    record Text(String value, List<String> items) {}

    private static final RecordCodec<Limits> CODEC = RecordCodec.of(Limits.class);

    private static final String GOOD = """
        # limits of the shop
        maxOrders = 100
        timeout=5s
        regions=eu, us

        retry.attempts=3
        retry.pause=250ms
        mode=SAFE
        quotas.gold=10
        quotas.silver=5
        share=0.25
        open=true
        """;

    @Test
    void readsWhatAPersonWrote() {
        Limits limits = CODEC.decode(Payload.utf8(GOOD));

        assertThat(limits)
                .isEqualTo(new Limits(
                        100,
                        Duration.ofSeconds(5),
                        List.of("eu", "us"),
                        new Retry(3, Duration.ofMillis(250)),
                        Mode.SAFE,
                        Optional.empty(),
                        Map.of("gold", 10L, "silver", 5L),
                        new BigDecimal("0.25"),
                        true));
    }

    @Test
    void readsBackWhatItWrote() {
        Limits limits = new Limits(
                1,
                Duration.ofNanos(1_500_001),
                List.of("a,b", "c\\d", "e"),
                new Retry(1, Duration.ofDays(2)),
                Mode.FAST,
                Optional.of(URI.create("http://host/x?y=z")),
                Map.of("k", -1L),
                BigDecimal.TEN,
                false);

        assertThat(CODEC.decode(CODEC.encode(limits))).isEqualTo(limits);
    }

    @Property
    void anyTextSurvives(@ForAll("lines") String value, @ForAll("lines") String item) {
        RecordCodec<Text> codec = RecordCodec.of(Text.class);
        Text text = new Text(value, List.of("first", item, "last"));

        Text read = codec.decode(codec.encode(text));

        assertThat(read.value()).isEqualTo(value);
        assertThat(read.items()).containsExactly("first", item.strip(), "last");
    }

    @Provide
    Arbitrary<String> lines() {
        return Arbitraries.strings().withChars("ab\\\n\r=, ,#!ü€nst").ofMaxLength(12);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maxOrders = 100 | maxOrders = many | line 2: maxOrders=many: not a whole number of 32 bits",
                "timeout=5s | timeout=5 apples | line 3: timeout=5 apples: not a duration such as 250ms, 5s, 10m, 2h,"
                        + " 1d",
                "mode=SAFE | mode=safe | line 8: mode=safe: not one of FAST, SAFE",
                "open=true | open=yes | line 12: open=yes: not true or false",
                "retry.attempts=3 | retry.attempts=0 | retry: attempts=0: must be at least 1",
                "share=0.25 | share | line 11: \"share\" is not key=value",
                "share=0.25 | shaer=0.25 | key share is missing (line 11 has shaer)",
                "share=0.25 | share=0.25\\nextra=1 | line 12: unknown key extra",
                "share=0.25 | share=0.25\\nopen=false | line 13: key open stands in line 12 already",
            })
    void namesKeyValueAndLineOfWhatIsWrong(String good, String bad, String message) {
        String text = GOOD.replace(good, bad.replace("\\n", "\n"));

        assertThatThrownBy(() -> CODEC.decode(Payload.utf8(text)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining(message);
    }

    @Test
    void emptyBytesAreRefusedByName() {
        assertThatThrownBy(() -> CODEC.decode(Payload.EMPTY)).hasMessageContaining("key maxOrders is missing");
    }

    @Test
    void aTypeWithoutATextFormIsRefusedAtOnce() {
        record Odd(Thread thread) {}

        assertThatThrownBy(() -> RecordCodec.of(Odd.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("thread: java.lang.Thread has no text form");
    }

    @Test
    void durationsAndInstantsAreReadInTheirUsualForms() {
        record Times(Duration a, Duration b, Duration c, Instant at) {}

        Times times =
                RecordCodec.of(Times.class).decode(Payload.utf8("a=PT1M\nb=2h\nc=-PT0.5S\nat=2026-01-31T12:00:00Z\n"));

        assertThat(times)
                .isEqualTo(new Times(
                        Duration.ofMinutes(1),
                        Duration.ofHours(2),
                        Duration.ofMillis(-500),
                        Instant.parse("2026-01-31T12:00:00Z")));
    }
}
