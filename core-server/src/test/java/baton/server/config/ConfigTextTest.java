package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Whatever stands in a configuration: it is read, or refused in the way that is announced. */
class ConfigTextTest {
    private static final Map<String, String> PROPERTIES = Map.of("user.home", "/home/b", "a", "b");

    @Property
    void linesSayWhatTheySayAsProperties(@ForAll("files") String text) throws IOException {
        Properties whole = new Properties();
        boolean legible = true;
        try {
            // Of a backslash as the last thing of all they say one thing before CR and another before LF.
            whole.load(new StringReader(String.join("\n", text.lines().toList())));
        } catch (IllegalArgumentException malformed) {
            legible = false;
        }

        try {
            Map<String, String> read = new HashMap<>();
            for (ConfigLine each : ConfigLine.parse("zoo.cfg", text.lines().toList())) {
                read.put(each.key(), each.value());
            }
            whole.replaceAll((key, value) -> value.toString().strip());
            assertThat(legible).isTrue();
            assertThat(read).isEqualTo(whole);
        } catch (ConfigException refused) {
            assertThat(legible).as(refused.getMessage()).isFalse();
        }
    }

    @Provide
    Arbitrary<String> files() {
        return Arbitraries.strings().withChars("ab=:# !\\u0t5\t\n\r.").ofMaxLength(40);
    }

    @Test
    void aPathOfAnotherSystemIsRefusedInAWord() {
        assertThatThrownBy(() -> ConfigLine.parse("zoo.cfg", List.of("tickTime=2000", "dataDir=C:\\users\\b")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("zoo.cfg line 2: dataDir: four hexadecimal digits must follow \\u; a backslash "
                        + "itself is written \\\\");
    }

    @Property
    void aFileGivesSettingsOrSaysWhatIsWrong(@ForAll("settings") List<String> lines) {
        try {
            ConfigFile file = ConfigFile.parse("zoo.cfg", lines);

            assertThat(file.settings()).isNotNull();
        } catch (ConfigException refused) {
            assertThat(refused.problems()).isNotEmpty().allMatch(each -> each.contains("zoo.cfg"));
        }
    }

    @Provide
    Arbitrary<List<String>> settings() {
        Arbitrary<String> keys =
                Arbitraries.of(KnownKey.all().stream().map(KnownKey::name).toList());
        Arbitrary<String> values = Arbitraries.oneOf(
                Arbitraries.of("", "true", "0", "-1", "1", "65536", "2147483648", "1e3", "*", "/", "a,b", "${a}"),
                Arbitraries.integers().map(String::valueOf),
                Arbitraries.strings().withChars("a0,;:.=-*[]/| ").ofMaxLength(12));
        Arbitrary<String> line = Combinators.combine(keys, values).as((key, value) -> key + "=" + value);
        Arbitrary<String> server =
                Arbitraries.strings().withChars("ab1:;|[].").ofMaxLength(24).map(value -> "server.1=" + value);
        return Arbitraries.oneOf(line, line, server).list().ofMaxSize(8);
    }

    @Property
    void serversNameAPortForClientsOrNone(@ForAll("serverLines") String value) throws ConfigException {
        List<ConfigLine> lines = ConfigLine.parse("zoo.cfg", List.of("server.1=" + value));

        List<ConfigLine> all = ServerLines.withClientPort(lines);

        assertThat(all).startsWith(lines.toArray(new ConfigLine[0]));
        assertThat(all.size() > lines.size()).isEqualTo(value.contains(";"));
    }

    @Provide
    Arbitrary<String> serverLines() {
        return Arbitraries.strings().withChars("ab1:;|[]. ").ofMaxLength(40);
    }

    @Property
    void propertiesAreReadOrMissed(@ForAll("references") String text) {
        try {
            String expanded = PropertyText.expanded(text, PROPERTIES);

            if (!text.contains("${")) {
                assertThat(expanded).isEqualTo(text);
            }
        } catch (IllegalArgumentException unset) {
            assertThat(unset).hasMessageMatching("(?s)the property .* is not set");
        }
    }

    @Property
    void aLoginFileHasAPlaceOrNone(@ForAll("references") String text) {
        for (String each : List.of(text, "file:" + text, "=" + text, "file://" + text)) {
            try {
                assertThat(LoginFile.named(each, PROPERTIES)).isInstanceOf(Path.class);
            } catch (InvalidPathException refused) {
                assertThat(refused.getInput()).isNotNull();
            }
        }
    }

    @Provide
    Arbitrary<String> references() {
        return Arbitraries.of(
                        "${",
                        "${{",
                        "}",
                        "}}",
                        "a",
                        "/",
                        "user.home",
                        "$",
                        "\\",
                        "%2",
                        "0",
                        "+",
                        ":",
                        "#",
                        "?",
                        "\0",
                        " ")
                .list()
                .ofMaxSize(10)
                .map(parts -> String.join("", parts));
    }
}
