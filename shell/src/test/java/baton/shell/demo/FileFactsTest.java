package baton.shell.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFactsTest {
    private static final String SHA256_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @TempDir
    private Path directory;

    @Test
    void anEmptyFileHasNeitherLinesNorWords() throws IOException {
        assertThat(FileFacts.of(file(""))).isEqualTo(new FileFacts(SHA256_OF_NOTHING, 0, 0));
    }

    @Test
    void countsAsWcDoes() throws IOException {
        FileFacts facts = FileFacts.of(file("one two\n\tthree\r\n\n four"));

        assertThat(facts.lines()).isEqualTo(3);
        assertThat(facts.words()).isEqualTo(4);
    }

    @Test
    void countsTheSameAcrossBuffers() throws IOException {
        FileFacts facts = FileFacts.of(file("word\n".repeat(100_000)));

        assertThat(facts.lines()).isEqualTo(100_000);
        assertThat(facts.words()).isEqualTo(100_000);
    }

    @Test
    void halfwayComesOnceAndChangesNothing() throws IOException, InterruptedException {
        Path file = file("abc");
        List<String> calls = new ArrayList<>();

        FileFacts facts = FileFacts.of(file, () -> calls.add("halfway"));

        assertThat(calls).containsExactly("halfway");
        assertThat(facts).isEqualTo(FileFacts.of(file));
    }

    private Path file(String content) throws IOException {
        return Files.write(directory.resolve("file"), content.getBytes(StandardCharsets.UTF_8));
    }
}
