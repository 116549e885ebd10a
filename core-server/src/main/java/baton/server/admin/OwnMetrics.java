package baton.server.admin;

import baton.protocol.Zxid;
import baton.server.admin.Metric.Family;
import baton.server.admin.Metric.Histogram;
import baton.server.config.Exposure;
import baton.server.config.StorageSettings;
import baton.server.runtime.ServerStatus;
import baton.server.runtime.Timing;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What Apache ZooKeeper does not show: in base units, as real histograms, all beginning with {@code baton_}. */
final class OwnMetrics {
    private final ServerStatus status;

    @Inject
    OwnMetrics(ServerStatus status) {
        this.status = status;
    }

    List<Metric> all() {
        List<Metric> all = new ArrayList<>();
        ServerStatus.Numbers now = status.numbers();
        all.add(new Histogram("baton_request_duration_seconds", "kind=\"read\"", now.reads(), true));
        all.add(new Histogram("baton_request_duration_seconds", "kind=\"write\"", now.writes(), true));
        all.add(new Histogram(
                "baton_fsync_duration_seconds", "", status.metrics().measured(Timing.FSYNCTIME), true));
        all.add(new Histogram(
                "baton_commit_duration_seconds", "", status.metrics().measured(Timing.SYNC_PROCESS_TIME), true));
        all.add(new Histogram(
                "baton_group_commit_batch", "", status.metrics().measured(Timing.SYNC_PROCESSOR_BATCH_SIZE), false));
        if (status.settings().storage() instanceof StorageSettings.Files) {
            all.add(Family.gauge(
                    "baton_disk_free_bytes", status.lastDirectorySizes().freeBytes()));
        }
        all.add(Family.gauge("baton_zxid", now.lastZxid()));
        all.add(Family.gauge("baton_epoch", Zxid.epochOf(now.lastZxid())));
        all.add(new Family("baton_state", "gauge", Map.of("state=\"standalone\"", 1)));
        all.add(Family.gauge("baton_watched_paths", now.watchedPaths()));
        certificates(all);
        exposures(all);
        return all;
    }

    private void certificates(List<Metric> all) {
        status.tls().ifPresent(tls -> {
            long leftMillis = tls.expiresAtMillis() - status.clock().wallMillis();
            all.add(new Family(
                    "baton_tls_certificate_expiry_seconds",
                    "gauge",
                    Map.of(
                            "file=\"" + PrometheusText.escaped(tls.files()) + "\"",
                            TimeUnit.MILLISECONDS.toSeconds(leftMillis))));
        });
    }

    private void exposures(List<Metric> all) {
        Map<String, Number> values = new LinkedHashMap<>();
        for (Exposure each : Exposure.values()) {
            values.put("reason=\"" + each.reason() + "\"", each.isIn(status.settings()) ? 1 : 0);
        }
        all.add(new Family("baton_security_exposure", "gauge", values));
    }
}
