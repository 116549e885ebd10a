package baton.server.admin;

import baton.server.runtime.Distribution;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

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
        private static final double FOUR_DECIMALS = 10_000;

        long shown(long measured) {
            return measured / unit;
        }

        long min() {
            return shown(summary.min());
        }

        /** With four decimals at most. */
        double average() {
            return Math.round(summary.average() / unit * FOUR_DECIMALS) / FOUR_DECIMALS;
        }

        /** Rounded up, or an average that has its fractions could be above it. */
        long max() {
            return shown(summary.max() + unit - 1);
        }
    }

    /**
     * A spread in base units, with fixed steps.
     *
     * @param seconds whether nanoseconds were measured; if not, it is a plain number
     */
    record Histogram(String name, String labels, Distribution.Summary summary, boolean seconds) implements Metric {}

    /** Numbers that differ by the node under the root that they are about. */
    record KeyedGauge(String name, Map<String, Long> byKey) implements Metric {
        public KeyedGauge {
            byKey = new TreeMap<>(byKey);
        }
    }

    /** Counters that differ likewise. */
    record KeyedCount(String name, Map<String, Long> byKey) implements Metric {
        public KeyedCount {
            byKey = new TreeMap<>(byKey);
        }
    }

    /** Spreads that differ likewise, of plain numbers and not detailed. */
    record KeyedSpread(String name, Map<String, Distribution.Summary> byKey) implements Metric {
        public KeyedSpread {
            byKey = new TreeMap<>(byKey);
        }

        Spread of(String key) {
            return new Spread(name, byKey.getOrDefault(key, Distribution.Summary.NOTHING), 1, false);
        }
    }

    /** How often something was done and how much it came to, by labels. */
    record Sums(String name, Map<String, Sum> values) implements Metric {
        record Sum(long count, double sum) {}

        public Sums {
            values = new LinkedHashMap<>(values);
        }
    }

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
