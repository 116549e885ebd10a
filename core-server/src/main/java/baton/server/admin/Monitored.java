package baton.server.admin;

import baton.server.admin.Metric.Count;
import baton.server.admin.Metric.Gauge;
import baton.server.admin.Metric.KeyedCount;
import baton.server.admin.Metric.KeyedGauge;
import baton.server.admin.Metric.KeyedSpread;
import baton.server.admin.Metric.Spread;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Map;

/** The metrics as names and single values, the way {@code mntr} and {@code /commands/monitor} give them. */
final class Monitored {
    private final MetricCatalogue catalogue;

    @Inject
    Monitored(MetricCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** Returns the values by names, the version and the state of the server before all others. */
    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("version", ServerVersion.TEXT);
        values.put("server_state", "standalone");
        for (Metric each : catalogue.all()) {
            if (each instanceof Gauge gauge) {
                values.put(gauge.name(), gauge.value());
            } else if (each instanceof Count count) {
                values.put(count.name(), count.value());
            } else if (each instanceof Spread spread) {
                spread(spread, spread.name(), values);
            } else if (each instanceof KeyedSpread keyed) {
                keyed.byKey().keySet().forEach(key -> spread(keyed.of(key), key + "_" + keyed.name(), values));
            } else if (each instanceof KeyedCount keyed) {
                keyed.byKey().forEach((key, value) -> values.put(key + "_" + keyed.name(), value));
            } else if (each instanceof KeyedGauge keyed) {
                keyed.byKey().forEach((key, value) -> values.put(key + "_" + keyed.name(), value));
            }
        }
        return values;
    }

    private static void spread(Spread spread, String name, Map<String, Object> values) {
        values.put("avg_" + name, spread.average());
        values.put("min_" + name, spread.min());
        values.put("max_" + name, spread.max());
        values.put("cnt_" + name, spread.summary().count());
        values.put("sum_" + name, spread.shown(spread.summary().sum()));
        if (spread.detailed()) {
            values.put("p50_" + name, spread.shown(spread.summary().quantile(0.5)));
            values.put("p95_" + name, spread.shown(spread.summary().quantile(0.95)));
            values.put("p99_" + name, spread.shown(spread.summary().quantile(0.99)));
            values.put("p999_" + name, spread.shown(spread.summary().quantile(0.999)));
        }
    }

    /** Returns the lines of {@code mntr}. */
    String text() {
        StringBuilder text = new StringBuilder(1 << 14);
        values().forEach((name, value) ->
                text.append("zk_").append(name).append('\t').append(value).append('\n'));
        return text.toString();
    }
}
