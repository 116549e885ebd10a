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

/** The order of a server's jars is written down twice, and what one of them lacks would only be slower to load. */
class JarOrderTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void aMeasuredServerHasItsJarsInTheOrderOfTheLauncher() throws IOException {
        Matcher pattern =
                Pattern.compile("\"\\$lib\"/(\\S+\\.jar)").matcher(Files.readString(ROOT.resolve("bin/baton")));

        List<String> launched = pattern.results().map(each -> each.group(1)).toList();

        assertThat(launched).isEqualTo(Target.JARS_OF_BATON);
    }

    @Test
    void whatTheFirstJarIsMadeOfIsThere() throws IOException {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        Matcher list = Pattern.compile("<baton.serving.artifacts>(.*)<").matcher(pom);
        List<String> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .map(each -> each.endsWith("target/classes")
                        ? artifactOf(each.getParent().getParent())
                        : each)
                .map(each -> each.getFileName().toString())
                .toList();

        assertThat(list.find()).isTrue();
        assertThat(list.group(1).split(","))
                .allSatisfy(name -> assertThat(jars).anyMatch(jar -> jar.matches(name + "-\\d.*")));
    }

    private static Path artifactOf(Path module) {
        return Path.of("baton-" + (module.endsWith("core-server") ? "server" : module.getFileName()) + "-0");
    }
}
