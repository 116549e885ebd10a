package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitedPathsTest {
    private final LimitedPaths limited = new LimitedPaths();

    @Test
    void theDeepestCountsAndNoNameThatOnlyBeginsLikeAnother() {
        limited.add("/a");
        limited.add("/a/b/c");

        assertThat(limited.deepest("/a/b/c/d", Integer.MAX_VALUE)).isEqualTo("/a/b/c");
        assertThat(limited.deepest("/a/b/c", Integer.MAX_VALUE)).isEqualTo("/a/b/c");
        assertThat(limited.deepest("/a/b/c/d", 6)).isEqualTo("/a");
        assertThat(limited.deepest("/a/b/cc", Integer.MAX_VALUE)).isEqualTo("/a");
        assertThat(limited.deepest("/ab", Integer.MAX_VALUE)).isNull();
        assertThat(limited.deepest("/a", 2)).isNull();
        assertThat(limited.deepest("/", Integer.MAX_VALUE)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void doesWhatASetOfThemDoes(int seed) {
        Random random = new Random(seed);
        TreeSet<String> model = new TreeSet<>();
        for (int step = 0; step < 20_000; step++) {
            String path = path(random);
            if (random.nextBoolean()) {
                limited.add(path);
                model.add(path);
            } else {
                limited.remove(path);
                model.remove(path);
            }
            String sought = path(random);
            int shorterThan = random.nextInt(12);
            assertThat(limited.deepest(sought, shorterThan))
                    .isEqualTo(model.stream()
                            .filter(each -> (sought + "/").startsWith(each + "/") && each.length() < shorterThan)
                            .max((left, right) -> left.length() - right.length())
                            .orElse(null));
        }
        assertThat(limited.all()).containsExactlyElementsOf(model);
        List.copyOf(model).forEach(limited::remove);
        assertThat(limited.isEmpty()).isTrue();
    }

    private static String path(Random random) {
        List<String> names = new ArrayList<>();
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            names.add("/" + (char) ('a' + random.nextInt(2)));
        }
        return String.join("", names);
    }
}
