package baton.server.sim.world;

import baton.server.sim.world.Schedule.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run in writing: what was turned on, and each step that was taken. As a text it has a line for the plan, shortened here,
 * and one for each step; the second pause takes a quarter of its time, and the whole run a sixteenth.
 *
 * <pre>
 * Plan[seed=42, firstZxid=1, clients=3, ...]
 * PAUSE 2/4 Strike[nanos=48000000]
 * client0 0
 * client0 3 GetData[path="/a", watch=true]
 * run 0/16
 * </pre>
 *
 * <p>The seed in it decides when each step is taken, and how wires, disk and server go on; not what a step is.
 */
record RecordedRun(Plan plan, List<Step> steps) {
    private static final Comparator<Step> ORDER =
            Comparator.comparing(Step::who).thenComparing(Step::number);

    RecordedRun {
        steps = List.copyOf(steps);
    }

    /** Reads what {@link #text} gave; throws {@link IllegalArgumentException}, with the line, for anything else. */
    static RecordedRun read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<Step> steps =
                lines.stream().skip(1).map(line -> step(line.split(" ", 3))).toList();
        return new RecordedRun(PlanText.read(lines.get(0)), steps);
    }

    private static Step step(String... words) {
        String[] numbers = words[1].split("/");
        int part = numbers.length == 1 ? 1 : Integer.parseInt(numbers[1]);
        Schedule.@Nullable Detail detail = words.length == 2 ? null : DetailText.read(words[2]);
        return new Step(words[0], Integer.parseInt(numbers[0]), part, detail);
    }

    String text() {
        StringBuilder text = new StringBuilder(plan + "\n");
        steps.stream().sorted(ORDER).forEach(step -> {
            text.append(step.who()).append(' ').append(step.number());
            if (step.part() != 1) {
                text.append('/').append(step.part());
            }
            if (step.detail() != null) {
                text.append(' ').append(DetailText.of(step.detail()));
            }
            text.append('\n');
        });
        return text.toString();
    }

    Schedule schedule() {
        return Schedule.of(steps);
    }

    /** Makes the world in which it happens once more. */
    World world(Defect defect) {
        return new World(plan, defect, schedule());
    }
}
