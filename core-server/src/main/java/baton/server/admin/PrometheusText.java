package baton.server.admin;

import baton.server.admin.Metric.Count;
import baton.server.admin.Metric.Family;
import baton.server.admin.Metric.Gauge;
import baton.server.admin.Metric.Histogram;
import baton.server.admin.Metric.Spread;
import baton.server.config.AdminSettings.CounterNames;
import baton.server.runtime.Distribution;
import java.util.HashSet;
import java.util.List;
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

    private PrometheusText(CounterNames counterNames, boolean openMetrics) {
        this.counterNames = counterNames;
        this.openMetrics = openMetrics;
    }

    static String of(List<Metric> metrics, CounterNames counterNames, boolean openMetrics) {
        PrometheusText page = new PrometheusText(counterNames, openMetrics);
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
            counter(count);
        } else if (metric instanceof Spread spread) {
            summary(spread);
        } else if (metric instanceof Histogram histogram) {
            histogram(histogram);
        } else if (metric instanceof Family family) {
            family(family);
        }
    }

    private void counter(Count count) {
        if (counterNames != CounterNames.TOTAL) {
            type(count.name(), openMetrics ? "unknown" : "counter");
            sample(count.name(), "", count.value());
        }
        if (counterNames != CounterNames.PLAIN && !(openMetrics && counterNames == CounterNames.BOTH)) {
            type(openMetrics ? count.name() : count.name() + "_total", "counter");
            sample(count.name() + "_total", "", count.value());
        }
    }

    private void summary(Spread spread) {
        type(spread.name(), "summary");
        quantile(spread, "0.5", 0.5);
        if (spread.detailed()) {
            quantile(spread, "0.9", 0.9);
            quantile(spread, "0.95", 0.95);
            quantile(spread, "0.99", 0.99);
        }
        sample(spread.name() + "_count", "", spread.summary().count());
        sample(spread.name() + "_sum", "", (double) spread.summary().sum() / spread.unit());
    }

    private void quantile(Spread spread, String label, double share) {
        double value = spread.summary().count() == 0
                ? Double.NaN
                : (double) spread.summary().quantile(share) / spread.unit();
        sample(spread.name(), "quantile=\"" + label + "\"", value);
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

    /** Returns a text as the value of a label. */
    static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
