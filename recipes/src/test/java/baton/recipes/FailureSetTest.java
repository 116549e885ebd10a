package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

/** Every failure that can befall a recipe has a test, and the list of them is true. */
class FailureSetTest {
    private static final List<String> RECIPES = List.of(
            "LeaderLatch",
            "InterProcessMutex",
            "DistributedBarrier",
            "PersistentNode",
            "GroupMembership",
            "ServiceRegistry",
            "ConfigWatcher",
            "MasterWorkerQueue");
    private static final int FAILURES = 18;

    /** One line of the list. */
    private record Entry(String failure, String recipe, String test) {
        static Entry of(String line) {
            String[] words = line.split(" +", 3);
            return new Entry(words[0], words[1], words[2]);
        }

        boolean applies() {
            return !test.startsWith("- ");
        }
    }

    @Test
    void everyFailureOfEveryRecipeHasATestOrAReason() throws IOException {
        List<String> wanted = IntStream.rangeClosed(1, FAILURES)
                .boxed()
                .flatMap(number -> RECIPES.stream().map(recipe -> "F" + number + " " + recipe))
                .toList();

        assertThat(entries())
                .extracting(entry -> entry.failure() + " " + entry.recipe())
                .containsExactlyElementsOf(wanted);
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Entry entry : entries()) {
            if (entry.applies() && !isTest(entry.test())) {
                missing.add(entry.failure() + " " + entry.recipe() + " " + entry.test());
            }
        }

        assertThat(missing).isEmpty();
    }

    private static boolean isTest(String named) {
        String[] parts = named.split("#", 2);
        try {
            return Arrays.stream(Class.forName("baton.recipes." + parts[0]).getDeclaredMethods())
                    .filter(method -> method.getName().equals(parts[1]))
                    .anyMatch(FailureSetTest::isTest);
        } catch (ClassNotFoundException unknown) {
            return false;
        }
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class)
                || method.isAnnotationPresent(ParameterizedTest.class)
                || method.isAnnotationPresent(TestFactory.class);
    }

    private static List<Entry> entries() throws IOException {
        try (InputStream list = FailureSetTest.class.getResourceAsStream("/failure-set.txt")) {
            return new String(Objects.requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Entry::of)
                    .toList();
        }
    }
}
