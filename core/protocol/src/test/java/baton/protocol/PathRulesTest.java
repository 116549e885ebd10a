package baton.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathRulesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/", "/a", "/a/b", "/...", "/.a", "/a.", "/a..", "/a b", "/%", "/..a/b", "/\u00A0", "/\u2028",
                "/\uD7FF", "/\uF900", "/\uFFEF"
            })
    void valid(String path) {
        assertEquals(Optional.empty(), PathRules.violation(path));
    }

    @ParameterizedTest
    @CsvSource({
        "'', must not be empty",
        "a/b, must begin with /",
        "/a/, must not end with /",
        "//, must not end with /",
        "//a, 'must not contain an empty component, found at index 1'",
        "/a//b, 'must not contain an empty component, found at index 3'",
        "/., must not contain the component .",
        "/.., must not contain the component ..",
        "/a/./b, must not contain the component .",
        "/a/../b, must not contain the component ..",
        "/a/.., must not contain the component ..",
    })
    void invalid(String path, String reason) {
        assertEquals(Optional.of(reason), PathRules.violation(path));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x1, 0x9, 0xA, 0x1F, 0x7F, 0x9F, 0xD800, 0xDFFF, 0xE000, 0xF8FF, 0xFFF0, 0xFFFD, 0xFFFF})
    void forbiddenCharacters(int unit) {
        assertEquals(
                Optional.of(String.format("must not contain U+%04X, found at index 2", unit)),
                PathRules.violation("/a" + (char) unit + "b"));
    }

    @Test
    void aSequentialPathMayEndWithASlashOrDots() {
        assertEquals(Optional.empty(), PathRules.sequentialViolation("/"));
        assertEquals(Optional.empty(), PathRules.sequentialViolation("/s/"));
        assertEquals(Optional.empty(), PathRules.sequentialViolation("/s/."));
        assertEquals(
                Optional.of("must not contain an empty component, found at index 3"),
                PathRules.sequentialViolation("/s//"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, /a-0000000000",
        "7, /a-0000000007",
        "2147483647, /a-2147483647",
        "-1, /a--000000001",
        "-2147483648, /a--2147483648"
    })
    void sequenceNumbersHaveTenCharacters(int counter, String expected) {
        assertEquals(expected, SequenceSuffix.append("/a-", counter));
        assertEquals(String.format("/a-%010d", counter), SequenceSuffix.append("/a-", counter));
    }
}
