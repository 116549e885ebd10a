package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.FourLetterWord;
import baton.server.BatonServer;
import baton.server.config.AdminSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.WordAccess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What monitoring agents make of our answers, by the rules they read Apache ZooKeeper's with. */
class AgentsTest {
    /** What an agent that asks a standalone server by {@code mntr} shows. */
    private static final String[] WANTED = {
        "zk_avg_latency",
        "zk_max_latency",
        "zk_min_latency",
        "zk_packets_received",
        "zk_packets_sent",
        "zk_num_alive_connections",
        "zk_outstanding_requests",
        "zk_znode_count",
        "zk_watch_count",
        "zk_ephemerals_count",
        "zk_approximate_data_size",
        "zk_open_file_descriptor_count",
        "zk_max_file_descriptor_count"
    };

    @TempDir
    static Path directory;

    private static BatonServer server;
    private static ApacheClient client;

    @BeforeAll
    static void start() throws Exception {
        server = BatonServer.start(ServerSettings.inDirectory(directory)
                .withWords(WordAccess.everywhere(Set.of("*")))
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL)));
        client = new ApacheClient(server.connectString(), 30_000);
        client.zk.create("/some-app", new byte[10], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        client.zk.getData("/some-app", true, null);
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        server.close();
    }

    private static String ask(String word) {
        return FourLetterWord.ask(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), word)
                .orElseThrow();
    }

    /** Gives up at the first line that is no name and value; whatever is no whole number becomes text. */
    @Test
    void telegrafTakesEveryLine() {
        Pattern format = Pattern.compile("^zk_(\\w[\\w.\\-]*)\\s+([\\w.\\-]+)");
        Map<String, String> fields = new HashMap<>();
        for (String line : ask("mntr\n").lines().toList()) {
            Matcher parts = format.matcher(line);
            assertThat(parts.find()).as(line).isTrue();
            fields.put("zk_" + parts.group(1), parts.group(2));
        }

        assertThat(fields).containsKeys(WANTED).containsEntry("zk_server_state", "standalone");
        Stream.of(WANTED)
                .filter(each -> !each.equals("zk_avg_latency"))
                .forEach(each -> assertThat(fields.get(each)).as(each).matches("\\d+"));
    }

    /** Takes what it has a name for, if it is a whole number. */
    @Test
    void openTelemetryFindsItsMetricsAsWholeNumbers() {
        Pattern format = Pattern.compile("(^zk_\\w+)\\s+([\\w.\\-]+)");
        Map<String, String> found = new HashMap<>();
        for (String line : ask("mntr\n").lines().toList()) {
            Matcher parts = format.matcher(line);
            if (parts.find()) {
                found.put(parts.group(1), parts.group(2));
            }
        }

        assertThat(ask("ruok\n")).isEqualTo("imok");
        assertThat(found).containsKeys(WANTED).containsKeys("zk_version", "zk_server_state");
        assertThat(Long.parseLong(found.get("zk_znode_count"))).isGreaterThan(4);
    }

    /** Splits at white space, and takes numbers of any kind. */
    @Test
    void netdataFindsItsMetrics() {
        Map<String, Long> found = new HashMap<>();
        for (String line : ask("mntr").lines().toList()) {
            String[] parts = line.strip().split("\\s+");
            if (parts.length == 2 && parts[0].startsWith("zk_") && !parts[0].equals("zk_server_state")) {
                found.put(parts[0], (long) Double.parseDouble(parts[1]));
            }
        }

        assertThat(found).containsKeys(WANTED);
        assertThat(found.get("zk_num_alive_connections")).isEqualTo(2);
    }

    /** Reads {@code stat} line by line in its order, then {@code mntr} after its first line. */
    @Test
    void datadogReadsWhatItAsksFor() {
        Iterator<String> stat = ask("stat\n").lines().iterator();
        Matcher version = Pattern.compile("\\w+ version: v?([^,]+)").matcher(stat.next());
        assertThat(version.find()).isTrue();
        assertThat(version.group(1).split("-")[0]).isEqualTo("3.9.5");
        assertThat(stat.next()).isEqualTo("Clients:");
        List<String> clients = new ArrayList<>();
        for (String line = stat.next().strip();
                !line.isEmpty();
                line = stat.next().strip()) {
            clients.add(line);
        }
        assertThat(clients).hasSize(2);
        assertThat(value(stat.next()).split("/")).hasSize(3).allSatisfy(Double::parseDouble);
        for (String name : List.of("Received", "Sent", "Connections", "Outstanding")) {
            assertThat(stat.next()).matches(name + ": \\d+");
        }
        assertThat(Long.decode(value(stat.next()))).isPositive();
        assertThat(value(stat.next())).isEqualTo("standalone");
        assertThat(Long.parseLong(value(stat.next()))).isGreaterThan(4);

        List<String> skipped = new ArrayList<>();
        ask("mntr\n").lines().skip(1).forEach(line -> {
            String[] parts = line.split("\\s+");
            boolean taken = parts.length == 2 && (parts[0].equals("zk_server_state") || isNumber(parts[1]));
            if (!taken) {
                skipped.add(line);
            }
        });
        assertThat(skipped).isEmpty();
    }

    private static String value(String line) {
        return line.split(":")[1].strip();
    }

    private static boolean isNumber(String text) {
        return text.matches("-?\\d+(\\.\\d+)?");
    }

    /** Asks by HTTP, and finds everything by its name right in the top of what comes. */
    @Test
    void zabbixFindsItsItems() throws Exception {
        ObjectMapper json = new ObjectMapper();
        URI commands = URI.create("http://127.0.0.1:" + server.adminPort() + "/commands/");
        JsonNode monitor = json.readTree(commands.resolve("monitor").toURL());
        JsonNode connections = json.readTree(commands.resolve("connections").toURL());

        assertThat(monitor.get("server_state").asText()).isEqualTo("standalone");
        assertThat(monitor.get("version").asText()).startsWith("3.9.5");
        assertThat(List.of(("uptime approximate_data_size max_file_descriptor_count open_file_descriptor_count"
                                + " outstanding_requests commit_count diff_count snap_count looking_count"
                                + " num_alive_connections global_sessions local_sessions connection_drop_count"
                                + " connection_rejected connection_revalidate_count revalidate_count max_latency"
                                + " min_latency avg_latency znode_count ephemerals_count watch_count packets_sent"
                                + " packets_received bytes_received_count avg_election_time cnt_election_time"
                                + " avg_fsynctime cnt_fsynctime avg_snapshottime cnt_snapshottime")
                        .split(" ")))
                .allSatisfy(each ->
                        assertThat(monitor.get(each).isNumber()).as(each).isTrue());
        assertThat(connections.get("connections").get(0).fieldNames())
                .toIterable()
                .contains(
                        "remote_socket_address",
                        "max_latency",
                        "min_latency",
                        "avg_latency",
                        "packets_sent",
                        "packets_received",
                        "outstanding_requests");
        assertThat(connections.get("secure_connections").isArray()).isTrue();
    }
}
