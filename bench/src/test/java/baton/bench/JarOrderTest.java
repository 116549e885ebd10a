package baton.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The order of a server's jars is written down twice, and a jar that goes by another name would only be slower to load. */
class JarOrderTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void aMeasuredServerHasItsJarsInTheOrderOfTheLauncher() throws IOException {
        Matcher pattern =
                Pattern.compile("\"\\$lib\"/(\\S+-)\\*\\.jar").matcher(Files.readString(ROOT.resolve("bin/baton")));

        List<String> launched = pattern.results().map(each -> each.group(1)).toList();

        assertThat(launched).isEqualTo(Target.JARS_OF_BATON);
    }

    @Test
    void thereIsAJarOfEachName() throws IOException {
        String modules = Files.readString(ROOT.resolve("core-server/pom.xml"))
                + Files.readString(ROOT.resolve("core/protocol/pom.xml"))
                + Files.readString(ROOT.resolve("shell/pom.xml"));
        List<String> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(each -> Path.of(each).getFileName().toString())
                .toList();

        assertThat(Target.JARS_OF_BATON)
                .allSatisfy(name -> assertThat(name)
                        .satisfiesAnyOf(
                                ours -> assertThat(modules)
                                        .contains("\n  <artifactId>" + ours.substring(0, ours.length() - 1) + "<"),
                                theirs -> assertThat(jars).anyMatch(jar -> jar.startsWith(theirs))));
    }
}
