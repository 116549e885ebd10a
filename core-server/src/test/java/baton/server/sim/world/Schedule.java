package baton.server.sim.world;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which of the steps that a seed wants are taken: strikes of a fault and requests of a client, each counted from 1, and
 * whether a client is there at all, which is its step 0. What lasts may be cut to a part.
 *
 * <p>A schedule is good for one run, in which it notes the steps that were taken.
 */
final class Schedule {
    /** Who the length of the run belongs to. */
    static final String RUN = "run";

    private static final int SHORTER = 4;

    /**
     * One thing that somebody does.
     *
     * @param part by what the time that it lasts is divided
     */
    record Step(String who, int number, int part) {
        Step(String who, int number) {
            this(who, number, 1);
        }

        Step shorter() {
            return new Step(who, number, part * SHORTER);
        }

        static Step of(String who, String text) {
            String[] numbers = text.split("/");
            return new Step(who, Integer.parseInt(numbers[0]), numbers.length == 1 ? 1 : Integer.parseInt(numbers[1]));
        }

        String text() {
            return part == 1 ? Integer.toString(number) : number + "/" + part;
        }
    }

    private final boolean isOfEverything;
    private final Map<String, Map<Integer, Step>> kept = new HashMap<>();
    private final Map<String, Integer> wanted = new HashMap<>();
    private final Set<Step> taken = new LinkedHashSet<>();
    private final Set<Step> lasting = new LinkedHashSet<>();

    private Schedule(boolean isOfEverything, List<Step> steps) {
        this.isOfEverything = isOfEverything;
        for (Step each : steps) {
            kept.computeIfAbsent(each.who, who -> new HashMap<>()).put(each.number, each);
        }
    }

    static Schedule ofEverything() {
        return new Schedule(true, List.of());
    }

    static Schedule of(List<Step> kept) {
        return new Schedule(false, kept);
    }

    /** Says whether a client takes part. */
    boolean includes(String who) {
        return takes(who, 0);
    }

    /** Says whether somebody takes the next step that the seed wants. */
    boolean takes(String who) {
        return takes(who, wanted.merge(who, 1, Integer::sum));
    }

    private boolean takes(String who, int number) {
        Step step = step(who, number);
        boolean takes = isOfEverything || kept.getOrDefault(who, Map.of()).containsKey(number);
        if (takes) {
            taken.add(step);
        }
        return takes;
    }

    private Step step(String who, int number) {
        return kept.getOrDefault(who, Map.of()).getOrDefault(number, new Step(who, number));
    }

    /** Returns how long that lasts which somebody does in the step just taken, if it would last so long by itself. */
    long lasts(String who, long nanos) {
        Step step = step(who, wanted.getOrDefault(who, 0));
        lasting.add(step);
        return nanos / step.part;
    }

    /** Returns the steps that were taken so far, in their order. */
    List<Step> taken() {
        return List.copyOf(taken);
    }

    /** Returns those steps of which it mattered how long they last, and the run itself. */
    List<Step> lasting() {
        return List.copyOf(lasting);
    }
}
