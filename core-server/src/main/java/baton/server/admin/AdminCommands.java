package baton.server.admin;

import baton.server.config.ConfigReport;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.runtime.ConnectionView;
import baton.server.runtime.OpenSessions;
import baton.server.runtime.ReportKind;
import baton.server.runtime.ServerNumbers;
import baton.server.runtime.ServerStatus;
import baton.server.runtime.Tally;
import baton.server.runtime.WatchReport;
import baton.server.storage.DirectorySizes;
import baton.server.storage.WrittenSnapshot;
import jakarta.inject.Inject;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The commands under {@code /commands}, each answered with names and values in the shape of Apache ZooKeeper's JSON.
 *
 * <p>{@code restore} is {@link RestoreCommand}'s, and {@code snapshot} {@link SnapshotCommand}'s.
 */
final class AdminCommands {
    /** By primary name, with its other names. */
    static final Map<String, List<String>> NAMES = names();

    private final ServerStatus status;
    private final Monitored monitored;
    private final Environment environment;
    private final ConfigReport report;

    /**
     * An answer.
     *
     * @param command the primary name, or what was asked for if there is no such command
     * @param error why it was not carried out, or null
     */
    record Answer(
            String command,
            Map<String, Object> fields,
            @Nullable String error) {
        Answer {
            fields = new LinkedHashMap<>(fields);
        }

        /** Returns it as text. */
        String json() {
            Map<String, Object> shown = new LinkedHashMap<>(fields);
            shown.put("command", command);
            shown.put("error", error);
            return Json.of(shown);
        }
    }

    @Inject
    AdminCommands(ServerStatus status, Monitored monitored, Environment environment, ConfigReport report) {
        this.report = report;
        this.status = status;
        this.monitored = monitored;
        this.environment = environment;
    }

