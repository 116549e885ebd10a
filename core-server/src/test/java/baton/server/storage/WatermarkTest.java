package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.server.sim.SimulatedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatermarkTest {
    private static final Path SIDE = Path.of("/side");
    private static final Path LOG = Path.of("/log.1");

    /** Found by seed 5001225 of the simulated server: without its mark damage is taken for an unfinished end, and cut. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aMarkThatOnlyMemoryHasBecomesDurableAtTheNextStart(long seed) throws StorageException {
        SimulatedDisk disk = disk(seed);
        try (Watermark mark = Watermark.open(disk, SIDE)) {
            mark.mark(7, LOG, 100);
            disk.failSyncs(1);
            mark.sync();
        }

        assertThatAStartMakesDurable(7, disk);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void soDoesOneInTheOtherSlot(long seed) throws StorageException {
        SimulatedDisk disk = disk(seed);
        try (Watermark mark = Watermark.open(disk, SIDE)) {
            mark.mark(7, LOG, 100);
            mark.sync();
            mark.mark(8, LOG, 200);
            disk.failSyncs(1);
            mark.sync();
        }

        assertThatAStartMakesDurable(8, disk);
    }

    @Test
    void aPowerCutLeavesTheMarkThatWasSyncedHoweverManyCameSince() throws StorageException {
        for (long seed = 1; seed <= 100; seed++) {
            SimulatedDisk disk = disk(seed);
            Watermark mark = Watermark.open(disk, SIDE);
            mark.mark(7, LOG, 100);
            mark.sync();
            mark.mark(8, LOG, 200);
            mark.mark(9, LOG, 300);

            disk.cutPower();

            assertThat(Watermark.read(disk, SIDE))
                    .as("seed %d", seed)
                    .hasValueSatisfying(left -> assertThat(left.zxid()).isBetween(7L, 9L));
        }
    }

    /** Else a torn batch in a log that the file does not name would be refused. */
    @Test
    void aLogThatCannotBeNamedIsNotBegun() throws StorageException {
        SimulatedDisk disk = disk(1);
        try (Watermark mark = Watermark.open(disk, SIDE)) {
            disk.failSyncs(1);

            assertThatThrownBy(() -> mark.begin(LOG, 0)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void onAFullDiskItIsNamedByTheNextMark() throws IOException {
        SimulatedDisk disk = disk(1);
        Path next = Path.of("/log.8");
        try (Watermark mark = Watermark.open(disk, SIDE)) {
            mark.mark(7, LOG, 100);
            disk.failSyncsForSpace(1);
            mark.begin(next, 7);
            mark.mark(8, next, 200);
            mark.sync();
        }

        disk.cutPower();

        assertThat(Watermark.read(disk, SIDE)).hasValueSatisfying(left -> {
            assertThat(left.zxid()).isEqualTo(8);
            assertThat(left.isOf(next)).isTrue();
        });
    }

    private static SimulatedDisk disk(long seed) {
        SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(seed), SimulatedDisk.Kernel.STRICT, 512);
        disk.createDirectories(SIDE);
        return disk;
    }

    private static void assertThatAStartMakesDurable(long zxid, SimulatedDisk disk) throws StorageException {
        disk.kill();

        Watermark.open(disk, SIDE).close();
        disk.cutPower();

        assertThat(Watermark.read(disk, SIDE)).map(Watermark.Mark::zxid).hasValue(zxid);
    }
}
