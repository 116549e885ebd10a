package baton.server.admin;

import baton.protocol.OpCode;
import baton.protocol.Zxid;
import baton.server.admin.Metric.Family;
import baton.server.admin.Metric.Histogram;
import baton.server.config.Exposure;
import baton.server.config.StorageSettings;
import baton.server.runtime.Distribution;
import baton.server.runtime.ServerMetrics;
import baton.server.runtime.ServerNumbers;
import baton.server.runtime.ServerStatus;
import baton.server.runtime.Tally;
import baton.server.runtime.Timing;
import baton.server.storage.DirectorySizes;
import baton.server.txn.LogSpace;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What Apache ZooKeeper does not show: in base units, as real histograms, all beginning with {@code baton_}.
 *
 * <p>Callable from any thread. If several look, the shares of time are each since the last look of any.
 */
final class OwnMetrics {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;

    private final ServerStatus status;

    // Written by whoever looks.
    private volatile LoopLook lastLook = new LoopLook(0, List.of());

    /** The processor time of each loop when somebody looked. */
    private record LoopLook(long atNanos, List<Long> processorNanos) {
        LoopLook {
            processorNanos = List.copyOf(processorNanos);
        }

        /** Returns the share of the time since the other look that a loop had the processor, 0 if there was none. */
        double shareSince(LoopLook earlier, int loop) {
            long elapsed = atNanos - earlier.atNanos;
            return elapsed <= 0 || loop >= earlier.processorNanos.size()
                    ? 0
                    : (double) (processorNanos.get(loop) - earlier.processorNanos.get(loop)) / elapsed;
        }
    }

    @Inject
    OwnMetrics(ServerStatus status) {
        this.status = status;
    }

    List<Metric> all() {
        List<Metric> all = new ArrayList<>();
        ServerNumbers now = status.numbers();
        requests(now, all);
        log(all);
        loops(all);
        if (status.settings().storage() instanceof StorageSettings.Files) {
            DirectorySizes sizes = status.lastDirectorySizes();
            all.add(Family.gauge("baton_disk_free_bytes", sizes.freeBytes()));
            all.add(Family.gauge("baton_disk_size_bytes", sizes.capacityBytes()));
            long stuck = status.metrics().counted(Tally.SNAPSHOT_DISK_STUCK_COUNT);
            all.add(new Family("baton_snapshot_disk_stuck_total", "counter", Map.of("", stuck)));
            long grown = status.metrics().counted(Tally.LOG_GROWN_COUNT);
            all.add(new Family("baton_log_grown_total", "counter", Map.of("", grown)));
            status.newestSnapshot()
                    .ifPresent(newest -> all.add(Family.gauge(
                            "baton_last_snapshot_timestamp_seconds", newest.writtenAtMillis() / MILLIS_PER_SECOND)));
        }
        space(all);
        all.add(Family.gauge("baton_zxid", now.lastZxid()));
        all.add(Family.gauge("baton_epoch", Zxid.epochOf(now.lastZxid())));
        all.add(new Family("baton_state", "gauge", Map.of("state=\"standalone\"", 1)));
        all.add(Family.gauge("baton_tree_bytes", now.treeBytes()));
        all.add(Family.gauge("baton_tree_max_bytes", status.memory().treeBytesMax()));
        long recounts = status.metrics().counted(Tally.TREE_RECOUNT_COUNT);
        all.add(new Family("baton_tree_recounts_total", "counter", Map.of("", recounts)));
        all.add(Family.gauge("baton_watched_paths", now.watchedPaths()));
        all.add(new Histogram("baton_watch_fanout", "", fanOut(), false));
        certificates(all);
        exposures(all);
        limits(now, all);
        return all;
    }

    private static void requests(ServerNumbers now, List<Metric> all) {
        for (Map.Entry<OpCode, Distribution.Summary> each : now.times().entrySet()) {
            String labels = PrometheusText.label("op", each.getKey().name().toLowerCase(Locale.ROOT)) + ","
                    + PrometheusText.label("kind", ServerNumbers.isWrite(each.getKey()) ? "write" : "read");
            all.add(new Histogram("baton_request_duration_seconds", labels, each.getValue(), true));
        }
    }