    private static Map<String, List<String>> names() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        names.put("configuration", List.of("conf", "config"));
        names.put("connection_stat_reset", List.of("crst"));
        names.put("connections", List.of("cons"));
        names.put("dirs", List.of());
        names.put("dump", List.of());
        names.put("environment", List.of("env", "envi"));
        names.put("get_trace_mask", List.of("gtmk"));
        names.put("hash", List.of());
        names.put("initial_configuration", List.of("icfg"));
        names.put("is_read_only", List.of("isro"));
        names.put("last_snapshot", List.of("lsnp"));
        names.put("leader", List.of("lead"));
        names.put("monitor", List.of("mntr"));
        names.put("observer_connection_stat_reset", List.of("orst"));
        names.put("observers", List.of("obsr"));
        names.put(RestoreCommand.NAME, List.of("rest"));
        names.put("ruok", List.of());
        names.put("server_stats", List.of("srvr"));
        names.put("set_trace_mask", List.of("stmk"));
        names.put(SnapshotCommand.NAME, List.of("snap"));
        names.put("stat_reset", List.of("srst"));
        names.put("stats", List.of("stat"));
        names.put("system_properties", List.of("sysp"));
        names.put("voting_view", List.of());
        names.put("watch_summary", List.of("wchs"));
        names.put("watches", List.of("wchc"));
        names.put("watches_by_path", List.of("wchp"));
        names.put("zabstate", List.of());
        return names;
    }

    /** Finds the primary name of a command, or null. */
    static @Nullable String primary(String name) {
        for (Map.Entry<String, List<String>> each : NAMES.entrySet()) {
            if (each.getKey().equals(name) || each.getValue().contains(name)) {
                return each.getKey();
            }
        }
        return null;
    }

    /** Answers with JSON. Comes to nothing if too much of the kind is being worked out already. */
    CompletionStage<Optional<String>> answer(String name, Map<String, String> parameters) {
        String command = primary(name);
        if (command == null) {
            return refused(name, "Unknown command: " + name);
        }
        return switch (command) {
            case "configuration" -> now(command, configuration());
            case "dirs" -> status.directorySizes().thenCompose(sizes -> now(command, sizes(sizes)));
            case "dump" ->
                status.sessions().thenCompose(open -> inTurn(command, ReportKind.EVERYTHING, () -> sessions(open)));
            case "connections", "watches", "watches_by_path", "watch_summary" ->
                inTurn(command, ReportKind.EVERYTHING, () -> atOnce(command));
            case "environment" -> inTurn(command, ReportKind.OUTSIDE, () -> new LinkedHashMap<>(environment.entries()));
            case "server_stats" -> status.directorySizes().thenCompose(sizes -> now(command, server(sizes)));
            case "stats" ->
                status.directorySizes().thenCompose(sizes -> inTurn(command, ReportKind.LINES, () -> stats(sizes)));
            case "leader" -> failed(command, "server is not initialized");
            case "set_trace_mask" -> setTraceMask(command, parameters);
            default -> now(command, atOnce(command));
        };
    }

    // As text, which may be long: whoever asks is not to lay it out.
    private CompletionStage<Optional<String>> inTurn(
            String command, ReportKind kind, Supplier<Map<String, Object>> fields) {
        return status.report(kind, () -> new Answer(command, fields.get(), null).json());
    }

    private static CompletionStage<Optional<String>> now(String command, Map<String, Object> fields) {
        return now(new Answer(command, fields, null));
    }

    private static CompletionStage<Optional<String>> refused(String command, String error) {
        return now(new Answer(command, Map.of(), error));
    }

    private static CompletionStage<Optional<String>> now(Answer answer) {
        return CompletableFuture.completedFuture(Optional.of(answer.json()));
    }

    /** The error of a command that there is comes before its name, that of another one behind. */
    private static CompletionStage<Optional<String>> failed(String command, String error) {
        return now(new Answer(command, Map.of("error", error), error));
    }

    private Map<String, Object> atOnce(String command) {
        return switch (command) {
            case "connections" -> connections();
            case "connection_stat_reset" -> {
                status.resetConnections();
                yield Map.of();
            }
            case "stat_reset" -> {
                status.resetCounters();
                yield Map.of();
            }
            case "get_trace_mask" -> Map.of("tracemask", status.traceMask().get());
            case "hash" -> Map.of("digests", digests());
            case "initial_configuration" -> Map.of("initial_configuration", report.text());
            case "last_snapshot" -> lastSnapshot();
            case "is_read_only" -> Map.of("read_only", false);
            case "monitor" -> monitored.values();
            case "observers" -> observers();
            case "ruok", "observer_connection_stat_reset" -> Map.of();
            case "system_properties" -> new LinkedHashMap<>(new TreeMap<>(environment.properties()));
            case "voting_view" -> Map.of("current_config", Map.of());
            case "watch_summary" -> watchSummary();
            case "watches" ->
                Map.of("session_id_to_watched_paths", status.watched().pathsBySession());
            case "watches_by_path" -> Map.of("path_to_session_ids", watchesByPath());
            case "zabstate" -> zabState();
            default -> throw new IllegalArgumentException("no answer to " + command);
        };
    }

    private Map<String, Object> configuration() {
        ServerSettings settings = status.settings();
        LimitSettings limits = settings.limits();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("client_port", status.plainPort());
        fields.put("data_dir", ServerText.dataDir(settings));
        fields.put("data_log_dir", ServerText.logDir(settings));
        fields.put("tick_time", settings.sessions().tickMillis());
        fields.put("max_client_cnxns", limits.connections().perAddressMax());
        fields.put("min_session_timeout", settings.sessions().minTimeoutMillis());
        fields.put("max_session_timeout", settings.sessions().maxTimeoutMillis());
        fields.put("server_id", 0);
        fields.put("client_port_listen_backlog", limits.connections().listenBacklog());
        return fields;
    }

    private Map<String, Object> lastSnapshot() {
        Optional<WrittenSnapshot> newest = status.newestSnapshot();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("zxid", Long.toHexString(newest.map(WrittenSnapshot::zxid).orElse(-1L)));
        fields.put(
                "timestamp",
                newest.map(each -> TimeUnit.MILLISECONDS.toSeconds(each.writtenAtMillis()))
                        .orElse(-1L));
        return fields;
    }

    private static Map<String, Object> sizes(DirectorySizes sizes) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("datadir_size", sizes.snapshotBytes());
        fields.put("logdir_size", sizes.logBytes());
        return fields;
    }

    private Map<String, Object> sessions(OpenSessions open) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("expiry_time_to_session_ids", open.idsByExpiryMillis());
        fields.put("session_id_to_ephemeral_paths", status.ephemeralsBySession());
        return fields;
    }

    private Map<String, Object> connections() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("connections", connections(view -> !view.origin().secure()));
        fields.put("secure_connections", connections(view -> view.origin().secure()));
        return fields;
    }

    private List<Map<String, Object>> connections(Predicate<ConnectionView> wanted) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (ConnectionView each : status.connections()) {
            if (wanted.test(each)) {
                list.add(connection(each));
            }
        }
        return list;
    }

    private static Map<String, Object> connection(ConnectionView view) {
        Map<String, Object> fields = brief(view);
        fields.put("session_id", view.sessionId());
        fields.put("last_operation", Operations.code(view.lastOperation()));
        fields.put("established", view.origin().establishedMillis());
        fields.put("session_timeout", view.timeoutMillis());
        fields.put("last_cxid", view.lastCxid());
        fields.put("last_zxid", view.lastZxid());
        fields.put("last_response_time", view.lastAnswerMillis());
        fields.put("last_latency", view.latency().last());
        fields.put("min_latency", view.latency().min());
        fields.put("avg_latency", view.latency().average());
        fields.put("max_latency", view.latency().max());
        return fields;
    }

    private static Map<String, Object> brief(ConnectionView view) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("remote_socket_address", shown(view.origin().remote()));
        fields.put("interest_ops", view.sessionId() == 0 ? 0 : 1);
        fields.put("outstanding_requests", view.queued());
        fields.put("packets_received", view.received());
        fields.put("packets_sent", view.sent());
        return fields;
    }

    private static String shown(InetSocketAddress remote) {
        InetAddress address = remote.getAddress();
        String host = address.getHostAddress();
        return (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + remote.getPort();
    }

    private List<Map<String, Object>> digests() {
        List<Map<String, Object>> list = new ArrayList<>();
        status.digests().forEach(each -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("zxid", each.zxid());
            fields.put("digest", each.digest());
            fields.put("digest_version", 2);
            list.add(fields);
        });
        return list;
    }

    private static Map<String, Object> observers() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("synced_observers", 0);
        fields.put("observers", List.of());
        return fields;
    }

    private Map<String, Object> watchSummary() {
        WatchReport.Summary summary = status.watched().summary();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("num_connections", summary.sessions());
        fields.put("num_paths", summary.paths());
        fields.put("num_total_watches", summary.watches());
        return fields;
    }

    private Json.Fields watchesByPath() {
        return visitor -> status.watched().forEachPath(visitor::accept);
    }

    /** A server that is alone votes with nobody. */
    private static Map<String, Object> zabState() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("voting", false);
        fields.put("zabstate", "");
        return fields;
    }

    private CompletionStage<Optional<String>> setTraceMask(String command, Map<String, String> parameters) {
        String given = parameters.getOrDefault("traceMask", "");
        try {
            long mask = Long.parseLong(given);
            status.traceMask().set(mask);
            return now(command, Map.of("tracemask", mask));
        } catch (NumberFormatException e) {
            return failed(
                    command,
                    "setTraceMask requires long traceMask argument" + (given.isEmpty() ? "" : ", got " + given));
        }
    }

    private Map<String, Object> stats(DirectorySizes sizes) {
        Map<String, Object> fields = server(sizes);
        fields.put("connections", briefs(view -> !view.origin().secure()));
        fields.put("secure_connections", briefs(view -> view.origin().secure()));
        return fields;
    }

    private List<Map<String, Object>> briefs(Predicate<ConnectionView> wanted) {
        return status.connections().stream()
                .filter(wanted)
                .map(AdminCommands::brief)
                .toList();
    }

    private Map<String, Object> server(DirectorySizes sizes) {
        ServerNumbers now = status.numbers();
        ServerNumbers.AnswerBytes answers = now.answers();
        Map<String, Object> responses = new LinkedHashMap<>();
        responses.put("last_buffer_size", answers.last());
        responses.put("min_buffer_size", answers.min());
        responses.put("max_buffer_size", answers.max());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("version", ServerVersion.TEXT);
        fields.put("read_only", false);
        fields.put("server_stats", serverStats(now, responses, sizes));
        fields.put("client_response", responses);
        fields.put("node_count", MetricCatalogue.shownNodes(now));
        return fields;
    }

    private Map<String, Object> serverStats(ServerNumbers now, Map<String, Object> responses, DirectorySizes sizes) {
        Metric.Spread latency = MetricCatalogue.latency(now);
        Map<String, Object> stats = new LinkedHashMap<>();
        stats.put("packets_sent", now.sent());
        stats.put("packets_received", now.received());
        stats.put("fsync_threshold_exceed_count", counted(Tally.FSYNC_THRESHOLD_EXCEED_COUNT));
        stats.put("client_response_stats", responses);
        stats.put("data_dir_size", sizes.snapshotBytes());
        stats.put("log_dir_size", sizes.logBytes());
        stats.put("last_processed_zxid", now.lastZxid());
        stats.put("outstanding_requests", now.outstanding());
        stats.put("server_state", "standalone");
        stats.put("avg_latency", latency.average());
        stats.put("max_latency", latency.max());
        stats.put("min_latency", latency.min());
        stats.put("num_alive_client_connections", now.connections());
        stats.put("provider_null", false);
        stats.put("uptime", now.uptimeMillis());
        stats.put("auth_failed_count", counted(Tally.AUTH_FAILED_COUNT));
        stats.put("non_mtlsremote_conn_count", counted(Tally.NON_MTLS_REMOTE_CONN_COUNT));
        stats.put("non_mtlslocal_conn_count", counted(Tally.NON_MTLS_LOCAL_CONN_COUNT));
        return stats;
    }

    private long counted(Tally tally) {
        return status.metrics().counted(tally);
    }
}
