package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who holds a directory, as the tables of a system tell that are written by hand here. */
class OccupiedTest {
    @TempDir
    Path directory;

    private Path data;
    private Path other;
    private Path descriptors;
    private Occupied occupied;

    @BeforeEach
    void linkTheFilesToThoseOfAnother() throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
        other = Files.createDirectory(directory.resolve("other"));
        Files.createSymbolicLink(data.resolve("version-2"), Files.createDirectory(other.resolve("version-2")));
        descriptors = Files.createDirectories(directory.resolve("proc/1234/fd"));
        occupied = new Occupied(
                new Processes(directory.resolve("proc")),
                new HostNames(host -> InetAddress.getLoopbackAddress(), 10_000));
    }

    @Test
    void whoHoldsTheDirectoryThatALinkLeadsToIsNamed() throws IOException {
        Path held = Files.createFile(other.resolve("version-2/baton.lock")).toRealPath();
        Files.createSymbolicLink(descriptors.resolve("7"), held);

        assertThat(occupied.directories(ServerSettings.inDirectory(data)))
                .containsExactly("data directory " + data + ": in use by process 1234");
    }

    @Test
    void locksThatNobodyHoldsMeanNothing() throws IOException {
        Files.createFile(data.resolve("baton.lock"));
        Files.createFile(other.resolve("version-2/baton.lock"));

        assertThat(occupied.directories(ServerSettings.inDirectory(data))).isEmpty();
    }
}
