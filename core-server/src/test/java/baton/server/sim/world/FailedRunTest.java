package baton.server.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.server.sim.history.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever finds a bug gets a small story of it, which can be told again. */
class FailedRunTest {
    private static final Defect DEFECT = Defect.EVENT_AFTER_ANSWER;

    @Test
    void aFailedRunIsMadeSmallAndCanBeReplayed(@TempDir Path directory) throws IOException {
        long seed = 1;
        while (FailedRun.ruleBrokenIn(new World(Plan.of(seed), DEFECT)) == null) {
            seed++;
        }
        Plan plan = Plan.of(seed);
        Schedule everything = Schedule.ofEverything();
        World world = new World(plan, DEFECT, everything);
        Violation broken = Assertions.assertThrows(Violation.class, () -> {
            try (QuietLog quiet = new QuietLog()) {
                world.run();
            }
        });

        String summary = new FailedRun(plan, DEFECT, everything, broken).write(directory);

        Path files = directory.resolve(Long.toString(seed));
        assertThat(summary).contains("-Dsim.seed=" + seed, "-Dsim.schedule=" + files.resolve("schedule"));
        RecordedRun small = RecordedRun.read(files.resolve("schedule"));
        assertEquals("G-16", FailedRun.ruleBrokenIn(small.world(DEFECT)));
        // Somebody watches a node, and somebody changes it; nobody else is there.
        assertThat(small.steps())
                .hasSizeLessThan(8)
                .hasSizeLessThan(everything.taken().size() / 10);
        assertThat(small.steps().stream().filter(step -> step.number() == 0)).hasSizeBetween(1, 2);
        assertThat(Files.readString(files.resolve("schedule"))).containsPattern("run 0/\\d+\n");
        assertThat(Files.readAllLines(files.resolve("trace"))).anyMatch(line -> line.contains("is told"));
        assertThat(Files.readAllLines(files.resolve("history"))).anyMatch(line -> line.contains("zxid"));
        assertThat(files.resolve("disk/data/version-2")).isNotEmptyDirectory();
    }

    @Test
    void aScheduleIsReadAsItWasWritten(@TempDir Path directory) throws IOException {
        List<Schedule.Step> steps = List.of(
                new Schedule.Step("PAUSE", 2, 4),
                new Schedule.Step("client0", 0),
                new Schedule.Step("client0", 12),
                new Schedule.Step("run", 0, 16));
        Plan plan = Plan.of(42).alsoWith(List.of(Fault.PAUSE, Feature.LISTS, Scarcity.INBOX));
        Path file = Files.writeString(directory.resolve("schedule"), new RecordedRun(plan, steps).text());

        RecordedRun read = RecordedRun.read(file);

        assertEquals(plan + "\nPAUSE 2/4\nclient0 0 12\nrun 0/16\n", Files.readString(file));
        assertEquals(plan, read.plan());
        Schedule schedule = read.schedule();
        assertThat(List.of(
                        schedule.includes("client0"),
                        schedule.includes("client1"),
                        schedule.takes("PAUSE"),
                        schedule.takes("PAUSE")))
                .containsExactly(true, false, false, true);
        assertThat(List.of(schedule.lasts("PAUSE", 160), schedule.lasts("client0", 160), schedule.lasts("run", 160)))
                .containsExactly(40L, 160L, 10L);
    }

    @Test
    void aPlanIsReadAsItIsPrinted() {
        for (long seed = 1; seed <= 100; seed++) {
            Plan plan = Plan.of(seed);

            assertEquals(plan, PlanText.read(plan.toString()));
        }
    }
}
