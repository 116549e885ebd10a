package baton.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * One thing that a trial measured.
 *
 * @param isGain whether more of it is better
 * @param bound what is asked of it
 */
record Figure(String what, double value, String unit, boolean isGain, Bound bound) {
    /**
     * How many times as good as Apache ZooKeeper's it is to be.
     *
     * @param floor below it a release is not good enough
     * @param target what we are after
     */
    record Bound(double floor, double target) {
        /** Nothing is asked. */
        static final Bound NONE = new Bound(0, 0);

        private String verdict(double ratio) {
            if (equals(NONE)) {
                return "";
            }
            if (ratio >= target) {
                return String.format(Locale.ROOT, ", target %.1fx reached", target);
            }
            return ratio < floor
                    ? String.format(Locale.ROOT, ", BELOW THE FLOOR %.1fx", floor)
                    : String.format(Locale.ROOT, ", above the floor %.1fx, short of the target %.1fx", floor, target);
        }
    }

    /** Of which less is better. */
    Figure(String what, double value, String unit) {
        this(what, value, unit, false, Bound.NONE);
    }

    /** Of which more is better. */
    static Figure gain(String what, double value, String unit) {
        return new Figure(what, value, unit, true, Bound.NONE);
    }

    /** This, of which so much is asked. */
    Figure wanted(double floor, double target) {
        return new Figure(what, value, unit, isGain, new Bound(floor, target));
    }

    /** Returns how many times as good this is, or infinity. */
    double timesAsGoodAs(Figure other) {
        return isGain ? value / other.value : other.value / value;
    }

    /**
     * Puts the medians of what was measured pair by pair into words, ours first, and how many times as good ours is: the median
     * of that, and between which the half of it in the middle is. Seconds are told by the millisecond where there is none of
     * either.
     */
    static String compared(List<Figure> ours, List<Figure> theirs) {
        double our = Quantile.median(ours.stream().map(Figure::value).toList());
        double their = Quantile.median(theirs.stream().map(Figure::value).toList());
        Figure one = ours.get(0);
        boolean isShort = one.unit.equals("s") && our < 1 && their < 1;
        String values = isShort
                ? String.format(Locale.ROOT, "%s: %.0f vs %.0f ms", one.what, 1e3 * our, 1e3 * their)
                : String.format(Locale.ROOT, "%s: %,.2f vs %,.2f %s", one.what, our, their, one.unit);
        List<Double> ratios = ratios(ours, theirs);
        if (!ratios.stream().allMatch(Double::isFinite)) {
            return values;
        }
        String form = isShort ? "%.2f" : "%.1f";
        double ratio = Quantile.median(ratios);
        String times = String.format(Locale.ROOT, " = " + form + "x", ratio);
        String spread = ratios.size() == 1
                ? ""
                : String.format(
                        Locale.ROOT,
                        " (IQR " + form + "-" + form + ", %d pairs)",
                        Quantile.of(ratios, 0.25),
                        Quantile.of(ratios, 0.75),
                        ratios.size());
        return values + times + spread + one.bound.verdict(ratio);
    }

    private static List<Double> ratios(List<Figure> ours, List<Figure> theirs) {
        return IntStream.range(0, ours.size())
                .mapToObj(at -> ours.get(at).timesAsGoodAs(theirs.get(at)))
                .toList();
    }
}
