package baton.recipes.view;

import java.time.Duration;

/**
 * How a {@link ChildrenView} looks.
 *
 * @param recipe it looks for, as metrics name it
 * @param data whether the data of the children is read
 * @param sample zero: every change is heard of. Else the directory is read once in this time, and nothing is heard in
 *     between: the cost is that of the reading, however much changes
 */
public record ViewOptions(String recipe, boolean data, Duration sample) {
    private static final Duration SAMPLE_MAX = Duration.ofHours(1);

    public ViewOptions {
        if (sample.isNegative() || sample.compareTo(SAMPLE_MAX) > 0) {
            throw new IllegalArgumentException("sample " + sample + ": must be zero to " + SAMPLE_MAX);
        }
    }

    /** Hears of every change, and reads the data. */
    public static ViewOptions of(String recipe) {
        return new ViewOptions(recipe, true, Duration.ZERO);
    }

    boolean isSampled() {
        return !sample.isZero();
    }
}
