package baton.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.server.sim.SimulatedDisk;
import baton.server.sim.SimulatedDisk.Kernel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersFileTest {
    private static final Path SIDE = Path.of("/data/version-2.ext");

    private static final int SECTOR = 4_096;

    private final SimulatedDisk disk = new SimulatedDisk(new SplittableRandom(5), Kernel.STRICT, SECTOR);

    @Test
    void aNumberIsGivenOnce() {
        assertEquals(1_000, take(1_000));
        assertEquals(1_100, take(1_000));
        assertEquals(1_200, take(7));
        assertEquals(5_000, take(5_000));
        assertEquals(5_100, take(0));
    }

    @Test
    void aPowerCutTakesNothingBack() {
        for (int i = 0; i < 50; i++) {
            assertEquals(100L * i, take(0));
            disk.cutPower();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, SECTOR})
    void aDamagedSectorTakesNothingBack(int at) {
        take(0);
        take(0);
        byte[] decayed = disk.contentOf(SIDE.resolve("numbers"));
        Arrays.fill(decayed, at, Math.min(decayed.length, at + SECTOR), (byte) 0);
        disk.replace(SIDE.resolve("numbers"), decayed);

        assertEquals(200, take(0));
    }

    @Test
    void aFileThatIsTooShortSaysNothing() throws IOException {
        try (DiskFile file = disk.open(SIDE.resolve("numbers"), Disk.Mode.CREATE)) {
            file.write(ByteBuffer.allocate(3), 0);
        }

        assertEquals(40, take(40));
        assertEquals(140, take(40));
    }

    @Test
    void aFullDiskIsEnough() {
        take(0);
        disk.capacity(0);

        assertEquals(100, take(0));
        assertEquals(200, take(0));
    }

    @Test
    void withoutTheFileTheClockIsTrusted() {
        disk.capacity(0);

        assertEquals(9, take(9));
    }

    private long take(long atLeast) {
        return new NumbersFile(disk, SIDE).take(atLeast, 100);
    }
}
