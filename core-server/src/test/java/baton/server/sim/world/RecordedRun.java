package baton.server.sim.world;

import baton.server.sim.world.Schedule.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run in writing: what was turned on, and which steps were taken. As a text it has a line for the plan, shortened here,
 * and one for everybody who does something; the second pause takes a quarter of its time, and the whole run a sixteenth.
 *
 * <pre>
 * Plan[seed=42, firstZxid=1, clients=3, ...]
 * PAUSE 2/4
 * client0 0 1 3 4
 * run 0/16
 * </pre>
 *
 * <p>The seed in it decides nothing but how each step is taken.
 */
record RecordedRun(Plan plan, List<Step> steps) {
    RecordedRun {
        steps = List.copyOf(steps);
    }

    /** Reads what {@link #text} gave. */
    static RecordedRun read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<Step> steps = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split(" ");
            for (int i = 1; i < words.length; i++) {
                steps.add(Step.of(words[0], words[i]));
            }
        }
        return new RecordedRun(PlanText.read(lines.get(0)), steps);
    }

    String text() {
        Map<String, Map<Integer, Step>> numbers = new TreeMap<>();
        for (Step each : steps) {
            numbers.computeIfAbsent(each.who(), who -> new TreeMap<>()).put(each.number(), each);
        }
        StringBuilder text = new StringBuilder(plan + "\n");
        numbers.forEach((who, each) -> {
            text.append(who);
            each.values().forEach(step -> text.append(' ').append(step.text()));
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
