package baton.recipes.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.Payload;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadedTextTest {

    @Test
    void looksAsItsDocumentationSays() {
        HeadedText text = HeadedText.builder("baton-task 1")
                .field("attempts", 2)
                .field("failure", "worker\nlost")
                .body(Payload.utf8("body\n\nof it"));

        assertThat(text.encode().utf8()).isEqualTo("baton-task 1\nattempts=2\nfailure=worker\\nlost\n\nbody\n\nof it");
        assertThat(HeadedText.decode("baton-task 1", text.encode())).isEqualTo(text);
    }

    @Property
    void anyValueAndBodySurvive(@ForAll byte[] body, @ForAll("plain") String value) {
        HeadedText text =
                HeadedText.builder("f 1").field("a", value).field("a", "").body(Payload.of(body));

        assertThat(HeadedText.decode("f 1", text.encode())).isEqualTo(text);
    }

    @Provide
    Arbitrary<String> plain() {
        return Arbitraries.strings().withChars("ab\\\n\r= \tü€").ofMaxLength(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "f 1", "f 1\n", "f 2\n\n", "f 1\nnovalue\n\n", "f 1\n=x\n\n", "f 1\na=b\n"})
    void whatIsNoSuchTextIsRefused(String text) {
        assertThatThrownBy(() -> HeadedText.decode("f 1", Payload.utf8(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("f 1");
    }

    @Test
    void missingAndMalformedNumbersAreNamed() {
        HeadedText text = HeadedText.builder("f 1").field("n", "many").body(Payload.EMPTY);

        assertThatThrownBy(() -> text.number("n")).hasMessage("f 1: n=many: not a whole number");
        assertThatThrownBy(() -> text.number("m")).hasMessage("f 1: field m is missing");
    }
}
