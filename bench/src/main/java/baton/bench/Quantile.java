package baton.bench;

import java.util.List;

/** Of some values, interpolated. */
final class Quantile {
    private Quantile() {}

    static double median(List<Double> values) {
        return of(values, 0.5);
    }

    /** @param share of the values that are below it, 0 to 1 */
    static double of(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        double at = share * (sorted.size() - 1);
        int below = (int) Math.floor(at);
        int above = (int) Math.ceil(at);
        return sorted.get(below) + (sorted.get(above) - sorted.get(below)) * (at - below);
    }
}
