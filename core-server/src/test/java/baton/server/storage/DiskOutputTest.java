package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskOutputTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    Path dir;

    private long unsynced;
    private long mostUnsynced;

    @Test
    void noForceOfALogWaitsForALargePartOfASnapshot() throws IOException {
        Path file = dir.resolve("snapshot.1");
        Disk disk = new TappedDisk(Disk.ofSystem(), this::count);

        try (DiskFile created = disk.open(file, Disk.Mode.CREATE);
                DiskOutput output = new DiskOutput(created)) {
            for (int written = 0; written < 10 * MEBIBYTE; written += 1_000) {
                output.write(new byte[1_000], 0, 1_000);
            }
        }

        assertThat(Files.size(file)).isGreaterThanOrEqualTo(10 * MEBIBYTE);
        assertThat(mostUnsynced).isLessThan(MEBIBYTE);
    }

    private void count(String call, Path file, int bytes) {
        unsynced = call.equals("sync") ? 0 : unsynced + bytes;
        mostUnsynced = Math.max(mostUnsynced, unsynced);
    }
}
