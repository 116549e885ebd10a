package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GrammarTest {
    private final Grammar grammar = Grammar.of("es", "tv", 1, 2);

    @Test
    void optionsStandAnywhereAmongOperands() {
        Arguments arguments = grammar.parse(List.of("/x", "-e", "data", "-t", "100"));

        assertThat(arguments).isEqualTo(new Arguments(Map.of("e", "", "t", "100"), List.of("/x", "data")));
    }

    @Test
    void lettersMayStandTogetherAndValuesCloseToTheirLetter() {
        Arguments arguments = grammar.parse(List.of("-esv3", "/x"));

        assertThat(arguments).isEqualTo(new Arguments(Map.of("e", "", "s", "", "v", "3"), List.of("/x")));
    }

    @Test
    void negativeNumbersAndWhatFollowsTwoDashesAreOperands() {
        assertThat(grammar.parse(List.of("/x", "-1")).operands()).containsExactly("/x", "-1");
        assertThat(grammar.parse(List.of("--", "-e")).operands()).containsExactly("-e");
    }

    @Test
    void wordsTakeOneDashOrTwoAndTheirValueBehindThemOrBehindAnEqualsSign() {
        Grammar words = grammar.withWords("-file=", "--yes");

        assertThat(words.parse(List.of("-file", "x", "--yes", "/p")))
                .isEqualTo(new Arguments(Map.of("file", "x", "yes", ""), List.of("/p")));
        assertThat(words.parse(List.of("--file=-5", "/p")).value("file")).contains("-5");
        assertThat(words.options()).containsExactly("-e", "-s", "-t", "-v", "-file", "--yes");
    }

    @Test
    void whatDoesNotFitIsNamed() {
        assertWrong("Unrecognized option: -z", "/x", "-z");
        assertWrong("-t needs a value", "/x", "-t");
        assertWrong("Unrecognized option: --yes", "/x", "--yes");
        assertWrong("an argument is missing: takes at least 1", "-e");
        assertWrong("too many arguments: 3, takes at most 2 (quote text with spaces)", "/x", "a", "b");
    }

    @Test
    void numbersHaveARange() {
        Arguments arguments = grammar.parse(List.of("/x", "-v", "many"));

        assertThatThrownBy(arguments::version)
                .isInstanceOf(WrongUsageException.class)
                .hasMessage("-v many: must be a number from -1 to 2147483647");
    }

    private void assertWrong(String message, String... words) {
        assertThatThrownBy(() -> grammar.parse(List.of(words)))
                .isInstanceOf(WrongUsageException.class)
                .hasMessage(message);
    }
}
