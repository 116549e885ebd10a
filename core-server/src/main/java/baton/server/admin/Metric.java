package baton.server.admin;

import baton.server.runtime.Distribution;
import java.util.LinkedHashMap;
import java.util.Map;

/** Something that is watched, under the name that tools know. */
sealed interface Metric {
    String name();

    /** A number that goes up and down. */
    record Gauge(String name, Number value) implements Metric {}

    /** A number that only goes up. */
    record Count(String name, long value) implements Metric {}

    /**
     * A number that is measured again and again.
     *
     * @param unit by what the measured values are divided to be shown: 1, or a million for milliseconds of nanoseconds
     * @param detailed whether more than the middle of its quantiles is shown
     */
    record Spread(String name, Distribution.Summary summary, long unit, boolean detailed) implements Metric {
        long shown(long measured) {
            return measured / unit;
        }

        double average() {
            return summary.average() / unit;
        }
    }

    /**
     * A spread in base units, with fixed steps.
     *
     * @param seconds whether nanoseconds were measured; if not, it is a plain number
     */
    record Histogram(String name, String labels, Distribution.Summary summary, boolean seconds) implements Metric {}

    /**
     * Numbers that differ by a label.
     *
     * @param type as metrics pages name it
     * @param values by labels such as {@code area="heap"}, or by nothing for a single one
     */
    record Family(String name, String type, Map<String, Number> values) implements Metric {
        public Family {
            values = new LinkedHashMap<>(values);
        }

        static Family gauge(String name, Number value) {
            return new Family(name, "gauge", Map.of("", value));
        }
    }
}
