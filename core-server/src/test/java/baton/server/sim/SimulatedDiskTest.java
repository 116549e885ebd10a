package baton.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.sim.SimulatedDisk.Kernel;
import baton.server.storage.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulatedDiskTest {
    private static final Path ROOT = Path.of("/");
    private static final Path SIDE = Path.of("/side");
    private static final Path LOGS = Path.of("/logs");

    /** A process that is killed before it syncs the directory leaves the next one a name that is not durable yet. */
    @ParameterizedTest
    @EnumSource(Kernel.class)
    void aFileThatWasMovedOnIsNotFoundWhereItCameFrom(Kernel kernel) throws IOException {
        SimulatedDisk disk = disk(kernel, 1);
        create(disk, SIDE.resolve("unfinished"));
        disk.rename(SIDE.resolve("unfinished"), SIDE.resolve("finished"));
        disk.kill();

        disk.rename(SIDE.resolve("finished"), LOGS.resolve("log"));
        disk.syncDirectory(LOGS);
        disk.syncDirectory(SIDE);
        disk.cutPower();

        assertThat(disk.files(ROOT)).containsExactly(LOGS.resolve("log"));
    }

    @ParameterizedTest
    @EnumSource(Kernel.class)
    void aSyncOfOneDirectoryMayLeaveNamesInAnotherPending(Kernel kernel) throws IOException {
        Set<List<Path>> found = new HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            SimulatedDisk disk = disk(kernel, seed);
            create(disk, SIDE.resolve("other"));
            create(disk, LOGS.resolve("log"));
            disk.syncDirectory(LOGS);
            disk.cutPower();
            found.add(disk.files(ROOT));
        }

        assertThat(found)
                .containsExactlyInAnyOrder(
                        List.of(LOGS.resolve("log")), List.of(LOGS.resolve("log"), SIDE.resolve("other")));
    }

    private static SimulatedDisk disk(Kernel kernel, long seed) {
        return new SimulatedDisk(new SplittableRandom(seed), kernel, 512);
    }

    private static void create(Disk disk, Path file) throws IOException {
        disk.open(file, Disk.Mode.CREATE).close();
    }
}
