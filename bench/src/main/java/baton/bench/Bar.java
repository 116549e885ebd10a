package baton.bench;

import java.util.Locale;

/**
 * How many times as fast as Apache ZooKeeper we want to be, and how many times less processor time the server is to take;
 * 0 where nothing is asked.
 *
 * @param floor below it a release is not fast enough
 * @param target what we are after
 */
record Bar(double floor, double target, double cpuFloor, double cpuTarget) {
    static Bar of(double floor, double target) {
        return new Bar(floor, target, 0, 0);
    }

    boolean isReached(double ratio, double cpuRatio) {
        return ratio >= target && cpuRatio >= cpuTarget;
    }

    /** Says whether a ratio is below its floor. */
    boolean isMissed(double ratio, double cpuRatio) {
        return ratio < floor || cpuRatio < cpuFloor;
    }

    /** Floor and target as two cells of a table. */
    String cells() {
        return String.format(Locale.ROOT, "%s | %s", both(floor, cpuFloor), both(target, cpuTarget));
    }

    private static String both(double throughput, double cpu) {
        return String.format(Locale.ROOT, "%.1f", throughput)
                + (cpu == 0 ? "" : String.format(Locale.ROOT, "; CPU %.0f", cpu));
    }

    /** How the ratios stand to it, in a word. */
    String verdict(double ratio, double cpuRatio) {
        String wanted = String.format(Locale.ROOT, "%.1fx", target)
                + (cpuTarget == 0 ? "" : String.format(Locale.ROOT, " and %.0fx CPU", cpuTarget));
        if (isReached(ratio, cpuRatio)) {
            return "target " + wanted + " reached";
        }
        return isMissed(ratio, cpuRatio)
                ? String.format(Locale.ROOT, "BELOW THE FLOOR %.1fx", floor)
                        + (cpuFloor == 0 ? "" : String.format(Locale.ROOT, " and %.0fx CPU", cpuFloor))
                : "short of the target " + wanted;
    }
}
