package baton.server.admin;

import baton.server.admin.Metric.Count;
import baton.server.admin.Metric.Family;
import baton.server.admin.Metric.Gauge;
import baton.server.admin.Metric.Histogram;
import baton.server.admin.Metric.KeyedCount;
import baton.server.admin.Metric.KeyedGauge;
import baton.server.admin.Metric.KeyedSpread;
import baton.server.admin.Metric.Spread;
import baton.server.admin.Metric.Sums;
import baton.server.config.AdminSettings.CounterNames;
import baton.server.runtime.Distribution;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Metrics as Prometheus reads them: text format 0.0.4, or OpenMetrics 1.0.
 *
 * <p>Counters bear the plain name of up to 3.9, the one with {@code _total} of later, or both. OpenMetrics has no counter
 * without {@code _total}, so there the plain one is of unknown type.
 */
final class PrometheusText {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    static final String OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    // Steps of histograms: powers of two, from 65 microseconds to 8.6 seconds for times, and from 1 to 4096 for others.
    private static final int NANOS_EXPONENT_FIRST = 16;
    private static final int NANOS_EXPONENT_LAST = 33;
    private static final int PLAIN_EXPONENT_LAST = 12;
    private static final double NANOS_PER_SECOND = 1e9;

    private final CounterNames counterNames;
    private final boolean openMetrics;
    private final StringBuilder text = new StringBuilder(1 << 16);
    private final Set<String> typed = new HashSet<>();
    private final Set<String> names = new HashSet<>();

    private PrometheusText(CounterNames counterNames, boolean openMetrics) {
        this.counterNames = counterNames;
        this.openMetrics = openMetrics;
    }

    static String of(List<Metric> metrics, CounterNames counterNames, boolean openMetrics) {
        PrometheusText page = new PrometheusText(counterNames, openMetrics);
        metrics.forEach(each -> page.names.add(each.name()));
        metrics.forEach(page::metric);
        if (openMetrics) {
            page.text.append("# EOF\n");
        }
        return page.text.toString();
    }

    private void metric(Metric metric) {
        if (metric instanceof Gauge gauge) {
            type(gauge.name(), "gauge");
            sample(gauge.name(), "", gauge.value());
        } else if (metric instanceof Count count) {
            counter(count.name(), Map.of("", count.value()));
        } else if (metric instanceof Spread spread) {
            type(spread.name(), "summary");
            summary(spread, "");
        } else if (metric instanceof Histogram histogram) {
            histogram(histogram);
        } else if (metric instanceof Family family) {
            family(family);
        } else if (metric instanceof Sums sums) {
            sums(sums);
        } else {
            keyed(metric);
        }
    }

    private void keyed(Metric metric) {
        if (metric instanceof KeyedSpread keyed) {
            type(keyed.name(), "summary");
            keyed.byKey().keySet().forEach(key -> summary(keyed.of(key), label("key", key)));
        } else if (metric instanceof KeyedGauge keyed) {
            type(keyed.name(), "gauge");
            keyed.byKey().forEach((key, value) -> sample(keyed.name(), label("key", key), value));
        } else if (metric instanceof KeyedCount keyed) {
            counter(keyed.name(), labelled(keyed.byKey()));
        }
    }

    private static Map<String, Long> labelled(Map<String, Long> byKey) {
        Map<String, Long> labelled = new LinkedHashMap<>();
        byKey.forEach((key, value) -> labelled.put(label("key", key), value));
        return labelled;
    }

    private void counter(String name, Map<String, Long> byLabels) {
        if (counterNames != CounterNames.TOTAL) {
            type(name, openMetrics ? "unknown" : "counter");
            byLabels.forEach((labels, value) -> sample(name, labels, value));
        }
        if (counterNames != CounterNames.PLAIN && !(openMetrics && counterNames == CounterNames.BOTH)) {
            type(openMetrics ? name : name + "_total", "counter");
            byLabels.forEach((labels, value) -> sample(name + "_total", labels, value));
        }
    }

    private void summary(Spread spread, String labels) {
        quantile(spread, labels, "0.5", 0.5);
        if (spread.detailed()) {
            quantile(spread, labels, "0.9", 0.9);
            quantile(spread, labels, "0.95", 0.95);
            quantile(spread, labels, "0.99", 0.99);
        }
        sample(spread.name() + "_count", labels, spread.summary().count());
        sample(spread.name() + "_sum", labels, (double) spread.summary().sum() / spread.unit());
    }

    private void quantile(Spread spread, String labels, String name, double share) {
        double value = spread.summary().count() == 0
                ? Double.NaN
                : (double) spread.summary().quantile(share) / spread.unit();
        sample(spread.name(), labels(labels, label("quantile", name)), value);
    }

    private void sums(Sums sums) {
        type(sums.name(), "summary");
        sums.values().forEach((labels, each) -> {
            sample(sums.name() + "_count", labels, each.count());
            sample(sums.name() + "_sum", labels, each.sum());
        });
    }

    private void histogram(Histogram histogram) {
        type(histogram.name(), "histogram");
        Distribution.Summary summary = histogram.summary();
        boolean seconds = histogram.seconds();
        int last = seconds ? NANOS_EXPONENT_LAST : PLAIN_EXPONENT_LAST;
        for (int exponent = seconds ? NANOS_EXPONENT_FIRST : 0; exponent <= last; exponent++) {
            double step = (double) (1L << exponent);
            // A value that is exactly on a step lies above it in the buckets: one in many millions of nanoseconds.
            long below = seconds ? summary.countBelowPowerOfTwo(exponent) : summary.countUpToPowerOfTwo(exponent);
            sample(
                    histogram.name() + "_bucket",
                    labels(histogram.labels(), "le=\"" + (seconds ? step / NANOS_PER_SECOND : step) + "\""),
                    below);
        }
        sample(histogram.name() + "_bucket", labels(histogram.labels(), "le=\"+Inf\""), summary.count());
        sample(histogram.name() + "_count", histogram.labels(), summary.count());
        sample(
                histogram.name() + "_sum",
                histogram.labels(),
                seconds ? summary.sum() / NANOS_PER_SECOND : (double) summary.sum());
    }

    private static String labels(String some, String more) {
        return some.isEmpty() ? more : some + "," + more;
    }

    private void family(Family family) {
        if (openMetrics && family.type().equals("gauge") && names.contains(family.name() + "_total")) {
            // There it would have the name of the counter.
            return;
        }
        // OpenMetrics types a counter by its name without the ending that its samples have.
        boolean total = family.name().endsWith("_total");
        String typedName = openMetrics && total
                ? family.name().substring(0, family.name().length() - "_total".length())
                : family.name();
        type(typedName, family.type());
        family.values().forEach((labels, value) -> sample(family.name(), labels, value));
    }

    private void type(String name, String type) {
        if (typed.add(name)) {
            text.append("# HELP ")
                    .append(name)
                    .append(' ')
                    .append(name.replace('_', ' '))
                    .append('\n');
            text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        }
    }

    private void sample(String name, String labels, Number value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(value).append('\n');
    }

    /** Returns a label with its value, quoted. */
    static String label(String name, String value) {
        return name + "=\"" + escaped(value) + "\"";
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
