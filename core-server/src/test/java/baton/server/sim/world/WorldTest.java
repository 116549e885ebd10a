package baton.server.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole server with its clients, from one seed. */
class WorldTest {
    private static final int SEEDS = 80;

    @Test
    void aServerKeepsItsPromisesWhateverGoesWrong() {
        Long chosen = Long.getLong("sim.seed");
        Map<Reached, Integer> reached = chosen == null ? runAll(1, SEEDS) : new EnumMap<>(Reached.class);
        if (chosen != null) {
            report(LongStream.of(chosen), reached);
            return;
        }

        assertThat(new TreeSet<>(reached.keySet())).containsExactly(Reached.values());
    }

    @Test
    @Tag("soak")
    void aServerKeepsItsPromisesForManySeeds() {
        runAll(100_000, Integer.getInteger("sim.seeds", 10_000));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 44, 555})
    void aSeedAlwaysDoesTheSame(long seed) {
        assertEquals(run(seed).hash(), run(seed).hash());
    }

    private static Map<Reached, Integer> runAll(long first, int count) {
        Map<Reached, Integer> reached = new EnumMap<>(Reached.class);
        report(LongStream.range(first, first + count), reached);
        return reached;
    }

    private static void report(LongStream seeds, Map<Reached, Integer> reached) {
        long began = System.nanoTime();
        long[] sums = new long[4];
        seeds.forEach(seed -> {
            World world = run(seed);
            world.reached().forEach((what, count) -> reached.merge(what, count, Integer::sum));
            sums[0]++;
            sums[1] += world.operations();
            sums[2] += world.simulatedNanos() / 1_000_000;
            sums[3] = sums[3] * 31 + world.hash();
        });
        double seconds = (System.nanoTime() - began) / 1e9;
        System.err.printf(
                "simulated seeds=%d operations=%d simulatedSeconds=%d wallSeconds=%.1f seedsPerSecond=%.1f hash=%016x%n"
                        + "reached %s%n",
                sums[0], sums[1], sums[2] / 1000, seconds, sums[0] / seconds, sums[3], reached);
    }

    private static World run(long seed) {
        Plan plan = Plan.of(seed);
        World world = new World(plan, Defect.NONE);
        try (QuietLog quiet = new QuietLog()) {
            world.run();
            quiet.requireNoBug();
            return world;
        } catch (RuntimeException | AssertionError broken) {
            return fail(
                    broken.getMessage() + "\nat " + world.simulatedNanos() / 1_000_000 + " ms of " + plan
                            + "\nreplay: mvn -pl core-server -am test -Dtest=WorldTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed=" + seed,
                    broken);
        }
    }
}
