package baton.server.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.LoopbackPort;
import baton.core.testkit.ServerProcess;
import baton.server.BatonServer;
import baton.server.config.AdminSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Prometheus finds at a server of ours and at Apache ZooKeeper, after the same client has used both. */
class ScrapeTest {
    private static final String LIMITS = "/zookeeper/quota/a/zookeeper_limits";

    @TempDir
    static Path directory;

    private static MetricsPage ofApache;
    private static MetricsPage ofBaton;

    @BeforeAll
    static void scrapeBoth() throws Exception {
        try (LoopbackPort port = LoopbackPort.claim();
                ServerProcess apache = ServerProcess.apache(
                        Files.createDirectory(directory.resolve("apache")),
                        List.of(
                                "metricsProvider.className"
                                        + "=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider",
                                "metricsProvider.httpHost=127.0.0.1",
                                "metricsProvider.httpPort=" + port.number()));
                ApacheClient client = new ApacheClient(apache.connectString(), 30_000)) {
            use(client);
            ofApache = MetricsPage.at(port.number());
        }
        try (BatonServer baton = BatonServer.start(ServerSettings.inDirectory(directory.resolve("baton"))
                        .withSessions(new SessionSettings(100, 200, 60_000))
                        .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL)));
                ApacheClient client = new ApacheClient(baton.connectString(), 30_000)) {
            use(client);
            ofBaton = MetricsPage.at(baton.adminPort());
        }
    }

    private static void use(ApacheClient client) throws Exception {
        client.zk.create("/a", new byte[10], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        for (String path : List.of("/zookeeper/quota/a", LIMITS, "/zookeeper/quota/a/zookeeper_stats")) {
            byte[] content = (path.equals(LIMITS) ? "count=100,bytes=5000" : "count=1,bytes=10").getBytes(UTF_8);
            client.zk.create(path, content, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
        client.zk.create("/a/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        client.zk.getData("/a", true, null);
        client.zk.setData("/a", new byte[5], -1);
        client.zk.getChildren("/a", false);
        client.zk.delete("/a/e", -1);
        client.zk.exists("/a", false);
        client.zk
                .transaction()
                .create("/b", new byte[7], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT)
                .setData("/b", new byte[3], -1)
                .commit();
    }

    @Test
    void everyFamilyOfApacheIsHereWithItsType() {
        TreeMap<String, String> here = new TreeMap<>(ofBaton.types());
        here.keySet().retainAll(ofApache.types().keySet());

        assertThat(here).isEqualTo(ofApache.types());
        assertThat(ofApache.types()).hasSizeGreaterThanOrEqualTo(180);
    }

    @Test
    void everySampleOfApacheIsHereWithItsLabels() {
        Set<String> missing = new TreeSet<>(
                ofApache.samples().keySet().stream().map(ScrapeTest::shape).collect(Collectors.toSet()));
        missing.removeAll(
                ofBaton.samples().keySet().stream().map(ScrapeTest::shape).toList());

        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "read_per_namespace_count",
                "read_per_namespace_sum",
                "write_per_namespace_count",
                "write_per_namespace_sum",
                "quota_count_limit_per_namespace",
                "quota_bytes_limit_per_namespace",
                "quota_count_usage_per_namespace",
                "quota_bytes_usage_per_namespace"
            })
    void whatIsCountedByNamespaceComesToTheSame(String name) {
        assertThat(byNamespace(ofBaton, name))
                .isEqualTo(byNamespace(ofApache, name))
                .isNotEmpty();
    }

    private static Map<String, Double> byNamespace(MetricsPage page, String name) {
        Map<String, Double> values = new TreeMap<>();
        page.samples().forEach((sample, value) -> {
            if (sample.startsWith(name + "{")) {
                values.put(shape(sample), value);
            }
        });
        return values;
    }

    /** Collectors and pools differ from one machine's JVM to the next, and so do their names. */
    private static String shape(String sample) {
        return sample.replaceAll("(pool|gc|version|vendor|runtime|state)=\"[^\"]*\"", "$1")
                .replace(",}", "}");
    }
}
