package baton.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TemporaryDirectoryTest {
    @Test
    void itGoesWithAllThatIsInIt() throws Exception {
        TemporaryDirectory directory = TemporaryDirectory.named("temporary");
        Path inside = Files.createDirectories(directory.path().resolve("a/b"));
        Files.writeString(inside.resolve("file"), "content");

        directory.close();

        assertThat(directory.path()).doesNotExist();
    }
}
