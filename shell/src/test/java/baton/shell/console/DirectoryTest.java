package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where relative paths lead. */
class DirectoryTest {
    private final Directory app = new Directory("/app/jobs");

    @Test
    void namesAreAddedToWhereOneIs() {
        assertThat(app.resolve("one")).isEqualTo("/app/jobs/one");
        assertThat(app.resolve("one/two/")).isEqualTo("/app/jobs/one/two");
        assertThat(app.resolve(".")).isEqualTo("/app/jobs");
        assertThat(Directory.ROOT.resolve("one")).isEqualTo("/one");
    }

    @Test
    void dotsLeadUpAndNoHigherThanTheRoot() {
        assertThat(app.resolve("..")).isEqualTo("/app");
        assertThat(app.resolve("../../../..")).isEqualTo("/");
        assertThat(app.resolve("/a/../b/./c")).isEqualTo("/b/c");
        assertThat(app.resolve("...")).isEqualTo("/app/jobs/...");
    }

    @Test
    void nowhereNothingIsTouched() {
        assertThat(Directory.NOWHERE.resolve("one/..")).isEqualTo("one/..");
        assertThat(Directory.NOWHERE.resolve("/one/")).isEqualTo("/one/");
    }
}
