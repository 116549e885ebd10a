package baton.server.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The paths with a quota, name by name: the deepest of them above a path is found by one look at each of its names, however many
 * quotas lie above each other. Not thread-safe.
 */
final class LimitedPaths {
    private static final class Step {
        private final @Nullable Step above;
        private final String name;
        private final Map<String, Step> below = new HashMap<>();
        private boolean limited;

        Step(@Nullable Step above, String name) {
            this.above = above;
            this.name = name;
        }
    }

    private final Step root = new Step(null, "");

    boolean isEmpty() {
        return root.below.isEmpty();
    }

    /** Adds a path that is not the root. */
    void add(String path) {
        Step step = root;
        for (int end = 0; end < path.length(); ) {
            int start = end + 1;
            end = endOfName(path, start);
            Step from = step;
            step = step.below.computeIfAbsent(path.substring(start, end), name -> new Step(from, name));
        }
        step.limited = true;
    }

    void remove(String path) {
        Step step = root;
        for (int end = 0; end < path.length() && step != null; ) {
            int start = end + 1;
            end = endOfName(path, start);
            step = step.below.get(path.substring(start, end));
        }
        if (step == null) {
            return;
        }
        step.limited = false;
        while (step.above != null && !step.limited && step.below.isEmpty()) {
            step.above.below.remove(step.name);
            step = step.above;
        }
    }

    /** Returns the longest of them that is the path or lies above it, and is shorter than that; null if there is none. */
    @Nullable
    String deepest(String path, int shorterThan) {
        int found = 0;
        Step step = root;
        for (int end = 0; end < path.length(); ) {
            int start = end + 1;
            end = endOfName(path, start);
            step = end < shorterThan ? step.below.get(path.substring(start, end)) : null;
            if (step == null) {
                break;
            }
            found = step.limited ? end : found;
        }
        return found == 0 ? null : path.substring(0, found);
    }

    private static int endOfName(String path, int start) {
        int slash = path.indexOf('/', start);
        return slash < 0 ? path.length() : slash;
    }

    /** Returns all of them, in their order. */
    List<String> all() {
        List<String> all = new ArrayList<>();
        List<Step> pending = new ArrayList<>(root.below.values());
        while (!pending.isEmpty()) {
            Step each = pending.remove(pending.size() - 1);
            pending.addAll(each.below.values());
            if (each.limited) {
                all.add(pathOf(each));
            }
        }
        all.sort(null);
        return all;
    }

    private static String pathOf(Step step) {
        List<String> names = new ArrayList<>();
        for (Step each = step; each.above != null; each = each.above) {
            names.add(each.name);
        }
        StringBuilder path = new StringBuilder();
        for (int i = names.size() - 1; i >= 0; i--) {
            path.append('/').append(names.get(i));
        }
        return path.toString();
    }
}
