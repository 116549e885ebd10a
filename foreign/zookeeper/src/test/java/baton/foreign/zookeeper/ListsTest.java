package baton.foreign.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.zookeeper.ZKTestCase;
import org.junit.jupiter.api.Test;

/** Every test of Apache's jar is accounted for: it runs, or is left out by name, with a reason. */
class ListsTest {
    @Test
    void eachClassRunsOrIsLeftOut() throws Exception {
        List<String> listed = new ArrayList<>(running());
        LeftOut.all().stream()
                .filter(each -> each.method().isEmpty())
                .map(LeftOut::test)
                .forEach(listed::add);

        assertThat(listed).containsExactlyInAnyOrderElementsOf(inTheJar());
    }

    @Test
    void eachTestThatIsLeftOutIsOneOfAClassThatRuns() throws Exception {
        for (LeftOut each : LeftOut.all()) {
            if (!each.method().isEmpty()) {
                assertThat(running()).contains(each.test());
                assertThat(methods(each.test())).contains(each.method());
            }
        }
    }

    @Test
    void thereAreNoReasonsButThese() {
        assertThat(LeftOut.all().stream().map(LeftOut::reason).distinct())
                .containsExactlyInAnyOrder(
                        "again", "alone", "apart", "early", "ensemble", "files", "inside", "library", "root");
    }

    private static List<String> running() {
        return LeftOut.lines("classes.txt").stream()
                .map(line -> line.replace('/', '.').replace(".java", "").replace(LeftOut.PREFIX, ""))
                .filter(name -> !name.startsWith("baton."))
                .toList();
    }

    private static List<String> methods(String test) throws ClassNotFoundException {
        Class<?> type = Class.forName(LeftOut.PREFIX + test, false, ListsTest.class.getClassLoader());
        return Arrays.stream(type.getMethods()).map(Method::getName).toList();
    }

    private static List<String> inTheJar() throws Exception {
        Path jar = Path.of(ZKTestCase.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (JarFile file = new JarFile(jar.toFile());
                Stream<String> names = file.stream().map(each -> each.getName())) {
            return names.filter(name -> name.endsWith("Test.class") && !name.contains("$"))
                    .map(name -> name.replace('/', '.').replace(".class", "").replace(LeftOut.PREFIX, ""))
                    .collect(Collectors.toList());
        }
    }
}
