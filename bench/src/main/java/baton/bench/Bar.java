package baton.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** How many times better than Apache ZooKeeper we want to be, for each thing that is asked for. */
record Bar(List<Part> parts) {
    Bar {
        parts = List.copyOf(parts);
    }

    /**
     * One thing that is asked for.
     *
     * @param floor below it a release is not fast enough
     * @param target what we are after
     */
    record Part(Measure measure, double floor, double target) {}

    /** What the ratios of a result are. */
    @FunctionalInterface
    interface Ratios {
        double of(Measure measure);
    }

    /** A bar for operations a second. */
    static Bar of(double floor, double target) {
        return new Bar(List.of(new Part(Measure.THROUGHPUT, floor, target)));
    }

    /** A bar for the half of all answers that comes first. */
    static Bar ofMedian(double floor, double target) {
        return new Bar(List.of(new Part(Measure.P50, floor, target)));
    }

    /** This bar, with one for something else beside it. */
    Bar and(Measure measure, double floor, double target) {
        List<Part> more = new ArrayList<>(parts);
        more.add(new Part(measure, floor, target));
        return new Bar(more);
    }

    boolean isReached(Ratios ratios) {
        return parts.stream().allMatch(part -> ratios.of(part.measure) >= part.target);
    }

    /** Says whether a release with such ratios is not fast enough. */
    boolean isMissed(Ratios ratios) {
        return parts.stream().anyMatch(part -> ratios.of(part.measure) < part.floor);
    }

    /** Floor and target as two cells of a table. */
    String cells() {
        return listed(Part::floor, "") + " | " + listed(Part::target, "");
    }

    /** The ratios of what is asked for but processor time, as a cell of a table. */
    String cell(Ratios ratios) {
        return parts.stream()
                .filter(part -> part.measure != Measure.CPU)
                .map(part -> named(part, ratios.of(part.measure), ""))
                .collect(Collectors.joining("; "));
    }

    /** How the ratios stand to it, in a word. */
    String verdict(Ratios ratios) {
        if (isReached(ratios)) {
            return "target " + listed(Part::target, "x") + " reached";
        }
        return isMissed(ratios)
                ? "BELOW THE FLOOR " + listed(Part::floor, "x")
                : "short of the target " + listed(Part::target, "x");
    }

    private String listed(ToDoubleFunction<Part> bound, String unit) {
        return parts.stream()
                .map(part -> named(part, bound.applyAsDouble(part), unit))
                .collect(Collectors.joining("; "));
    }

    private static String named(Part part, double ratio, String unit) {
        String digits = part.measure == Measure.CPU && ratio == Math.rint(ratio) ? "%.0f" : "%.1f";
        return part.measure.prefix + String.format(Locale.ROOT, digits, ratio) + unit;
    }
}
