package baton.recipes.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
    @TempDir
    private Path directory;

    @Test
    void readsBackTheLastOfWhatItWrote() throws IOException {
        SnapshotFile file = new SnapshotFile(directory.resolve("deep/er/config"));

        assertThat(file.read()).isEmpty();

        file.write(new SnapshotFile.Content(7, "v-1", Payload.utf8("old")));
        file.write(new SnapshotFile.Content(8, "v-2", Payload.utf8("new\n\nvalue")));

        assertThat(file.read()).contains(new SnapshotFile.Content(8, "v-2", Payload.utf8("new\n\nvalue")));
        try (var files = Files.list(directory.resolve("deep/er"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void everyDamagedByteIsNoticed() throws IOException {
        Path path = directory.resolve("config");
        SnapshotFile file = new SnapshotFile(path);
        SnapshotFile.Content content = new SnapshotFile.Content(7, "", Payload.utf8("maxOrders=100"));
        file.write(content);
        byte[] good = Files.readAllBytes(path);

        for (int at = good.length - 13; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(path, bad);
            assertThatThrownBy(file::read).isInstanceOf(IOException.class).hasMessageContaining("checksum");
        }
        for (int length = 0; length < good.length; length++) {
            Files.write(path, Arrays.copyOf(good, length));
            assertThatThrownBy(file::read).isInstanceOf(IOException.class).hasMessageContaining(path.toString());
        }
    }
}
