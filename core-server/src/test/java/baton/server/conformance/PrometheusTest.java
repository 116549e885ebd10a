package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.protocol.Acl;
import baton.protocol.Request;
import baton.server.BatonServer;
import baton.server.RawClient;
import baton.server.config.AdminSettings;
import baton.server.config.ConnectionSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.config.StorageSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus makes of our metrics, and of the alerts and the dashboard that come with them. */
class PrometheusTest {
    private static final Path MONITORING = Path.of("..", "docs", "monitoring");

    /** The alerts that Apache ZooKeeper's documentation suggests, by what they ask, with whether the load below is one. */
    private static final Map<String, Boolean> PUBLISHED = Map.ofEntries(
            Map.entry("znode_count > 1000000", false),
            Map.entry("num_alive_connections > 50", true),
            Map.entry("approximate_data_size / 1024 / 1024 > 1024", false),
            Map.entry("watch_count > 10000", true),
            Map.entry("increase(election_time_count[5m]) > 0", false),
            Map.entry("open_file_descriptor_count > 300", false),
            Map.entry("rate(fsynctime_sum[1m]) > 100", false),
            Map.entry("rate(snapshottime_sum[5m]) > 100", false),
            Map.entry("avg_latency > 100", false),
            Map.entry("jvm_memory_bytes_used / jvm_memory_bytes_max{area=\"heap\"} > 0.8", false));

    /** Whatever dashboards show and a load of all kinds moves; the rest of what they ask for speaks of ensembles. */
    private static final String MOVING = """
            znode_count watch_count ephemerals_count approximate_data_size num_alive_connections avg_latency
            max_latency packets_received packets_sent uptime global_sessions fsynctime_count
            fsynctime_sum snapshottime_count readlatency_count updatelatency_count proposal_count commit_count
            connection_rejected connection_drop_count stale_sessions_expired bytes_received_count
            connection_request_count proposal_count_total process_cpu_seconds_total baton_zxid
            node_changed_watch_count_count watch_bytes response_bytes open_file_descriptor_count
            last_client_response_size max_client_response_size jvm_memory_bytes_used auth_failed_count
            unsuccessful_handshake large_requests_rejected read_per_namespace_sum write_per_namespace_count
            baton_event_loop_cpu_seconds_total baton_watch_fanout_count baton_request_duration_seconds_count""";

    @TempDir
    Path directory;

