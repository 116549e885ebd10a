package baton.server.admin;

import baton.server.admin.Metric.Count;
import baton.server.admin.Metric.Gauge;
import baton.server.admin.Metric.KeyedCount;
import baton.server.admin.Metric.KeyedGauge;
import baton.server.admin.Metric.KeyedSpread;
import baton.server.admin.Metric.Spread;
import baton.server.runtime.Distribution;
import baton.server.runtime.Limit;
import baton.server.runtime.ServerMetrics;
import baton.server.runtime.ServerNumbers;
import baton.server.runtime.ServerStatus;
import baton.server.runtime.Tally;
import baton.server.runtime.Timing;
import baton.server.transport.TlsServer;
import baton.server.tree.QuotaNumbers;
import baton.server.tree.QuotaUse;
import com.sun.management.UnixOperatingSystemMXBean;
import jakarta.inject.Inject;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All that Apache ZooKeeper 3.9 lets one watch, under its names, with its meaning and unit; times are in milliseconds.
 *
 * <p>What has no counterpart here, because the parts it speaks of do not exist, is there too and stays 0, so that no
 * panel lacks its data: {@link #ABSENT_COUNTERS} and the two lists beside it.
 */
final class MetricCatalogue {
    private static final long PLAIN = 1;
    private static final long MILLIS = 1_000_000;

    static final List<String> ABSENT_COUNTERS = words("""
            add_dead_watcher_stall_time cnxn_closed_without_zk_server_running dead_watchers_cleared
            dead_watchers_queued diff_count digest_mismatches_count insecure_admin_count
            learner_commit_received_count learner_proposal_received_count
            looking_count quit_leading_due_to_disloyal_voter request_commit_queued
            requests_not_forwarded_to_commit_processor response_packet_cache_hits response_packet_cache_misses
            revalidate_count skip_learner_request_to_next_processor_count stale_requests
            stale_requests_dropped throttled_ops""");

    static final List<String> ABSENT_SPREADS = words("""
            commit_commit_proc_req_queued commit_process_time concurrent_request_processing_in_commit_processor
            election_time follower_sync_time inflight_diff_count inflight_snap_count leader_unavailable_time
            learner_request_processor_queue_size netty_queued_buffer_capacity observer_sync_time
            pending_session_queue_size read_commit_proc_issued read_commit_proc_req_queued
            reads_after_write_in_session_queue reads_issued_from_session_queue requests_in_session_queue
            session_queues_drained socket_closing_time
            time_waiting_empty_pool_in_commit_processor_read_ms unavailable_time
            write_batch_time_in_commit_processor write_commit_proc_issued write_commit_proc_req_queued""");

    /** By members of an ensemble. */
    static final List<String> ABSENT_KEYED_SPREADS =
            words("ack_latency learner_handler_qp_size learner_handler_qp_time_ms");

    static final List<String> ABSENT_DETAILED_SPREADS = words("""
            commit_propagation_latency dead_watchers_cleaner_latency local_write_committed_time_ms
            om_commit_process_time_ms om_proposal_process_time_ms proposal_ack_creation_latency proposal_latency
            quorum_ack_latency read_commitproc_time_ms read_final_proc_time_ms
            server_write_committed_time_ms write_commitproc_time_ms write_final_proc_time_ms""");

    private static final Set<Timing> DETAILED = EnumSet.of(
            Timing.PROPAGATION_LATENCY,
            Timing.JVM_PAUSE_TIME_MS,
            Timing.CLOSE_SESSION_PREP_TIME,
            Timing.PREP_PROCESSOR_QUEUE_TIME_MS,
            Timing.SYNC_PROCESSOR_QUEUE_TIME_MS,
            Timing.SYNC_PROCESSOR_QUEUE_AND_FLUSH_TIME_MS);

    /** They only grow, but this is what Apache ZooKeeper calls them. */
    private static final List<Tally> SHOWN_AS_GAUGES =
            List.of(Tally.AUTH_FAILED_COUNT, Tally.NON_MTLS_REMOTE_CONN_COUNT, Tally.NON_MTLS_LOCAL_CONN_COUNT);

    /** By {@link AdminCommands} and {@link OwnMetrics}: Apache ZooKeeper has none of these here. */
    private static final List<Tally> SHOWN_ELSEWHERE = List.of(
            Tally.FSYNC_THRESHOLD_EXCEED_COUNT,
            Tally.SNAPSHOT_DISK_STUCK_COUNT,
            Tally.LOG_GROWN_COUNT,
            Tally.TREE_RECOUNT_COUNT);

    private final ServerStatus status;

    @Inject
    MetricCatalogue(ServerStatus status) {
        this.status = status;
    }

    private static List<String> words(String text) {
        return List.of(text.split("\\s+"));
    }

    /** Looks at everything. */
    List<Metric> all() {
        List<Metric> all = new ArrayList<>(256);
        ServerNumbers now = status.numbers();
        gauges(now, all);
        counters(now, all);
        spreads(now, all);
        namespaces(all);
        return all;
    }

    private void namespaces(List<Metric> all) {
        all.add(new KeyedSpread("read_per_namespace", status.readTraffic()));
        all.add(new KeyedSpread("write_per_namespace", status.writeTraffic()));
        List<QuotaUse> quotas = status.quotas();
        quota("quota_count_limit_per_namespace", quotas, QuotaUse::countLimit, all);
        quota("quota_bytes_limit_per_namespace", quotas, QuotaUse::bytesLimit, all);
        quota("quota_count_usage_per_namespace", quotas, quota -> used(quota, QuotaNumbers::count), all);
        quota("quota_bytes_usage_per_namespace", quotas, quota -> used(quota, QuotaNumbers::bytes), all);
        all.add(new KeyedCount(
                "quota_exceeded_error_per_namespace", status.metrics().overQuota()));
        ABSENT_KEYED_SPREADS.forEach(name -> all.add(new KeyedSpread(name, Map.of())));
    }

    private static @Nullable Long used(QuotaUse quota, Function<QuotaNumbers, Long> number) {
        return quota.used() == null ? null : number.apply(quota.used());
    }

    private static void quota(
            String name, List<QuotaUse> quotas, Function<QuotaUse, @Nullable Long> number, List<Metric> all) {
        Map<String, Long> byNamespace = new TreeMap<>();
        for (QuotaUse each : quotas) {
            Long value = number.apply(each);
            if (value != null) {
                byNamespace.merge(each.namespace(), value, Long::sum);
            }
        }
        all.add(new KeyedGauge(name, byNamespace));
    }

    private void gauges(ServerNumbers now, List<Metric> all) {
        Spread latency = latency(now);
        all.add(new Gauge("avg_latency", latency.average()));
        all.add(new Gauge("min_latency", latency.min()));
        all.add(new Gauge("max_latency", latency.max()));
        all.add(new Gauge("packets_received", now.received()));
        all.add(new Gauge("packets_sent", now.sent()));
        all.add(new Gauge("num_alive_connections", now.connections()));
        all.add(new Gauge("outstanding_requests", now.outstanding()));
        all.add(new Gauge("uptime", now.uptimeMillis()));
        all.add(new Gauge("znode_count", shownNodes(now)));
        all.add(new Gauge("watch_count", now.watches()));
        all.add(new Gauge("ephemerals_count", now.ephemerals().count()));
        all.add(new Gauge("approximate_data_size", shownBytes(now)));
        all.add(new Gauge("global_sessions", now.sessions()));
        all.add(new Gauge("local_sessions", 0));
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        if (system instanceof UnixOperatingSystemMXBean unix) {
            all.add(new Gauge("open_file_descriptor_count", unix.getOpenFileDescriptorCount()));
            all.add(new Gauge("max_file_descriptor_count", unix.getMaxFileDescriptorCount()));
        }
        all.add(new Gauge("connection_drop_probability", 0.0));
        all.add(new Gauge("last_client_response_size", now.answers().last()));
        all.add(new Gauge("max_client_response_size", now.answers().max()));
        all.add(new Gauge("min_client_response_size", now.answers().min()));
        Optional<TlsServer> tls = status.tls();
        all.add(new Gauge(
                "outstanding_tls_handshake",
                tls.map(TlsServer::handshakesOutstanding).orElse(0)));
        for (Tally each : SHOWN_AS_GAUGES) {
            all.add(new Gauge(each.metric(), status.metrics().counted(each)));
        }
    }

    /** Apache ZooKeeper counts its root under two names, and monitoring compares with that. */
    static int shownNodes(ServerNumbers now) {
        return now.nodes() + 1;
    }

    /** Counts the root's slash, as the one above counts the root twice. */
    private static long shownBytes(ServerNumbers now) {
        return now.contentBytes() + 1;
    }

    /** Returns the times of all requests, in milliseconds. */
    static Spread latency(ServerNumbers now) {
        return new Spread("latency", now.latency(), MILLIS, false);
    }

    private void counters(ServerNumbers now, List<Metric> all) {
        ServerMetrics metrics = status.metrics();
        Set<Tally> counters = EnumSet.complementOf(EnumSet.copyOf(SHOWN_AS_GAUGES));
        counters.removeAll(SHOWN_ELSEWHERE);
        for (Tally each : counters) {
            all.add(new Count(each.metric(), metrics.counted(each)));
        }
        all.add(new Count("sync_processor_request_queued", metrics.counted(Tally.PROPOSAL_COUNT)));
        all.add(new Count("bytes_received_count", now.receivedBytes()));
        all.add(new Count("response_bytes", now.sentBytes()));
        all.add(new Count("response_packet_get_children_cache_hits", status.listingsKept()));
        all.add(new Count("response_packet_get_children_cache_misses", status.listingsMade()));
        all.add(new Count("connection_rejected", now.rejected()));
        all.add(new Count("request_throttle_wait_count", status.refusals().getOrDefault(Limit.REQUESTS, 0L)));
        Optional<TlsServer> tls = status.tls();
        all.add(new Count(
                "tls_handshake_exceeded",
                tls.map(TlsServer::handshakesTurnedAway).orElse(0L)));
        all.add(new Count(
                "unsuccessful_handshake", tls.map(TlsServer::handshakesFailed).orElse(0L)));
        ABSENT_COUNTERS.forEach(name -> all.add(new Count(name, 0)));
    }

    private void spreads(ServerNumbers now, List<Metric> all) {
        Set<Timing> timings = EnumSet.allOf(Timing.class);
        for (Timing each : timings) {
            long unit = each.isTime() ? MILLIS : PLAIN;
            all.add(new Spread(each.metric(), status.metrics().measured(each), unit, DETAILED.contains(each)));
        }
        // A batch is told of as soon as it is synced: the two take the same time here.
        all.add(new Spread(
                "sync_processor_queue_flush_time_ms", status.metrics().measured(Timing.FSYNCTIME), MILLIS, true));
        all.add(new Spread("request_throttle_queue_time_ms", status.roomWaits(), MILLIS, true));
        all.add(new Spread("readlatency", now.reads(), MILLIS, true));
        all.add(new Spread("updatelatency", now.writes(), MILLIS, true));
        ABSENT_SPREADS.forEach(name -> all.add(new Spread(name, Distribution.Summary.NOTHING, PLAIN, false)));
        ABSENT_DETAILED_SPREADS.forEach(name -> all.add(new Spread(name, Distribution.Summary.NOTHING, PLAIN, true)));
    }
}
