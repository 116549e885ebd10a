package baton.server.storage;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import baton.server.sim.SimulatedDisk;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SpaceWatchTest {
    private static final Path DIR = Path.of("/dir");
    private static final long RESERVE = 1000;

    private final SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(1), SimulatedDisk.Kernel.STRICT, 512);
    private final ReserveFile reserve = new ReserveFile(disk, DIR, 500);
    private final SpaceWatch space = new SpaceWatch(disk, List.of(DIR), () -> RESERVE, reserve);

    @BeforeEach
    void prepare() throws StorageException {
        reserve.prepare();
    }

    @Test
    void itIsLowWithLessThanTheReserveLeft() {
        leave(RESERVE);
        assertFalse(space.isLow());

        leave(RESERVE - 1);
        assertTrue(space.isLow());
    }

    @Test
    void itIsWellAgainWithHalfAsMuchMore() {
        leave(RESERVE - 1);

        leave(RESERVE + RESERVE / 2 - 1);
        assertTrue(space.isLow());

        leave(RESERVE + RESERVE / 2);
        assertFalse(space.isLow());
    }

    @Test
    void aWriteThatFoundNoSpaceSaysMoreThanTheNumbers() {
        leave(10 * RESERVE);

        space.ranOut(DIR);

        assertTrue(space.isLow());
    }

    @Test
    void afterTheReserveWasTakenThereMustBeAnother() throws Exception {
        leave(10 * RESERVE);
        space.ranOut(DIR);
        reserve.take(DIR.resolve("log.1")).close();

        space.look();
        assertTrue(space.isLow());

        reserve.prepare();
        space.look();
        assertFalse(space.isLow());
    }

    private void leave(long bytes) {
        disk.capacity(disk.usedBytes() + bytes);
        space.look();
    }
}