    private BatonServer start() throws Exception {
        return BatonServer.start(ServerSettings.of(
                        ListenAddress.EPHEMERAL,
                        StorageSettings.Files.in(directory).withSnapCount(50))
                .withSessions(new SessionSettings(100, 200, 60_000))
                .withLimits(LimitSettings.DEFAULT.withConnections(ConnectionSettings.DEFAULT.withPerAddressMax(60)))
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL)));
    }

    @Test
    void promtoolReadsThePageAndFindsFaultOnlyWithNamesThatWereThereBefore() throws Exception {
        Promtool promtool = Promtool.assumeInstalled();
        String page;
        try (BatonServer server = start();
                ApacheClient client = new ApacheClient(server.connectString(), 30_000)) {
            client.zk.create("/a", new byte[10], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            client.zk.getData("/a", true, null);
            page = MetricsPage.at(server.adminPort()).text();
        }

        Promtool.Outcome outcome = promtool.run(page, "check", "metrics");

        // 3: it can be read, and does not follow every custom.
        assertThat(outcome.code()).as(outcome.said()).isEqualTo(3);
        assertThat(outcome.said().lines())
                .isNotEmpty()
                .noneMatch(line -> line.startsWith("baton_") || line.contains("error while linting"))
                .allMatch(line -> Pattern.compile("counter metrics should have \"_total\" suffix"
                                + "|non-counter metrics should not have \"_total\" suffix"
                                + "|non-histogram and non-summary metrics should not have \"_count\" suffix"
                                + "|metric names should not contain abbreviated units"
                                + "|use base unit \"seconds\" instead of \"milliseconds\"")
                        .matcher(line)
                        .find());
    }

    /** Found by a crowd that closed its sessions with requests numbered 0, as what the server asks of itself is numbered. */
    @Test
    void onlyASessionThatFellSilentCountsAsExpired() throws Exception {
        try (BatonServer server = start()) {
            try (RawClient orderly = RawClient.withSession(server.port(), 60_000)) {
                orderly.send(0, Request.CloseSession.INSTANCE);
                orderly.receiveHeader();
            }

            RawClient.withSession(server.port(), 200).close();
            await().until(() -> MetricsPage.at(server.adminPort()).sum("global_sessions") == 0);

            assertThat(MetricsPage.at(server.adminPort()).sum("stale_sessions_expired"))
                    .isEqualTo(1);
        }
    }

    @Test
    void whoHasNotAskedForASessionCounts() throws Exception {
        try (BatonServer server = start();
                RawClient silent = new RawClient(server.port())) {
            await().until(() -> strangers(server) == 1);
            try (RawClient introduced = RawClient.withSession(server.port(), 60_000)) {
                assertThat(strangers(server)).isEqualTo(1);
            }
            silent.close();
            await().until(() -> strangers(server) == 0);
        }
    }

    @Test
    void whoOwnsMostEphemeralsIsSeenAndIsOneLessOnceHeIsGone() throws Exception {
        try (BatonServer server = start();
                RawClient few = RawClient.withSession(server.port(), 60_000)) {
            create(few, "/some-longer-name");
            try (RawClient many = RawClient.withSession(server.port(), 60_000)) {
                create(many, "/a");
                create(many, "/b");
                assertThat(MetricsPage.at(server.adminPort()).samples())
                        .containsEntry("baton_session_ephemerals_max", 2.0)
                        .containsEntry("baton_session_ephemeral_bytes_max", 4.0 + "/some-longer-name".length());
                many.send(3, Request.CloseSession.INSTANCE);
                many.receiveHeader();
            }
            assertThat(MetricsPage.at(server.adminPort()).samples()).containsEntry("baton_session_ephemerals_max", 1.0);
        }
    }

    private static void create(RawClient client, String path) throws IOException {
        client.send(1, new Request.Create(path, null, Acl.OPEN, baton.protocol.CreateMode.EPHEMERAL));
        assertThat(client.receiveHeader().error()).isZero();
    }

    private static double strangers(BatonServer server) throws Exception {
        return MetricsPage.at(server.adminPort()).samples().getOrDefault("baton_connections_without_session", -1.0);
    }

    @Test
    void theAlertsAreInOrderAndFireWhenTheyShould() throws Exception {
        Promtool promtool = Promtool.assumeInstalled();

        Promtool.Outcome checked = promtool.run(
                "", "check", "rules", MONITORING.resolve("alerts.yml").toString());
        Promtool.Outcome tested = promtool.run(
                "", "test", "rules", MONITORING.resolve("alerts-test.yml").toString());

        assertThat(checked.code()).as(checked.said()).isZero();
        assertThat(tested.code()).as(tested.said()).isZero();
    }

    @Test
    void whatAlertsAndDashboardAskForIsThere() throws Exception {
        Set<String> asked = new TreeSet<>();
        Pattern name = Pattern.compile("\\b((?:baton|jvm|process)_[a-z_]+|[a-z_]+(?=\\{job))");
        for (String file : List.of("alerts.yml", "grafana.json")) {
            name.matcher(Files.readString(MONITORING.resolve(file)).replace("\\\"", "\""))
                    .results()
                    .forEach(each -> asked.add(each.group(1)));
        }
        asked.remove("up");
        Set<String> there;
        try (BatonServer server = start();
                ApacheClient client = new ApacheClient(server.connectString(), 30_000)) {
            client.zk.create("/a", new byte[10], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            client.zk.exists("/a", false);
            there = MetricsPage.at(server.adminPort()).samples().keySet().stream()
                    .map(each -> each.replaceAll("\\{.*", ""))
                    .collect(Collectors.toSet());
        }

        // Only a server that speaks TLS has a certificate.
        there.add("baton_tls_certificate_expiry_seconds");
        assertThat(asked).hasSizeGreaterThan(25);
        assertThat(there).containsAll(asked);
    }

    @Test
    void whatDashboardsShowMovesUnderLoadAndPublishedAlertsFire() throws Exception {
        try (BatonServer server = start()) {
            MetricsPage before = MetricsPage.at(server.adminPort());
            MetricsPage after = load(server);

            Map<String, Double> still = Set.of(MOVING.split("\\s+")).stream()
                    .filter(each -> before.sum(each) == after.sum(each))
                    .collect(Collectors.toMap(each -> each, after::sum));
            still.remove("unsuccessful_handshake");
            // Of whole milliseconds, which no answer needs to take.
            still.remove("max_latency");
            assertThat(still).isEmpty();
            assertPublishedAlertsFire(after);
        }
    }

    /** Does everything at once that moves a metric, and looks while it lasts. */
    private MetricsPage load(BatonServer server) throws Exception {
        List<RawClient> crowd = new ArrayList<>();
        try (ApacheClient client = new ApacheClient(server.connectString(), 30_000)) {
            client.zk.create("/load", new byte[100], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            client.zk.create("/load/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            client.zk.getData("/load", true, null);
            for (int i = 0; i < 120; i++) {
                client.zk.setData("/load", new byte[i], -1);
            }
            RawClient.withSession(server.port(), 200).close();
            try (RawClient stranger = new RawClient(server.port())) {
                stranger.send(new byte[] {0x7f, 0, 0, 0});
                assertThat(stranger.isCutOff()).isTrue();
            }
            try (ApacheClient forger = new ApacheClient(server.connectString(), 30_000)) {
                forger.zk.addAuthInfo("nonsense", new byte[0]);
                await().until(() -> MetricsPage.at(server.adminPort()).sum("auth_failed_count") > 0);
            }
            for (int i = 0; i < 58; i++) {
                crowd.add(RawClient.withSession(server.port(), 60_000));
            }
            watch(crowd.get(0), 10_100);
            try (RawClient first = new RawClient(server.port());
                    RawClient second = new RawClient(server.port());
                    RawClient third = new RawClient(server.port())) {
                assertThat(third.isCutOff()).isTrue();
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                MetricsPage now = MetricsPage.at(server.adminPort());
                return now.sum("stale_sessions_expired") > 0 && now.sum("snapshottime_count") > 0;
            });
            return MetricsPage.at(server.adminPort());
        } finally {
            for (RawClient each : crowd) {
                each.close();
            }
        }
    }

    /** A hundred at a time, so that neither side has to wait for the other to read. */
    private static void watch(RawClient client, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            client.send(i, new Request.Exists("/watched-" + i, true));
            if (i % 100 == 99) {
                for (int j = 0; j < 100; j++) {
                    client.receiveHeader();
                }
            }
        }
    }

    private void assertPublishedAlertsFire(MetricsPage page) throws Exception {
        Promtool promtool = Promtool.assumeInstalled();
        StringBuilder rules = new StringBuilder("groups:\n- name: published\n  rules:\n");
        StringBuilder firing = new StringBuilder();
        int number = 0;
        for (Map.Entry<String, Boolean> each : PUBLISHED.entrySet()) {
            String alert = "Published" + number++;
            rules.append("  - {alert: ").append(alert).append(", for: 1m, expr: '");
            rules.append(each.getKey()).append("'}\n");
            if (each.getValue()) {
                firing.append("    - {labels: '{alertname=\"").append(alert).append("\"}', value: 1}\n");
            }
        }
        Files.writeString(directory.resolve("published.yml"), rules);
        StringBuilder test = new StringBuilder(
                "rule_files: [published.yml]\nevaluation_interval: 1m\ntests:\n" + "- interval: 1m\n  input_series:\n");
        page.samples().forEach((sample, value) -> {
            // Files and heap are those of all tests in this process.
            boolean ofTheProcess = sample.startsWith("open_file_") || sample.startsWith("jvm_");
            if (!value.isNaN() && !sample.startsWith("baton_") && !ofTheProcess) {
                test.append("  - {series: '").append(sample.replace("'", "''"));
                test.append("', values: '").append(value).append("x10'}\n");
            }
        });
        test.append("  promql_expr_test:\n  - expr: 'count by (alertname) (ALERTS{alertstate=\"firing\"})'\n");
        test.append("    eval_time: 8m\n    exp_samples:\n").append(firing);
        Files.writeString(directory.resolve("published-test.yml"), test);

        Promtool.Outcome outcome = promtool.run(
                "", "test", "rules", directory.resolve("published-test.yml").toString());

        assertThat(outcome.code()).as(outcome.said()).isZero();
    }
}
