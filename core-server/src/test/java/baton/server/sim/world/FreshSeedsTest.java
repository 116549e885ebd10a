package baton.server.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreshSeedsTest {
    @TempDir
    private Path directory;

    @Test
    void theSameSourcesLeadToTheSameSeeds() {
        assertThat(FreshSeeds.first()).isPositive().isEqualTo(FreshSeeds.first());
    }

    @Test
    void anotherLetterOrNameLeadsToOthers() throws IOException {
        Path file = Files.writeString(directory.resolve("One.java"), "one");
        long before = FreshSeeds.checksum(List.of(directory));

        Files.writeString(file, "two");
        long rewritten = FreshSeeds.checksum(List.of(directory));
        Files.move(file, directory.resolve("Two.java"));
        long renamed = FreshSeeds.checksum(List.of(directory));

        assertThat(List.of(before, rewritten, renamed)).doesNotHaveDuplicates();
    }

    @Test
    void aTestBesideThemChangesNothing() throws IOException {
        Files.writeString(directory.resolve("One.java"), "one");
        long before = FreshSeeds.checksum(List.of(directory));

        Files.writeString(directory.resolve("OneTest.java"), "test");

        assertThat(FreshSeeds.checksum(List.of(directory))).isEqualTo(before);
    }
}
