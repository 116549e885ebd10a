package baton.server.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HaltFileTest {
    private static final long MINUTE = 60_000;
    private static final long NOW = 1_000 * MINUTE;

    @TempDir
    Path dir;

    private HaltFile halts;

    @BeforeEach
    void make() throws IOException {
        Files.createDirectories(dir.resolve("version-2.ext"));
        halts = new HaltFile(Disk.ofSystem(), dir);
    }

    @Test
    void threeWithinTenMinutesAreTooMany() throws StorageException {
        halts.add(NOW);
        halts.add(NOW + MINUTE);
        assertFalse(halts.isTooMany(NOW + MINUTE));

        halts.add(NOW + 9 * MINUTE);
        assertTrue(halts.isTooMany(NOW + 9 * MINUTE));
        assertTrue(halts.isTooMany(NOW + 10 * MINUTE - 1));
        assertFalse(halts.isTooMany(NOW + 10 * MINUTE));
    }

    @Test
    void onlyThoseThatCountAreKept() throws IOException {
        for (int i = 0; i < 50; i++) {
            halts.add(NOW + i * 6 * MINUTE);
        }

        assertEquals(2, Files.readAllLines(halts.path()).size());
    }

    @Test
    void whatMakesNoSenseCountsForNothing() throws IOException {
        Files.write(halts.path(), List.of("rubbish", "-1", "", NOW + MINUTE + "", "99999999999999999999"));

        assertFalse(halts.isTooMany(NOW));
        assertFalse(new HaltFile(Disk.ofSystem(), dir.resolve("absent")).isTooMany(NOW));
    }
}
