package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void whiteSpaceSeparatesWords() {
        assertThat(Words.split("  create\t-e   /x  data ")).containsExactly("create", "-e", "/x", "data");
    }

    @Test
    void quotesHoldWhiteSpaceAndNothingAtAll() {
        assertThat(Words.split("create '/q uoted' \"two words\" ''"))
                .containsExactly("create", "/q uoted", "two words", "");
    }

    @Test
    void aQuoteInsideAWordIsPartOfIt() {
        assertThat(Words.split("set /x it's \"a'b\"")).containsExactly("set", "/x", "it's", "a'b");
    }

    @Test
    void whatFollowsAQuoteThatIsClosedGoesOnTheWord() {
        assertThat(Words.split("ls '/a b'/c \"x\"y")).containsExactly("ls", "/a b/c", "xy");
    }

    @Test
    void aCommentHasNoWords() {
        assertThat(Words.split(" # ls /")).isEmpty();
    }

    @Test
    void aQuoteThatIsNotClosedIsRefused() {
        assertThatThrownBy(() -> Words.split("create /x 'open"))
                .isInstanceOf(WrongUsageException.class)
                .hasMessage("quote not closed: 'open");
    }

    @Property(tries = 200)
    void plainWordsComeBackAsTheyWere(@ForAll @Size(max = 8) List<@NotEmpty @AlphaChars String> words) {
        assertThat(Words.split(String.join("  ", words))).isEqualTo(words);
    }
}
