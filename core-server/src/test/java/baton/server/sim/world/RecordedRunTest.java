package baton.server.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written about a run is all of it, but for the time that things take. */
class RecordedRunTest {
    private static final int SEEDS = 3;

    /** Whatever a workload may draw: what is written is taken in its place, and nothing is drawn a second time. */
    @Test
    void aRunThatIsReadDoesTheSameToTheLastBit(@TempDir Path directory) throws IOException {
        for (long seed = FreshSeeds.first(); seed < FreshSeeds.first() + SEEDS; seed++) {
            Plan plan = Plan.of(seed).alsoWith(List.of(Feature.values()));
            Schedule everything = Schedule.ofEverything();
            World drawn = new World(plan, Defect.NONE, everything);
            run(drawn);
            Path file =
                    Files.writeString(directory.resolve("schedule"), new RecordedRun(plan, everything.taken()).text());

            RecordedRun read = RecordedRun.read(file);
            Schedule written = read.schedule();
            World again = new World(read.plan(), Defect.NONE, written);
            run(again);

            assertEquals(everything.taken(), written.taken(), "seed " + seed);
            assertEquals(drawn.hash(), again.hash(), "seed " + seed);
        }
    }

    private static void run(World world) {
        try (QuietLog quiet = new QuietLog()) {
            world.run();
        }
    }
}
