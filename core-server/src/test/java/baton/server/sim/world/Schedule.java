package baton.server.sim.world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which steps are taken, and what each of them is: strikes of a fault and deeds of a client, each counted from 1, and
 * whether a client is there at all, which is its step 0. What lasts may be cut to a part. A schedule of everything has it
 * drawn; of any other a run takes what is written there, when the step's time has come, and draws nothing in its place.
 *
 * <p>A schedule is good for one run, in which it notes the steps that were taken.
 */
final class Schedule {
    /** Who the length of the run belongs to. */
    static final String RUN = "run";

    private static final int SHORTER = 4;

    /** What a step is, apart from who takes it and when. */
    sealed interface Detail permits Deed, Strike {}

    /**
     * One thing that somebody does.
     *
     * @param part by what the time that it lasts is divided
     * @param detail null if the number is 0
     */
    record Step(String who, int number, int part, @Nullable Detail detail) {
        Step {
            if (number < 0 || part < 1) {
                throw new IllegalArgumentException(
                        who + " " + number + "/" + part + ": steps are counted from 0, and parts are 1 or more");
            }
            if ((number == 0) != (detail == null)) {
                throw new IllegalArgumentException(
                        who + " " + number + ": a step must say what it is, and only the one of number 0 is nothing");
            }
        }

        /** Makes the step that is no more than being there. */
        Step(String who) {
            this(who, 0, 1, null);
        }

        Step shorter() {
            return new Step(who, number, part * SHORTER, detail);
        }
    }

    private final boolean isOfEverything;
    private final Map<String, Map<Integer, Step>> kept = new TreeMap<>();
    private final Map<String, Integer> wanted = new HashMap<>();
    private final List<Step> taken = new ArrayList<>();
    private final List<Step> lasting = new ArrayList<>();

    private Schedule(boolean isOfEverything, List<Step> steps) {
        this.isOfEverything = isOfEverything;
        for (Step each : steps) {
            kept.computeIfAbsent(each.who, who -> new TreeMap<>()).put(each.number, each);
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
        return take(isOfEverything ? new Step(who) : written(who, 0)) != null;
    }

    /** Returns what somebody does whose next step is due; null if that is left out. */
    <D extends Detail> @Nullable D next(String who, Class<D> kind, Supplier<D> drawn) {
        int number = wanted.merge(who, 1, Integer::sum);
        Step step = take(isOfEverything ? new Step(who, number, 1, drawn.get()) : written(who, number));
        return step == null ? null : kind.cast(step.detail);
    }

    private @Nullable Step written(String who, int number) {
        return kept.getOrDefault(who, Map.of()).get(number);
    }

    private @Nullable Step take(@Nullable Step step) {
        if (step != null) {
            taken.add(step);
        }
        return step;
    }

    /** Returns how long the step just taken lasts, if it would last so long by itself. */
    long lasts(long nanos) {
        return lasts(taken.get(taken.size() - 1), nanos);
    }

    /** Returns how long the run lasts, if it would last so long by itself. */
    long runLasts(long nanos) {
        Step written = written(RUN, 0);
        return lasts(written == null ? new Step(RUN) : written, nanos);
    }

    private long lasts(Step step, long nanos) {
        lasting.add(step);
        return nanos / step.part;
    }

    /** Returns the steps that were taken so far, in their order. */
    List<Step> taken() {
        return List.copyOf(taken);
    }

    /** Returns the steps that are written and have not come due so far. */
    List<Step> left() {
        return kept.values().stream()
                .flatMap(steps -> steps.values().stream())
                .filter(each -> !taken.contains(each) && !each.who.equals(RUN))
                .toList();
    }

    /** Returns those steps of which it mattered how long they last, and the run itself. */
    List<Step> lasting() {
        return List.copyOf(lasting);
    }
}
