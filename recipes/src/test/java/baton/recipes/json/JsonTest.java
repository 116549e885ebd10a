package baton.recipes.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void readsEveryKindOfValue() {
        assertThat(Json.readObject(" {\"a\": [1, -2.5e1, true, false, null, \"x\\u0041\\n\\\"\"], \"b\": {}} "))
                .isEqualTo(Map.of("a", Arrays.asList(1L, -25.0, true, false, null, "xA\n\""), "b", Map.of()));
    }

    @Test
    void writesWhatItReads() {
        String text = "{\"a\":[1,2.5,true,null,\"line\\u000a \\\\ \\\"\"],\"b\":{\"c\":[]}}";

        assertThat(Json.write(Json.read(text))).isEqualTo(text);
    }

    @Test
    void keepsWholeNumbersExactAsLongAsTheyFit() {
        assertThat(Json.read("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(Json.read("9223372036854775808")).isEqualTo(9.223372036854775808e18);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\"}",
                "{\"a\":1,}",
                "\"",
                "\"\\x\"",
                "\"\\u12\"",
                "tru",
                "1 2",
                "--1",
                "{a:1}",
                "\"\u0001\"",
                "-"
            })
    void saysWhatIsWrongAndWhere(String text) {
        assertThatThrownBy(() -> Json.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("JSON");
    }

    @Test
    void refusesNestingWithoutEnd() {
        assertThatThrownBy(() -> Json.read("[".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("deeper");
    }

    @Test
    void refusesToWriteWhatHasNoForm() {
        assertThatThrownBy(() -> Json.write(List.of(Double.NaN))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Json.write(new Object())).isInstanceOf(IllegalArgumentException.class);
    }
}
