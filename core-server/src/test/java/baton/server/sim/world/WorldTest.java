package baton.server.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.core.testkit.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** A whole server with its clients, from one seed. */
class WorldTest {
    private static final int SEEDS = 320;
    private static final int SEEDS_MORE = 20;
    private static final Duration SEED_TAKES_MAX = Duration.ofMinutes(3);
    private static final int SEEDS_MAX = 1_500;
    private static final int SEEDS_TWICE = 8;
    private static final int SEEDS_FULL_DISK = 40;
    private static final List<Trait> NOTHING_MORE = List.of();
    private static final List<Trait> FULL_DISK = List.of(Fault.DISK_FULL);
    private static final int SEEDS_STANDING_STILL = 40;
    private static final Duration WITHOUT_END = Duration.ofDays(365);
    private static final List<Trait> STANDING_STILL = List.of(Fault.PAUSE, Fault.VANISH);

    @Test
    void aServerKeepsItsPromisesWhateverGoesWrong() throws IOException {
        Map<Reached, Integer> reached = new EnumMap<>(Reached.class);
        String file = System.getProperty("sim.schedule");
        Long chosen = Long.getLong("sim.seed");
        if (file != null) {
            RecordedRun recorded = RecordedRun.read(Path.of(file));
            Schedule schedule = recorded.schedule();
            run(recorded.plan(), schedule);
            assertThat(schedule.left()).as("steps that never came due").isEmpty();
            return;
        } else if (chosen != null) {
            Commit.compare(System.getProperty("sim.commit"));
            report(chosen, 1, alsoChosen(), reached);
            return;
        }

        long first = FreshSeeds.first();
        report(first, SEEDS, NOTHING_MORE, reached);
        report(first, SEEDS_FULL_DISK, FULL_DISK, reached);
        report(first, SEEDS_STANDING_STILL, STANDING_STILL, reached);

        // Every change changes which seeds get to the rarest states.
        Set<Reached> wanted = EnumSet.allOf(Reached.class);
        for (int more = SEEDS; !reached.keySet().containsAll(wanted) && more < SEEDS_MAX; more += SEEDS_MORE) {
            report(first + more, SEEDS_MORE, NOTHING_MORE, reached);
        }
        wanted.removeAll(reached.keySet());
        assertThat(wanted)
                .as("states that no seed of %d from %d on reached; docs/testing.md says what to do", SEEDS_MAX, first)
                .isEmpty();
    }

    /**
     * What a seed does changes with the simulation, so most of these are no longer what they were. But where something was
     * wrong once it may be wrong again.
     */
    @ParameterizedTest
    @CsvFileSource(resources = "/baton/server/sim/kept-seeds.csv", numLinesToSkip = 1)
    void whatHasFoundSomethingFindsNothingMore(long seed, String what) {
        assertThat(what).isNotBlank();

        report(seed, 1, NOTHING_MORE, new EnumMap<>(Reached.class));
    }

    @Test
    @Tag("soak")
    void aServerKeepsItsPromisesForManySeeds() {
        long first = Long.getLong("sim.firstSeed", 100_000);
        Integer minutes = Integer.getInteger("sim.minutes");
        int most = Integer.getInteger("sim.seeds", minutes == null ? 10_000 : Integer.MAX_VALUE);
        Duration lasts = minutes == null ? WITHOUT_END : Duration.ofMinutes(minutes);
        report(first, most, lasts, alsoChosen(), new EnumMap<>(Reached.class));
    }

    @Test
    @Tag("soak")
    void aFullDiskNeverEndsTheServer() {
        report(1, Integer.getInteger("sim.seeds", 2_000), FULL_DISK, new EnumMap<>(Reached.class));
    }

    /** Rule DT-5: another process, whose heap, collector and names for objects are others, does nothing else. */
    @Test
    void aSeedAlwaysDoesTheSame() {
        requireSameHashes(Path.of(System.getProperty("java.home")));
    }

    /** Rule DT-5: nor does another JDK. */
    @Test
    void aSeedDoesTheSameOnAnotherJdk() {
        Optional<Path> other = OtherJdk.home();
        assumeTrue(other.isPresent(), "there is no JDK of another release here: -Dsim.jdk=HOME would name one");

        requireSameHashes(other.orElseThrow());
    }

    private static void requireSameHashes(Path javaHome) {
        String[] seeds = LongStream.range(0, Integer.getInteger("sim.twice", SEEDS_TWICE))
                .mapToObj(each -> Long.toString(FreshSeeds.first() + each))
                .toArray(String[]::new);
        JavaProcess.Builder elsewhere = JavaProcess.of(SeedHashes.class.getName())
                .javaHome(javaHome)
                .jvmOptions(
                        "-Xmx128m", "-Xmn4m", "-XX:+UseSerialGC", "-XX:+UnlockExperimentalVMOptions", "-XX:hashCode=2")
                .arguments(seeds);
        try (JavaProcess other = elsewhere.start()) {
            String here = SeedHashes.of(seeds);

            String there = other.awaitLine(here::equals, "the hashes here, " + here, Duration.ofMinutes(5));

            System.err.printf(
                    "hashes of %s%nhere  %s, Java %s%nthere %s, %s%n",
                    String.join(" ", seeds), here, Runtime.version(), there, javaHome);
        }
    }

    private static List<Trait> alsoChosen() {
        String names = System.getProperty("sim.also", "");
        return names.isEmpty()
                ? NOTHING_MORE
                : Arrays.stream(names.split(",")).map(Trait::named).toList();
    }

    private static void report(long first, int count, List<Trait> also, Map<Reached, Integer> reached) {
        report(first, count, WITHOUT_END, also, reached);
    }

    private static void report(long first, int count, Duration lasts, List<Trait> also, Map<Reached, Integer> reached) {
        long began = System.nanoTime();
        long[] sums = new long[5];
        for (long seed = first; seed < first + count && System.nanoTime() - began < lasts.toNanos(); seed++) {
            World world = run(Plan.of(seed).alsoWith(also));
            world.reached().forEach((what, times) -> reached.merge(what, times, Integer::sum));
            sums[0]++;
            sums[1] += world.operations();
            sums[2] += world.simulatedNanos() / 1_000_000;
            sums[3] = sums[3] * 31 + world.hash();
            sums[4] += world.steps();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.err.printf(
                "simulated first=%d seeds=%d operations=%d simulatedSeconds=%d wallSeconds=%.1f seedsPerSecond=%.1f"
                        + " stepsPerSecond=%.0f hash=%016x%nreached %s%n",
                first,
                sums[0],
                sums[1],
                sums[2] / 1000,
                seconds,
                sums[0] / seconds,
                sums[4] / seconds,
                sums[3],
                reached);
    }

    /** A seed takes less than a second: one that waits for itself could not be told from a long run. */
    private static World run(Plan plan) {
        return assertTimeoutPreemptively(
                SEED_TAKES_MAX,
                () -> run(plan, Schedule.ofEverything()),
                () -> "seed " + plan.seed() + " does not end");
    }

    private static World run(Plan plan, Schedule schedule) {
        World world = new World(plan, Defect.NONE, schedule);
        try (QuietLog quiet = new QuietLog()) {
            world.run();
            quiet.requireNoBug();
            return world;
        } catch (RuntimeException | AssertionError broken) {
            String where = new FailedRun(plan, Defect.NONE, schedule, broken).write(Path.of("target/sim"));
            return fail(broken.getMessage() + "\nat " + world.simulatedNanos() / 1_000_000 + " ms of " + where, broken);
        }
    }
}
