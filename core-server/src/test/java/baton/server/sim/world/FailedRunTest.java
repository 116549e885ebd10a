package baton.server.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import baton.protocol.Request;
import baton.server.sim.history.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever finds a bug gets a small story of it, which can be told again. */
class FailedRunTest {
    private static final Defect DEFECT = Defect.EVENT_AFTER_ANSWER;
    private static final int SEEDS_MAX = 40;
    private static final int RUNS = 5;

    /** A run of a seed, made small. */
    private record Shrunk(long seed, int stepsBefore, String summary, RecordedRun run) {
        /** Nobody remains but who watches a node and who changes it. */
        boolean isSmall() {
            long clients = run.steps().stream()
                    .filter(FailedRunTest::isBeginningOfClient)
                    .count();
            return run.steps().size() < 8 && clients >= 1 && clients <= 2;
        }
    }

    /** Of many a run more remains, for what is left out changes what chance makes of the rest. */
    @Test
    void failedRunsAreMadeSmallAndCanBeReplayed(@TempDir Path directory) throws IOException {
        List<Shrunk> all = LongStream.rangeClosed(1, SEEDS_MAX)
                .mapToObj(seed -> shrunk(seed, directory))
                .flatMap(Optional::stream)
                .limit(RUNS)
                .toList();

        assertThat(all).hasSize(RUNS);
        assertThat(all).allMatch(each -> each.run.steps().size() < each.stepsBefore / 10);
        List<Shrunk> small = all.stream().filter(Shrunk::isSmall).toList();
        assertThat(small).hasSizeGreaterThan(RUNS / 2);
        Shrunk first = small.get(0);
        Path files = directory.resolve(Long.toString(first.seed));
        assertThat(first.summary).contains("-Dsim.seed=" + first.seed, "-Dsim.schedule=" + files.resolve("schedule"));
        assertEquals("G-16", FailedRun.ruleBrokenIn(first.run.world(DEFECT)));
        assertThat(Files.readString(files.resolve("schedule"))).containsPattern("run 0/\\d+\n");
        assertThat(Files.readAllLines(files.resolve("trace"))).anyMatch(line -> line.contains("is told"));
        assertThat(Files.readAllLines(files.resolve("history"))).anyMatch(line -> line.contains("zxid"));
        assertThat(files.resolve("disk/data/version-2")).isNotEmptyDirectory();
    }

    /** Makes the run of the seed small, if it finds the defect. */
    private static Optional<Shrunk> shrunk(long seed, Path directory) {
        Plan plan = Plan.of(seed);
        Schedule everything = Schedule.ofEverything();
        if (!DEFECT.rule().equals(FailedRun.ruleBrokenIn(new World(plan, DEFECT, everything)))) {
            return Optional.empty();
        }
        int stepsBefore = everything.taken().size();
        String summary =
                new FailedRun(plan, DEFECT, everything, new Violation(DEFECT.rule(), "planted")).write(directory);
        try {
            RecordedRun run =
                    RecordedRun.read(directory.resolve(Long.toString(seed)).resolve("schedule"));
            return Optional.of(new Shrunk(seed, stepsBefore, summary, run));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isBeginningOfClient(Schedule.Step step) {
        return step.who().startsWith("client") && step.number() == 0;
    }

    @Test
    void aScheduleIsReadAsItWasWritten(@TempDir Path directory) throws IOException {
        Deed asks = new Deed.Ask(new Request.Sync("/"));
        Strike pause = new Strike(0, 160, 0, 0);
        List<Schedule.Step> steps = List.of(
                new Schedule.Step("PAUSE", 2, 4, pause),
                new Schedule.Step("client0"),
                new Schedule.Step("client0", 12, 1, asks),
                new Schedule.Step("run", 0, 16, null));
        Plan plan = Plan.of(42).alsoWith(List.of(Fault.PAUSE, Feature.LISTS, Scarcity.INBOX));
        Path file = Files.writeString(directory.resolve("schedule"), new RecordedRun(plan, steps).text());

        RecordedRun read = RecordedRun.read(file);

        assertEquals(
                plan + "\nPAUSE 2/4 Strike[nanos=160]\nclient0 0\nclient0 12 Sync[path=\"/\"]\nrun 0/16\n",
                Files.readString(file));
        assertEquals(new RecordedRun(plan, steps), read);
    }

    @Test
    void ofAScheduleOnlyWhatIsWrittenIsDone() {
        Strike written = new Strike(0, 160, 0, 0);
        Strike drawn = new Strike(1, 2, 3, 4);
        Schedule schedule = Schedule.of(List.of(
                new Schedule.Step("PAUSE", 2, 4, written),
                new Schedule.Step("client0"),
                new Schedule.Step("run", 0, 16, null)));

        boolean first = schedule.includes("client0");
        boolean second = schedule.includes("client1");
        List<Schedule.Step> left = schedule.left();
        Strike leftOut = schedule.next("PAUSE", Strike.class, () -> drawn);
        Strike taken = schedule.next("PAUSE", Strike.class, () -> drawn);

        assertThat(List.of(first, second)).containsExactly(true, false);
        assertNull(leftOut);
        assertEquals(written, taken);
        assertEquals(List.of(new Schedule.Step("PAUSE", 2, 4, written)), left);
        assertEquals(List.of(), schedule.left());
        assertEquals(40, schedule.lasts(160));
        assertEquals(10, schedule.runLasts(160));
    }

    @Test
    void aPlanIsReadAsItIsPrinted() {
        for (long seed = 1; seed <= 100; seed++) {
            Plan plan = Plan.of(seed);

            assertEquals(plan, PlanText.read(plan.toString()));
        }
    }
}
