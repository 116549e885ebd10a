package baton.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.sim.SimulatedDisk.Kernel;
import baton.server.storage.Disk;
import baton.server.storage.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
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

    /** What is written and not synced may be there or not, and afterwards the disk is what it was. */
    @ParameterizedTest
    @EnumSource(Kernel.class)
    void whatAPowerCutWouldLeaveIsFoundWithoutOne(Kernel kernel) throws IOException {
        SimulatedDisk disk = disk(kernel, 1);
        Path log = LOGS.resolve("log");
        try (DiskFile file = disk.open(log, Disk.Mode.CREATE)) {
            file.write(ByteBuffer.wrap(new byte[] {1}), 0);
            file.sync();
            disk.syncDirectory(LOGS);
            file.write(ByteBuffer.wrap(new byte[] {2}), 1);
        }
        create(disk, LOGS.resolve("next"));

        Set<List<Path>> names = new HashSet<>();
        Set<Byte> firsts = new HashSet<>();
        Set<Integer> sizes = new HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            SimulatedDisk left = disk.afterPowerCut(new SplittableRandom(seed));
            names.add(left.files(LOGS));
            firsts.add(left.contentOf(log)[0]);
            sizes.add(left.sizeOf(log));
        }

        assertThat(names).containsExactlyInAnyOrder(List.of(log), List.of(log, LOGS.resolve("next")));
        assertThat(firsts).containsExactly((byte) 1);
        assertThat(sizes).containsExactlyInAnyOrder(1, 2);
        assertThat(disk.files(LOGS)).containsExactly(log, LOGS.resolve("next"));
        assertThat(disk.contentOf(log)).containsExactly(1, 2);
    }

    /** What is written in blocks arrives all the same, and nothing stays open. */
    @Test
    void blocksAreRefusedOrWrittenInPartAtTimes() throws IOException {
        byte[] text = "what is written".repeat(200).getBytes(StandardCharsets.US_ASCII);
        int refusals = 0;
        Set<Long> calls = new HashSet<>();
        for (long seed = 0; seed < 100; seed++) {
            SimulatedDisk disk = disk(Kernel.STRICT, seed);
            Path log = LOGS.resolve("log");
            create(disk, log);
            long before = disk.calls();
            try (DiskFile file = disk.open(log, Disk.Mode.BLOCKS)) {
                file.write(ByteBuffer.wrap(text), 0);
                refusals += file.refusal().isPresent() ? 1 : 0;
            }
            calls.add(disk.calls() - before);
            assertThat(disk.contentOf(log)).startsWith(text);
            assertThat(disk.openFiles()).isEmpty();
            assertThat(disk.filesLeftInBlocks()).isEmpty();
        }

        assertThat(refusals).isBetween(1, 99);
        assertThat(calls).as("in one call or in two").contains(1L, 2L);
    }

    private static SimulatedDisk disk(Kernel kernel, long seed) {
        return new SimulatedDisk(new SplittableRandom(seed), kernel, 512);
    }

    private static void create(Disk disk, Path file) throws IOException {
        disk.open(file, Disk.Mode.CREATE).close();
    }
}
