package baton.server.sim;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Seeded runs of one server with clients, crashes and fuzzy snapshots, every invariant checked after every step. */
class StandaloneSimulationTest {
    private static final int STEPS = 600;

    /** Replays the seed given by {@code -Dsim.seed=N}, or runs a few fixed ones. */
    static LongStream seeds() {
        Long chosen = Long.getLong("sim.seed");
        return chosen == null ? LongStream.rangeClosed(1, 60) : LongStream.of(chosen);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void keepsItsPromises(long seed) {
        run(seed, STEPS);
    }

    @Test
    @Tag("soak")
    void keepsItsPromisesForManySeeds() {
        for (long seed = 1_000; seed < 3_000; seed++) {
            run(seed, 2 * STEPS);
        }
    }

    private static void run(long seed, int steps) {
        Simulation simulation = new Simulation(seed);
        try {
            simulation.run(steps);
        } catch (RuntimeException | AssertionError broken) {
            fail(
                    "seed " + seed + ", step " + simulation.step() + ": " + broken.getMessage() + "\nreplay: mvn -pl"
                            + " core-server -am test -Dtest=StandaloneSimulationTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed=" + seed,
                    broken);
        }
    }
}