    private void log(List<Metric> all) {
        ServerMetrics metrics = status.metrics();
        all.add(new Histogram("baton_fsync_duration_seconds", "", metrics.measured(Timing.FSYNCTIME), true));
        all.add(new Histogram("baton_commit_duration_seconds", "", metrics.measured(Timing.SYNC_PROCESS_TIME), true));
        all.add(new Histogram(
                "baton_group_commit_batch", "", metrics.measured(Timing.SYNC_PROCESSOR_BATCH_SIZE), false));
    }

    private void loops(List<Metric> all) {
        LoopLook earlier = lastLook;
        LoopLook now = new LoopLook(status.clock().nanos(), status.loopProcessorNanos());
        lastLook = now;
        Map<String, Number> shares = new LinkedHashMap<>();
        Map<String, Number> seconds = new LinkedHashMap<>();
        for (int i = 0; i < now.processorNanos.size(); i++) {
            String label = PrometheusText.label("loop", Integer.toString(i));
            shares.put(label, now.shareSince(earlier, i));
            seconds.put(label, now.processorNanos.get(i) / NANOS_PER_SECOND);
        }
        all.add(new Family("baton_event_loop_utilization", "gauge", shares));
        all.add(new Family("baton_event_loop_cpu_seconds_total", "counter", seconds));
    }

    private void space(List<Metric> all) {
        LogSpace.Level now = status.space();
        Map<String, Number> levels = new LinkedHashMap<>();
        for (LogSpace.Level each : LogSpace.Level.values()) {
            levels.put(PrometheusText.label("level", SpaceNames.of(each)), each == now ? 1 : 0);
        }
        all.add(new Family("baton_disk_space", "gauge", levels));
    }

    private Distribution.Summary fanOut() {
        ServerMetrics metrics = status.metrics();
        return metrics.measured(Timing.NODE_CREATED_WATCH_COUNT)
                .plus(metrics.measured(Timing.NODE_DELETED_WATCH_COUNT))
                .plus(metrics.measured(Timing.NODE_CHANGED_WATCH_COUNT))
                .plus(metrics.measured(Timing.NODE_CHILDREN_WATCH_COUNT));
    }

    private void certificates(List<Metric> all) {
        status.tls().ifPresent(tls -> {
            long leftMillis = tls.expiresAtMillis() - status.clock().wallMillis();
            all.add(new Family(
                    "baton_tls_certificate_expiry_seconds",
                    "gauge",
                    Map.of(PrometheusText.label("file", tls.files()), TimeUnit.MILLISECONDS.toSeconds(leftMillis))));
        });
    }

    private void limits(ServerNumbers now, List<Metric> all) {
        Map<String, Number> refusals = new LinkedHashMap<>();
        status.refusals().forEach((limit, count) -> refusals.put(PrometheusText.label("limit", limit.label()), count));
        all.add(new Family("baton_limit_refusals_total", "counter", refusals));
        all.add(Family.gauge("baton_unread_bytes", status.unreadBytes()));
        all.add(Family.gauge("baton_outstanding_bytes", status.outstandingBytes()));
        all.add(Family.gauge("baton_connections_without_session", status.strangers()));
        all.add(Family.gauge("baton_session_ephemerals_max", now.ephemerals().countMax()));
        all.add(Family.gauge(
                "baton_session_ephemeral_bytes_max", now.ephemerals().recordBytesMax()));
    }

    private void exposures(List<Metric> all) {
        Map<String, Number> values = new LinkedHashMap<>();
        for (Exposure each : Exposure.values()) {
            values.put(PrometheusText.label("reason", each.reason()), each.isIn(status.settings()) ? 1 : 0);
        }
        all.add(new Family("baton_security_exposure", "gauge", values));
    }
}
