package baton.spring.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.Payload;
import baton.recipes.CodecException;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

class DocumentBinderTest {
    private final MockEnvironment environment = new MockEnvironment().withProperty("region", "eu");
    private final DocumentBinder binder;

    DocumentBinderTest() {
        LocalValidatorFactoryBean validator = new LocalValidatorFactoryBean();
        validator.afterPropertiesSet();
        binder = new DocumentBinder(environment, new ApplicationConversionService(), Optional.of(validator));
    }

    record Retry(int attempts, @DefaultValue("1s") Duration pause) {}

    record Limits(
            @Min(1) int perSecond,
            @DefaultValue("30s") Duration window,
            @DefaultValue List<String> regions,
            @DefaultValue Map<String, Integer> weights,
            @Nullable Retry retry,
            @Nullable String note) {}

    record Defaults(@DefaultValue("5") int size) {}

    record Picky(int size) {
        Picky {
            if (size > 10) {
                throw new IllegalArgumentException("size must be at most 10");
            }
        }
    }

    @Test
    void readsYamlWithRelaxedNamesPlaceholdersAndDefaults() {
        Limits limits = read("/limits.yaml", """
                perSecond: 10
                regions: ["${region}", us]
                weights: {a: 1, b: 2}
                retry:
                  attempts: 3
                """);

        assertThat(limits)
                .isEqualTo(new Limits(
                        10,
                        Duration.ofSeconds(30),
                        List.of("eu", "us"),
                        Map.of("a", 1, "b", 2),
                        new Retry(3, Duration.ofSeconds(1)),
                        null));
    }

    @Test
    void readsJsonAndProperties() {
        Limits expected = new Limits(7, Duration.ofMinutes(2), List.of(), Map.of(), null, "hi");

        assertThat(read("/limits.json", "{\"per-second\": 7, \"window\": \"2m\", \"note\": \"hi\"}"))
                .isEqualTo(expected);
        assertThat(read("/limits.properties", "per-second=7\nwindow=2m\nnote=hi\n"))
                .isEqualTo(expected);
        assertThat(read("/limits", "perSecond=7\nwindow=2m\nnote=hi\n")).isEqualTo(expected);
    }

    @Test
    void refusesWithKeyAndPlaceButWithoutTheValue() {
        assertThat(refusal("/limits.yaml", "note: x\nper-second: s3cret\n"))
                .contains("per-second", "no int", "(node /limits.yaml - 2:13)")
                .doesNotContain("s3cret");
        assertThat(refusal("/limits.properties", "per-second=0\n")).contains("perSecond", "greater than or equal to 1");
        assertThat(refusal("/limits.properties", "per-second=1\nper-secnd=2\n")).contains("per-secnd", "unknown");
        assertThat(refusal("/limits.properties", "window=1s\n")).contains("per-second is missing");
        assertThat(refusal("/limits.properties", "")).contains("per-second is missing");
        assertThat(refusal("/limits.properties", "per-second=1\nretry.pause=2s\n"))
                .contains("retry.attempts is missing");
        assertThat(refusal("/limits.yaml", "per-second: [1\n")).contains("application/yaml");
    }

    @Test
    void refusesWhatTheRecordItselfRefuses() {
        assertThatThrownBy(() -> binder.codec(Picky.class, "/picky").decode(Payload.utf8("size=11")))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("size must be at most 10");
    }

    @Test
    void knowsWhichRecordsNeedNoDocument() {
        assertThat(binder.defaults(Defaults.class)).contains(new Defaults(5));
        assertThat(binder.defaults(Limits.class)).isEmpty();
        assertThat(binder.defaults(Retry.class)).isEmpty();
    }

    private Limits read(String path, String text) {
        return binder.codec(Limits.class, path).decode(Payload.utf8(text));
    }

    private String refusal(String path, String text) {
        try {
            return "accepted as " + read(path, text);
        } catch (CodecException refused) {
            return refused.getMessage();
        }
    }
}
