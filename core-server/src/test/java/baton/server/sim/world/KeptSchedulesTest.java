package baton.server.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import baton.server.sim.history.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs that have found something, made small and written down. A seed does something else as soon as more is drawn from it;
 * in these only the times change, and how clients go and come back, and of those of planted defects one knows whether they
 * still do what they are kept for.
 */
class KeptSchedulesTest {
    private static final Path KEPT = Path.of("src/test/resources/baton/server/sim/schedules");
    private static final long SEEDS_MAX = 1_000;

    /** Nobody reads more. */
    private static final int LINES_MAX = 60;

    /** This race has not been found in fewer steps yet. */
    private static final Set<String> LONGER = Set.of("READ_THROUGH_THE_CLOSED_GATE.schedule");

    static List<Path> kept() throws IOException {
        try (Stream<Path> files = Files.list(KEPT)) {
            return files.sorted().toList();
        }
    }

    /** And whatever is written has been done: nothing could be found in a run that is empty. */
    @ParameterizedTest
    @MethodSource("kept")
    void whatWasFoundIsNotThere(Path file) throws IOException {
        RecordedRun run = RecordedRun.read(file);
        Schedule schedule = run.schedule();
        assertEquals(!isKnownAsLong(file), isShort(run), "at most " + LINES_MAX + " lines, unless known: " + file);

        assertNull(FailedRun.ruleBrokenIn(new World(run.plan(), Defect.NONE, schedule)));

        assertEquals(List.of(), schedule.left(), "steps that never came due: " + file);
    }

    /** What takes two runs to be seen has none. */
    static Stream<Defect> seenInOneRun() {
        return Stream.of(Defect.values())
                .filter(each -> each != Defect.NONE && !each.rule().equals("DT-5"));
    }

    @ParameterizedTest
    @MethodSource("seenInOneRun")
    void aPlantedDefectIsFoundByItsSchedule(Defect defect) throws IOException {
        Path file = KEPT.resolve(defect + ".schedule");
        if (Boolean.getBoolean("sim.keep") && !isGood(file, defect)) {
            Files.writeString(file, found(defect, isKnownAsLong(file)).text());
        }

        assertEquals(
                defect.rule(),
                ruleBrokenBy(file, defect),
                "made anew by the same command and -Dsim.keep=true: " + file);
    }

    private static boolean isGood(Path file, Defect defect) throws IOException {
        return defect.rule().equals(ruleBrokenBy(file, defect))
                && (isKnownAsLong(file) || isShort(RecordedRun.read(file)));
    }

    private static boolean isKnownAsLong(Path file) {
        return LONGER.contains(String.valueOf(file.getFileName()));
    }

    private static boolean isShort(RecordedRun run) {
        return run.text().lines().count() <= LINES_MAX;
    }

    private static String ruleBrokenBy(Path file, Defect defect) throws IOException {
        return Files.exists(file)
                ? String.valueOf(FailedRun.ruleBrokenIn(RecordedRun.read(file).world(defect)))
                : "nothing is kept";
    }

    private static RecordedRun found(Defect defect, boolean mayBeLong) {
        for (long seed = 1; seed <= SEEDS_MAX; seed++) {
            Plan plan = Plan.of(seed).alsoWith(defect.broughtOutBy());
            Schedule everything = Schedule.ofEverything();
            String rule = FailedRun.ruleBrokenIn(new World(plan, defect, everything));
            if (defect.rule().equals(rule)) {
                RecordedRun small = new FailedRun(plan, defect, everything, new Violation(rule, "planted")).shrink();
                if (mayBeLong || isShort(small)) {
                    return small;
                }
            }
        }
        throw new AssertionError(
                defect + " is not found in " + SEEDS_MAX + " seeds by a run of at most " + LINES_MAX + " lines");
    }
}
