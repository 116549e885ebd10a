package baton.server.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written about a run is enough to do it again, and whoever writes something else is told. */
class RecordedRunTest {
    private static final int SEEDS = 3;

    /** Whatever a workload or a fault may draw: what is written is taken in its place, and nothing is drawn a second time. */
    @Test
    void aRunThatIsReadDoesTheSameToTheLastBit(@TempDir Path directory) throws IOException {
        for (long seed = FreshSeeds.first(); seed < FreshSeeds.first() + SEEDS; seed++) {
            Plan plan = Plan.of(seed).alsoWith(List.of(Feature.values()));
            // Where everything goes wrong, little else is done.
            if (seed == FreshSeeds.first()) {
                plan = plan.alsoWith(List.of(Fault.values()));
            }
            Schedule everything = Schedule.ofEverything();
            World drawn = new World(plan, Defect.NONE, everything);
            run(drawn);
            Path file =
                    Files.writeString(directory.resolve("schedule"), new RecordedRun(plan, everything.taken()).text());

            RecordedRun read = RecordedRun.read(file);
            Schedule written = read.schedule();
            World again = new World(read.plan(), Defect.NONE, written);
            run(again);

            assertThat(written.taken().stream().map(Schedule.Step::who))
                    .containsAll(plan.faults().stream().map(Fault::name).toList());
            assertEquals(everything.taken(), written.taken(), "seed " + seed);
            assertEquals(drawn.hash(), again.hash(), "seed " + seed);
        }
    }

    /** Rule DT-5: also if nothing comes of it. */
    @Test
    void theHashTellsWhatHasStruck() {
        Plan plan = Plan.of(1).alsoWith(List.of(Fault.LIE));
        List<Schedule.Step> nothing = List.of();
        List<Schedule.Step> lie = List.of(new Schedule.Step("LIE", 1, 1, new Strike(0, 0, 0, 0)));
        List<Schedule.Step> another = List.of(new Schedule.Step("LIE", 1, 1, new Strike(0, 0, 0, 1)));

        assertEquals(hashOf(plan, lie), hashOf(plan, lie));
        assertNotEquals(hashOf(plan, nothing), hashOf(plan, lie));
        assertNotEquals(hashOf(plan, another), hashOf(plan, lie));
    }

    private static long hashOf(Plan plan, List<Schedule.Step> steps) {
        World world = new RecordedRun(plan, steps).world(Defect.NONE);
        run(world);
        return world.hash();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            ``;                                         a step is somebody, a number and what it is
            client0;                                    a step is somebody, a number and what it is
            client0 -3 GoWrong[];                       a step is somebody, a number and what it is
            client0 1/2/3 GoWrong[];                    a step is somebody, a number and what it is
            client0 99999999999 GoWrong[];              For input string: "99999999999"
            client0 3;                                  client0 3: a step must say what it is
            client0 0 GoWrong[];                        client0 0: a step must say what it is
            PAUSE 2/0 Strike[nanos=160];                PAUSE 2/0: steps are counted from 0, and parts are 1 or more
            PAUSE 2/1 Strike[nanos=160];                must be PAUSE 2 Strike[nanos=160]
            PAUSE 1 Strike[];                           the step is there twice
            PAUSE 2 GoWrong[];                          nobody in this plan takes such a step
            PAUSE 2 Strike[client=99];                  nobody in this plan takes such a step
            PAUSE 2 Strike[client=-1];                  nobody in this plan takes such a step
            PAUS 2 Strike[];                            nobody in this plan takes such a step
            KILL 2 Strike[];                            nobody in this plan takes such a step
            client0 1 Strike[];                         nobody in this plan takes such a step
            client99 0;                                 nobody in this plan takes such a step
            run 1 GoWrong[];                            nobody in this plan takes such a step
            client0 1 LogIn[user=dan];                  no step in detail: at character 11 there must be "
            """)
    void whatIsNoScheduleIsRefusedWithTheLineAndTheReason(String line, String reason, @TempDir Path directory)
            throws IOException {
        String plan = Plan.of(42).toString().replaceFirst("faults=\\[[^]]*]", "faults=[PAUSE]");
        Path file =
                Files.writeString(directory.resolve("schedule"), plan + "\nPAUSE 1 Strike[]\n" + line + "\nrun 0\n");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordedRun.read(file))
                .withMessageStartingWith("line 3: " + reason)
                .withMessageEndingWith(": " + line);
    }

    @Test
    void whatHasNoPlanIsRefusedWithTheLineAndTheReason(@TempDir Path directory) throws IOException {
        String plan = Plan.of(42).toString();

        assertThat(refusal(directory, "")).startsWith("line 1: a plan has seed, ");
        assertThat(refusal(directory, "client0 0\n" + plan)).startsWith("line 1: a plan has seed, ");
        assertThat(refusal(directory, plan.replace("clients=", "clients=x"))).startsWith("line 1: For input string: ");
        for (String other : List.of(
                plan.replace("twoDirectories=", "twoDirectories=x"),
                plan.replace("seed=42", "seed=42, seed=43"),
                plan.replace("seed=42", "seed=42, wishes=3"),
                plan + "]")) {
            assertThat(refusal(directory, other)).startsWith("line 1: must be Plan[seed=42, ");
        }
    }

    private static String refusal(Path directory, String text) throws IOException {
        Path file = Files.writeString(directory.resolve("schedule"), text);
        return assertThrows(IllegalArgumentException.class, () -> RecordedRun.read(file))
                .getMessage();
    }

    private static void run(World world) {
        try (QuietLog quiet = new QuietLog()) {
            world.run();
        }
    }
}
