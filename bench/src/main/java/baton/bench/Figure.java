package baton.bench;

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
}
