package baton.server.sim.world;

import baton.server.sim.history.Violation;
import baton.server.sim.world.Schedule.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run that broke a promise, made small: of all that happened in it, what can be left out without another rule being
 * broken, or none, is left out. First a half of it, then smaller parts, then single steps, clients among them; at last what
 * still lasts is made to last shorter.
 */
final class FailedRun {
    private static final int RUNS_MAX = 600;
    private static final int PART_MAX = 1 << 12;
    private static final String TEST =
            "mvn -pl core-server -am test -Dtest=WorldTest -Dsurefire.failIfNoSpecifiedTests=false ";

    private final Plan plan;
    private final Defect defect;
    private final Throwable broken;
    private final int stepsBefore;
    private List<Step> steps;
    private int runs;

    /** @param schedule that of the run: it has noted what was done */
    FailedRun(Plan plan, Defect defect, Schedule schedule, Throwable broken) {
        this.plan = plan;
        this.defect = defect;
        this.broken = broken;
        this.steps = schedule.taken();
        this.stepsBefore = steps.size();
    }

    /** Returns the rule that a world breaks, or the kind of its failure; null if it is good. */
    static @Nullable String ruleBrokenIn(World world) {
        try (QuietLog quiet = new QuietLog()) {
            world.run();
            quiet.requireNoBug();
            return null;
        } catch (RuntimeException | AssertionError failure) {
            return ruleOf(failure);
        }
    }

    private static String ruleOf(Throwable failure) {
        return failure instanceof Violation violation
                ? violation.rule()
                : failure.getClass().getSimpleName();
    }

    /** Leaves out what can be, and returns what remains. */
    RecordedRun shrink() {
        for (String each : steps.stream().map(Step::who).distinct().toList()) {
            leaveOut(step -> step.who().equals(each));
        }
        for (int part = Math.max(1, steps.size() / 2); part > 0 && runs < RUNS_MAX; part /= 2) {
            for (int at = 0; at < steps.size() && runs < RUNS_MAX; ) {
                List<Step> fewer = new ArrayList<>(steps.subList(0, at));
                fewer.addAll(steps.subList(Math.min(steps.size(), at + part), steps.size()));
                if (isAsBad(fewer)) {
                    steps = fewer;
                } else {
                    at += part;
                }
            }
        }
        shorten();
        return new RecordedRun(plan, steps);
    }

    private void leaveOut(Predicate<Step> some) {
        List<Step> fewer = steps.stream().filter(some.negate()).toList();
        if (isAsBad(fewer)) {
            steps = fewer;
        }
    }

    private void shorten() {
        Schedule schedule = Schedule.of(steps);
        ruleBrokenIn(new World(plan, defect, schedule));
        for (Step each : schedule.lasting()) {
            for (Step shorter = each.shorter(); shorter.part() <= PART_MAX; shorter = shorter.shorter()) {
                List<Step> changed = new ArrayList<>(steps);
                changed.removeIf(step -> step.who().equals(each.who()) && step.number() == each.number());
                changed.add(shorter);
                if (!isAsBad(changed)) {
                    break;
                }
                steps = changed;
            }
        }
    }

    private boolean isAsBad(List<Step> fewer) {
        runs++;
        return ruleOf(broken).equals(ruleBrokenIn(new RecordedRun(plan, fewer).world(defect)));
    }

    /**
     * Makes the run small and writes all about it to a directory named after its seed.
     *
     * @return the plan, where to look and how to do it again
     */
    String write(Path parent) {
        RecordedRun small = shrink();
        Path directory = parent.resolve(Long.toString(plan.seed())).toAbsolutePath();
        Path schedule = directory.resolve("schedule");
        String summary = plan + "\n" + ruleOf(broken) + " takes " + steps.size() + " of " + stepsBefore
                + " steps, all about it is in " + directory
                + "\nreplay: " + TEST + "-Dsim.seed=" + plan.seed() + also() + " -Dsim.commit=" + Commit.here()
                + "\nreplay what is left: " + TEST + "-Dsim.schedule=" + schedule;
        World world = small.world(defect);
        List<String> trace = world.trace();
        ruleBrokenIn(world);
        try {
            Files.createDirectories(directory);
            Files.writeString(schedule, small.text());
            Files.writeString(directory.resolve("summary"), broken + "\n" + summary + "\n");
            Files.write(directory.resolve("trace"), trace);
            Files.write(directory.resolve("history"), world.history().lines());
            world.machine().files().export(directory.resolve("disk"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + directory, e);
        }
        return summary;
    }

    private String also() {
        return plan.equals(Plan.of(plan.seed()))
                ? ""
                : " -Dsim.also=" + plan.traits().map(String::valueOf).collect(Collectors.joining(","));
    }
}
