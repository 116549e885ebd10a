package baton.server.sim.world;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which of the steps that a seed wants are taken: strikes of a fault, and requests of a client, each counted from 1. As a
 * text it has a line for the seed and one for everybody who may do something.
 *
 * <pre>
 * seed 42
 * RESET 2
 * client0 1 3 4
 * </pre>
 *
 * <p>A schedule is good for one run, in which it notes the steps that were taken.
 */
final class Schedule {
    /** One thing that somebody does. */
    record Step(String who, int number) {}

    private final long seed;
    private final @Nullable Set<Step> kept;
    private final Map<String, Integer> wanted = new HashMap<>();
    private final Set<Step> taken = new LinkedHashSet<>();

    private Schedule(long seed, @Nullable Set<Step> kept) {
        this.seed = seed;
        this.kept = kept;
    }

    static Schedule ofEverything() {
        return new Schedule(0, null);
    }

    static Schedule of(long seed, List<Step> kept) {
        return new Schedule(seed, new LinkedHashSet<>(kept));
    }

    /** Reads what {@link #text} gave. */
    static Schedule read(Path file) throws IOException {
        long seed = 0;
        List<Step> kept = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ");
            if (words[0].equals("seed")) {
                seed = Long.parseLong(words[1]);
                continue;
            }
            for (int i = 1; i < words.length; i++) {
                kept.add(new Step(words[0], Integer.parseInt(words[i])));
            }
        }
        return of(seed, kept);
    }

    static String text(long seed, List<Step> steps) {
        Map<String, Set<Integer>> numbers = new TreeMap<>();
        for (Step each : steps) {
            numbers.computeIfAbsent(each.who, who -> new TreeSet<>()).add(each.number);
        }
        StringBuilder text = new StringBuilder("seed " + seed + "\n");
        numbers.forEach((who, each) -> {
            text.append(who);
            each.forEach(number -> text.append(' ').append(number));
            text.append('\n');
        });
        return text.toString();
    }

    long seed() {
        return seed;
    }

    /** Says whether somebody takes the next step that the seed wants. */
    boolean takes(String who) {
        Step step = new Step(who, wanted.merge(who, 1, Integer::sum));
        boolean takes = kept == null || kept.contains(step);
        if (takes) {
            taken.add(step);
        }
        return takes;
    }

    /** Returns the steps that were taken so far, in their order. */
    List<Step> taken() {
        return List.copyOf(taken);
    }
}
