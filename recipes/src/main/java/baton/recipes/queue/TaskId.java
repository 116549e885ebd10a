package baton.recipes.queue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a task for its whole life, wherever it stands at the moment.
 *
 * <p>{@code task-<priority, two hex digits>-<uuid>}, followed by the store's sequence number where it has one. Names
 * put there by hand may look otherwise; they count as of {@link SubmitOptions#PRIORITY_DEFAULT}.
 *
 * @param name one segment of a path
 */
public record TaskId(String name) implements Comparable<TaskId> {
    private static final Pattern GRAMMAR = Pattern.compile("task-([0-9a-f]{2})-.+");

    public TaskId {
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException("task name \"" + name + "\": must be one non-empty segment of a path");
        }
    }

    /** Smaller goes first. */
    public int priority() {
        Matcher matcher = GRAMMAR.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1), 16) : SubmitOptions.PRIORITY_DEFAULT;
    }

    /** The label of the ordered create that names tasks of a priority. */
    static String labelOf(int priority) {
        return String.format("task-%02x-", priority);
    }

    @Override
    public int compareTo(TaskId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
