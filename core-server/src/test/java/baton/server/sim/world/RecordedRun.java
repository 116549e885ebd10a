package baton.server.sim.world;

import baton.server.sim.world.Schedule.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
 * <p>The seed in it decides when each step is taken, how a client goes and comes back (whether it claims to have seen more
 * than there is, and which of its proofs and watches it sends again), and how wires, disk and server go on; not what a step
 * is. What those say and do who come with a {@link Strike} follows from the seed in that.
 */
record RecordedRun(Plan plan, List<Step> steps) {
    private static final Pattern STEP = Pattern.compile("(\\w+) (\\d+)(?:/(\\d+))?(?: (.*))?");
    private static final Comparator<Step> ORDER =
            Comparator.comparing(Step::who).thenComparing(Step::number);

    RecordedRun {
        steps = List.copyOf(steps);
    }

    /**
     * Reads what {@link #text} gave, steps in any order; throws {@link IllegalArgumentException}, with the line, for anything
     * else: a step that nobody in this plan can take, that is there twice, or that is not written as it would be here.
     */
    static RecordedRun read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        Plan plan = read(lines, 0, PlanText::read);
        Map<String, Step> steps = new LinkedHashMap<>();
        for (int i = 1; i < lines.size(); i++) {
            read(lines, i, line -> {
                Step step = step(line);
                require(canBeTaken(step, plan), "nobody in this plan takes such a step");
                require(steps.put(step.who() + " " + step.number(), step) == null, "the step is there twice");
                return step;
            });
        }
        return new RecordedRun(plan, List.copyOf(steps.values()));
    }

    private static <T> T read(List<String> lines, int at, Function<String, T> reader) {
        String line = at < lines.size() ? lines.get(at) : "";
        try {
            return reader.apply(line);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("line " + (at + 1) + ": " + e.getMessage() + ": " + line, e);
        }
    }

    private static void require(boolean isSo, String what) {
        if (!isSo) {
            throw new IllegalArgumentException(what);
        }
    }

    private static Step step(String line) {
        Matcher parts = STEP.matcher(line);
        require(parts.matches(), "a step is somebody, a number and what it is");
        int part = parts.group(3) == null ? 1 : Integer.parseInt(parts.group(3));
        Schedule.@Nullable Detail detail = parts.group(4) == null ? null : DetailText.read(parts.group(4));
        Step step = new Step(parts.group(1), Integer.parseInt(parts.group(2)), part, detail);
        require(text(step).equals(line), "must be " + text(step));
        return step;
    }

    private static boolean canBeTaken(Step step, Plan plan) {
        if (step.detail() instanceof Strike strike) {
            return plan.faults().stream().anyMatch(each -> each.name().equals(step.who()))
                    && strike.client() >= 0
                    && strike.client() < plan.clients();
        }
        return IntStream.range(0, plan.clients()).mapToObj(WorldClient::name).anyMatch(step.who()::equals)
                || step.who().equals(Schedule.RUN) && step.number() == 0;
    }

    String text() {
        return steps.stream()
                .sorted(ORDER)
                .map(each -> text(each) + "\n")
                .collect(Collectors.joining("", plan + "\n", ""));
    }

    private static String text(Step step) {
        return step.who()
                + " " + step.number()
                + (step.part() == 1 ? "" : "/" + step.part())
                + (step.detail() == null ? "" : " " + DetailText.of(step.detail()));
    }

    Schedule schedule() {
        return Schedule.of(steps);
    }

    /** Makes the world in which it happens once more. */
    World world(Defect defect) {
        return new World(plan, defect, schedule());
    }
}
