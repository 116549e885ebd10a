package baton.server.config;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigSourcesTest {
    private static final String KEY = "baton.transport";

    @TempDir
    Path directory;

    @Test
    void aKeyIsMentionedInAFileAPropertyOrAVariable() throws Exception {
        Path silent = Files.writeString(directory.resolve("silent.cfg"), "clientPort=2181\n");
        Path stating = Files.writeString(directory.resolve("stating.cfg"), "baton.transport=nio\n");

        assertThat(ConfigSources.NONE.mention(KEY, null)).isFalse();
        assertThat(ConfigSources.NONE.mention(KEY, silent)).isFalse();
        assertThat(ConfigSources.NONE.mention(KEY, stating)).isTrue();
        assertThat(ConfigSources.of(Map.of("zookeeper." + KEY, "nio"), Map.of()).mention(KEY, silent))
                .isTrue();
        assertThat(ConfigSources.of(Map.of(), Map.of("BATON_TRANSPORT", "nio")).mention(KEY, silent))
                .isTrue();
        assertThat(ConfigSources.NONE.mention(KEY, directory.resolve("absent.cfg")))
                .isTrue();
    }

    @Test
    void aPipeIsLeftToWhoReadsTheConfiguration() throws Exception {
        Path pipe = directory.resolve("zoo.cfg");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        // Open for both, so that neither end waits for the other.
        try (RandomAccessFile ends = new RandomAccessFile(pipe.toFile(), "rw")) {
            byte[] lines = "clientPort=2181\n".getBytes(US_ASCII);
            ends.write(lines);
            boolean mentioned =
                    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> ConfigSources.NONE.mention(KEY, pipe));

            byte[] left = new byte[lines.length];
            ends.readFully(left);
            assertThat(mentioned).isTrue();
            assertThat(left).isEqualTo(lines);
        }
    }
}
