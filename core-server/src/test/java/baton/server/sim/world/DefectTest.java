package baton.server.sim.world;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.fail;

import baton.server.sim.SimulatedDisk.Kernel;
import baton.server.sim.history.Violation;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A simulation that does not find the bugs we know proves nothing. */
class DefectTest {
    /** Rule PD: many more than it takes, so that no change of something else hides a defect; the first that finds it is the last. */
    private static final int SEEDS_MAX = 2_000;

    /** A race that one seed in six hundred meets. Each run finds it by its schedule (KeptSchedulesTest), a soak by seeds. */
    private static final String RARE = "WATCH_SET_BESIDE_THE_WRITER";

    private static final int SEEDS_OF_THE_RARE_MAX = 20_000;

    @ParameterizedTest
    @EnumSource(
            value = Defect.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", RARE})
    void aPlantedDefectIsFoundByItsRule(Defect defect) {
        assertFound(defect, SEEDS_MAX);
    }

    @Test
    @Tag("soak")
    void theRarestIsFoundByItsRule() {
        assertFound(Defect.valueOf(RARE), SEEDS_OF_THE_RARE_MAX);
    }

    private static void assertFound(Defect defect, int seedsMax) {
        TreeMap<String, Integer> others = new TreeMap<>();
        for (long seed = 1; seed <= seedsMax; seed++) {
            String rule = ruleBrokenBy(seed, defect);
            if (rule.equals(defect.rule())) {
                System.err.printf("found defect=%s rule=%s seed=%d before=%s%n", defect, rule, seed, others);
                return;
            }
            others.merge(rule, 1, Integer::sum);
        }
        fail(defect + " is not found by " + defect.rule() + " in " + seedsMax + " seeds: " + others);
    }

    /** Rule INV-20: the disk is judged as a power cut would leave it, while nothing at all goes wrong. */
    @Test
    void whatAPowerCutWouldTakeAwayIsMissedBeforeThereIsOne() {
        Plan calm = LongStream.rangeClosed(1, SEEDS_MAX)
                .mapToObj(Plan::of)
                .filter(plan -> plan.faults().isEmpty() && plan.kernel() == Kernel.STRICT)
                .findFirst()
                .orElseThrow();
        World world = new World(calm, Defect.RENAME_NOT_SYNCED);

        try (QuietLog quiet = new QuietLog()) {
            assertThatThrownBy(world::run)
                    .isInstanceOf(Violation.class)
                    .hasMessageContaining("if the power failed now");
        }
    }

    private static String ruleBrokenBy(long seed, Defect defect) {
        try (QuietLog quiet = new QuietLog()) {
            long hash = hashOf(seed, defect);
            return defect.rule().equals("DT-5") && hashOf(seed, defect) != hash ? "DT-5" : "none";
        } catch (Violation violation) {
            return violation.rule();
        } catch (RuntimeException | AssertionError other) {
            return other.getClass().getSimpleName();
        }
    }

    private static long hashOf(long seed, Defect defect) {
        World world = new World(Plan.of(seed).alsoWith(defect.broughtOutBy()), defect);
        world.run();
        return world.hash();
    }
}
