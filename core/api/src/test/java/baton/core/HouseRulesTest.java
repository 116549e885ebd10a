package baton.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Words and calls that no source of any module may contain, each with what to use instead.
 *
 * <p>Lives in the first module, so that the build stops here before it compiles the rest.
 */
class HouseRulesTest {
    /** Spelled in two parts, so that this file passes its own rules. */
    private static final String SLEEP = "\\b(Thread|TimeUnit\\.[A-Z]+)\\.sl" + "eep\\(";

    private static final String UNFINISHED = "\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b";
    private static final String DISABLED = "@Disa" + "bled|@Ig" + "nore\\b|assumeTrue\\(fal" + "se";

    /** What stands in the place of a class of others bears its name. */
    private static final String OF_OTHERS = "/java/org/apache/";

    private static List<Path> sources;

    @BeforeAll
    static void findSources() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(root.resolve("core-server"))) {
            root = root.getParent();
        }
        try (Stream<Path> all = Files.walk(root)) {
            sources = all.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.toString().contains("/target/"))
                    .toList();
        }
        assertThat(sources).hasSizeGreaterThan(50);
    }

    @Test
    void nothingSleeps() throws IOException {
        assertThat(matches(SLEEP, path -> true))
                .as("await a condition (Awaitility), park on a queue, or move the virtual clock")
                .isEmpty();
    }

    @Test
    void nothingIsLeftForLater() throws IOException {
        assertThat(matches(UNFINISHED, path -> true))
                .as("finish it or file an issue")
                .isEmpty();
    }

    @Test
    void noTestIsSwitchedOff() throws IOException {
        assertThat(matches(DISABLED, path -> true))
                .as("mend the test or delete it")
                .isEmpty();
    }

    @Test
    void noClassIsCalledByAWordThatSaysNothing() {
        Pattern empty = Pattern.compile(".*(Utils?|Manager|Helper|Impl|Common)(Test)?\\.java");

        assertThat(sources.stream()
                        .filter(path -> !path.toString().contains(OF_OTHERS))
                        .filter(path ->
                                empty.matcher(path.getFileName().toString()).matches()))
                .as("name it by what it is or by what makes it different")
                .isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        List<Path> packages = sources.stream()
                .filter(path -> path.toString().contains("/src/main/"))
                .map(Path::getParent)
                .distinct()
                .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
                .toList();

        assertThat(packages).as("add a package-info.java with @NullMarked").isEmpty();
    }

    @Test
    void productionCodePrintsNoStackTraces() throws IOException {
        assertThat(matches("\\.printStackTrace\\(", path -> path.toString().contains("/src/main/")))
                .as("log it once, where it is handled")
                .isEmpty();
    }

    private static List<String> matches(String regex, Predicate<Path> where) throws IOException {
        Pattern pattern = Pattern.compile(regex);
        List<String> found = new ArrayList<>();
        for (Path source : sources) {
            if (!where.test(source)) {
                continue;
            }
            List<String> lines = Files.readAllLines(source);
            for (int at = 0; at < lines.size(); at++) {
                if (pattern.matcher(lines.get(at)).find()) {
                    found.add(source + ":" + (at + 1) + " " + lines.get(at).trim());
                }
            }
        }
        return found;
    }
}
