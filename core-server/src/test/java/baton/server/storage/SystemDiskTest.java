package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemDiskTest {
    private final Disk disk = Disk.ofSystem();

    @TempDir
    Path temp;

    @Test
    void twoDirectoriesAreOneVolume() throws IOException {
        Path one = Files.createDirectory(temp.resolve("one"));
        Path other = Files.createDirectory(temp.resolve("other"));

        assertThat(disk.isOneVolume(one, other)).isTrue();
        assertThat(disk.capacityBytes(one)).isEqualTo(disk.capacityBytes(other)).isPositive();
    }

    @Test
    void whatTheKernelKeepsInMemoryIsAnother() throws IOException {
        Path other = Path.of("/dev/shm");
        assumeThat(other).isDirectory();

        assertThat(disk.isOneVolume(temp, other)).isFalse();
    }
}
