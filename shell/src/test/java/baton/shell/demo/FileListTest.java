package baton.shell.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.shell.exit.CommandFailedException;
import baton.shell.exit.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileListTest {
    @TempDir
    private Path temporary;

    private Path top;

    @BeforeEach
    void resolve() throws IOException {
        top = temporary.toRealPath();
    }

    @Test
    void everyFileUnderThePathsCountsOnce() throws IOException {
        Path first = file("a/one");
        Path second = file("a/b/two");
        Path third = file("c");

        assertThat(FileList.under(List.of(top.resolve("a"), third, first))).containsExactly(second, first, third);
    }

    @Test
    void ofARepositoryOnlyTextOfItsOwnCounts() throws IOException {
        Path text = file("docs/text");
        file(".git/config");
        file("shell/target/out");
        Files.write(top.resolve("picture"), new byte[] {'P', 0, 'N'});

        assertThat(FileList.textOf(top)).containsExactly(text);
    }

    @Test
    void aPathThatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> FileList.under(List.of(top.resolve("none"))))
                .hasMessage(top.resolve("none") + " does not exist")
                .extracting(failure -> ((CommandFailedException) failure).exitCode())
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aPathWithoutFilesIsRefused() {
        assertThatThrownBy(() -> FileList.under(List.of(top)))
                .hasMessage("no files under [" + top + "]: give a PATH with files");
    }

    private Path file(String name) throws IOException {
        Path file = top.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "text\n");
    }
}
