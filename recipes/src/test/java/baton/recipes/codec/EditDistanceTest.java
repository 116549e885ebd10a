package baton.recipes.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
    @ParameterizedTest
    @CsvSource({
        "path, path, 0",
        "pth, path, 1",
        "pathh, path, 1",
        "bath, path, 1",
        "Path, path, 1",
        "ptah, path, 2",
        "'', path, 4",
        "sitting, kitten, 3",
    })
    void countsTheFewestEdits(String one, String other, int edits) {
        assertThat(EditDistance.between(one, other)).isEqualTo(edits);
        assertThat(EditDistance.between(other, one)).isEqualTo(edits);
    }
}
