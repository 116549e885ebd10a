package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import baton.server.sim.SimulatedDisk;
import baton.server.storage.DefectiveDisk.Flaw;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Storage over a disk that crashes anywhere, loses what was not synced, tears, fails, fills up and rots. */
class StorageSimulationTest {
    private static final int SEEDS = 400;
    private static final int STEPS = 120;

    @TempDir
    Path temp;

    @Test
    void nothingAcknowledgedIsEverLost() {
        Long chosen = Long.getLong("sim.seed");
        Map<StorageRun.Reached, Integer> reached = new EnumMap<>(StorageRun.Reached.class);
        LongStream seeds = chosen == null ? LongStream.rangeClosed(1, SEEDS) : LongStream.of(chosen);
        int steps = Integer.getInteger("sim.steps", STEPS);

        seeds.forEach(seed -> runSeed(seed, UnaryOperator.identity(), steps)
                .reached()
                .forEach((what, count) -> reached.merge(what, count, Integer::sum)));

        if (chosen == null) {
            assertThat(reached.keySet()).containsExactlyInAnyOrder(StorageRun.Reached.values());
        }
    }

    @Test
    @Tag("soak")
    void nothingAcknowledgedIsEverLostInManySeeds() {
        long first = Long.getLong("sim.firstSeed", 10_000);
        int seeds = Integer.getInteger("sim.seeds", 30_000);
        for (long seed = first; seed < first + seeds; seed++) {
            runSeed(seed, UnaryOperator.identity(), 2 * STEPS);
        }
    }

    @Test
    void apacheLoadsWhatIsLeft() throws IOException {
        for (long seed = 5_000; seed < 5_030; seed++) {
            StorageRun run = runSeed(seed, UnaryOperator.identity(), 60);
            Path dir = temp.resolve("seed" + seed);
            run.disk().export(StorageRun.dataVersion(), dir.resolve("version-2"));
            run.disk().export(run.logVersion(), dir.resolve("version-2"));

            ApacheDirectory.Loaded theirs = new ApacheDirectory(dir).load(temp.resolve("copy" + seed));

            assertEquals(run.expected(), theirs.dump(), "seed " + seed);
            assertEquals(0, theirs.mismatchCount(), "seed " + seed);
        }
    }

    @Test
    void aFlippedBitIsRepairedOrRefusedButNeverForgottenAfterAnOrderlyStop() throws IOException {
        int refused = 0;
        int repaired = 0;
        for (long seed = 7_000; seed < 7_200; seed++) {
            StorageRun run = runSeed(seed, UnaryOperator.identity(), 40);
            SplittableRandom random = new SplittableRandom(seed);
            List<Path> files = run.disk().files(run.logVersion());
            Path file = files.get(random.nextInt(files.size()));
            int size = run.disk().sizeOf(file);
            if (size == 0) {
                continue;
            }
            run.disk().rot(file, random.nextInt(size), random.nextInt(8));

            try {
                assertEquals(run.expected(), run.reopen(), "seed " + seed + ", damaged " + file);
                repaired++;
            } catch (CorruptLogException | CorruptSnapshotException e) {
                assertThat(e).hasMessageContaining("version-2");
                refused++;
            }
        }

        assertThat(refused).isPositive();
        assertThat(repaired).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 77, 4711})
    void aSeedAlwaysDoesTheSame(long seed) {
        StorageRun one = runSeed(seed, UnaryOperator.identity(), STEPS);
        StorageRun other = runSeed(seed, UnaryOperator.identity(), STEPS);

        assertEquals(one.reached(), other.reached());
        assertEquals(one.disk().calls(), other.disk().calls());
        assertEquals(one.expected(), other.expected());
    }

    /** Known defects, brought back one at a time; a simulation that does not find them proves nothing. */
    enum Defect {
        SYNC_DOES_NOTHING(Flaw.NO_SYNC),
        DIRECTORY_IS_NOT_SYNCED_AFTER_CREATE(Flaw.NO_DIRECTORY_SYNC_AFTER_CREATE),
        DIRECTORY_IS_NOT_SYNCED_AFTER_RENAME(Flaw.NO_DIRECTORY_SYNC_AFTER_RENAME),
        FAILED_SYNC_IS_TRIED_AGAIN(Flaw.SYNC_TRIED_AGAIN);

        private final Flaw flaw;

        Defect(Flaw flaw) {
            this.flaw = flaw;
        }

        Disk in(Disk disk) {
            return new DefectiveDisk(disk, flaw);
        }
    }

    @ParameterizedTest
    @EnumSource(Defect.class)
    void aPlantedDefectIsFound(Defect defect) {
        boolean found = false;
        for (long seed = 1; seed <= 2000 && !found; seed++) {
            try {
                new StorageRun(seed, defect::in).run(STEPS);
            } catch (StorageException | AssertionError | RuntimeException broken) {
                found = true;
            }
        }

        assertTrue(found, defect + " went unnoticed");
    }

    private static StorageRun runSeed(long seed, UnaryOperator<Disk> defect, int steps) {
        try {
            StorageRun run = new StorageRun(seed, defect);
            run.run(steps);
            return run;
        } catch (StorageException | AssertionError | RuntimeException | SimulatedDisk.Crash broken) {
            return fail(
                    "seed " + seed + ": " + broken.getMessage() + "\nreplay: mvn -pl core-server -am test"
                            + " -Dtest=StorageSimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed="
                            + seed + " -Dsim.steps=" + steps,
                    broken);
        }
    }
}
