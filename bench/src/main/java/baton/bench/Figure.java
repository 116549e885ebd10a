package baton.bench;

import java.util.Locale;

/**
 * One thing that a trial measured.
 *
 * @param isGain whether more of it is better
 */
record Figure(String what, double value, String unit, boolean isGain) {
    /** Of which less is better. */
    Figure(String what, double value, String unit) {
        this(what, value, unit, false);
    }

    /** Of which more is better. */
    static Figure gain(String what, double value, String unit) {
        return new Figure(what, value, unit, true);
    }

    /** Returns how many times as good this is, or infinity. */
    double timesAsGoodAs(Figure other) {
        return isGain ? value / other.value : other.value / value;
    }

    /** Puts both into words, this one first; seconds by the millisecond where there is none of either. */
    String comparedWith(Figure other) {
        boolean isShort = unit.equals("s") && value < 1 && other.value < 1;
        String values = isShort
                ? String.format(Locale.ROOT, "%s: %.0f vs %.0f ms", what, 1e3 * value, 1e3 * other.value)
                : String.format(Locale.ROOT, "%s: %,.2f vs %,.2f %s", what, value, other.value, unit);
        double ratio = timesAsGoodAs(other);
        return Double.isFinite(ratio)
                ? values + String.format(Locale.ROOT, isShort ? " = %.2fx" : " = %.1fx", ratio)
                : values;
    }
}
