package baton.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.LoopbackPort;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import baton.server.BatonServer;
import baton.server.ExitCode;
import baton.server.HostProcess;
import baton.server.RawClient;
import baton.server.StartFailedException;
import baton.server.config.AdminSettings;
import baton.server.config.AdminSettings.CounterNames;
import baton.server.config.AdminSettings.Presence;
import baton.server.config.ConfigFile;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.WordAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminSiteTest {
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)(\\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*})? (-?[0-9.E+-]+|NaN)");

    /** What dashboards and agents ask for by name. */
    private static final String KNOWN_TO_DASHBOARDS = """
            znode_count watch_count ephemerals_count approximate_data_size num_alive_connections avg_latency
            min_latency max_latency outstanding_requests packets_received packets_sent open_file_descriptor_count
            max_file_descriptor_count uptime global_sessions local_sessions election_time_count election_time_sum
            fsynctime_count snapshottime_count readlatency_count updatelatency_count propagation_latency_count
            proposal_count commit_count connection_rejected connection_drop_count stale_sessions_expired looking_count
            unrecoverable_error_count digest_mismatches_count jvm_pause_time_ms_count dbinittime_count
            sync_processor_queue_size_count response_packet_cache_hits add_dead_watcher_stall_time
            bytes_received_count proposal_count_total commit_count_total jvm_memory_bytes_used jvm_memory_used_bytes
            jvm_gc_collection_seconds_count process_cpu_seconds_total process_open_fds jvm_threads_current
            baton_request_duration_seconds_bucket baton_fsync_duration_seconds_count baton_zxid baton_state
            baton_security_exposure baton_disk_free_bytes""";

    @TempDir
    static Path directory;

    private static BatonServer server;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws Exception {
        server = BatonServer.start(
                ServerSettings.inDirectory(directory).withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL)));
        // What was never asked for has no duration.
        try (RawClient client = RawClient.withSession(server.port(), 10_000)) {
            client.send(1, new Request.Exists("/", false));
            client.receiveHeader();
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Map<String, Double> samples(String page) {
        Map<String, Double> samples = new TreeMap<>();
        for (String line : page.lines().toList()) {
            if (!line.startsWith("#")) {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                samples.merge(sample.group(1), Double.parseDouble(sample.group(4)), Double::sum);
            }
        }
        return samples;
    }

    @Test
    void metricsMoveWithWhatClientsDo() throws Exception {
        Map<String, Double> before = samples(get("/metrics").body());
        try (RawClient client = RawClient.withSession(server.port(), 10_000)) {
            for (int i = 0; i < 5; i++) {
                client.send(i, new Request.Create("/metrics-" + i, Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT));
                client.receiveHeader();
                client.send(i, new Request.Exists("/metrics-" + i, false));
                client.receiveHeader();
            }
        }
        Map<String, Double> after = samples(get("/metrics").body());

        assertThat(after.get("znode_count")).isEqualTo(before.get("znode_count") + 5);
        assertThat(after.get("updatelatency_count")).isEqualTo(before.get("updatelatency_count") + 5);
        assertThat(after.get("readlatency_count")).isEqualTo(before.get("readlatency_count") + 5);
        for (String moving : List.of(
                "packets_received",
                "packets_sent",
                "bytes_received_count",
                "fsynctime_count",
                "commit_count",
                "proposal_count_total",
                "connection_request_count",
                "non_mtls_local_conn_count",
                "baton_zxid",
                "baton_fsync_duration_seconds_sum",
                "baton_request_duration_seconds_count")) {
            assertThat(after.get(moving)).as(moving).isGreaterThan(before.get(moving));
        }
    }

    /** How near a server is to refusing what grows. */
    @Test
    void theTreeIsMeasuredAgainstItsBound() throws Exception {
        Map<String, Double> before = samples(get("/metrics").body());
        try (RawClient client = RawClient.withSession(server.port(), 10_000)) {
            client.send(
                    1, new Request.Create("/large", Bytes.wrap(new byte[500_000]), Acl.OPEN, CreateMode.PERSISTENT));
            client.receiveHeader();
        }
        Map<String, Double> after = samples(get("/metrics").body());

        assertThat(after.get("baton_tree_bytes") - before.get("baton_tree_bytes"))
                .isBetween(500_000.0, 510_000.0);
        assertThat(after.get("baton_tree_max_bytes") / Runtime.getRuntime().maxMemory())
                .isCloseTo(0.6, within(0.01));
    }

    @Test
    void everythingThatDashboardsAskForIsThere() throws Exception {
        assertThat(samples(get("/metrics").body())).containsKeys(KNOWN_TO_DASHBOARDS.split("\\s+"));
    }

    @Test
    void aRequestThatIsTooLargeIsCounted() throws Exception {
        double before = samples(get("/metrics").body()).get("large_requests_rejected");
        try (RawClient client = new RawClient(server.port())) {
            client.send(new byte[] {0x7f, 0, 0, 0});
            assertThat(client.isCutOff()).isTrue();
        }

        assertThat(samples(get("/metrics").body()).get("large_requests_rejected"))
                .isEqualTo(before + 1);
    }

    @Test
    void theFreeSpaceOfTheDiskIsKnownFromTheFirstLook() throws Exception {
        await().untilAsserted(() -> assertThat(samples(get("/metrics").body()).get("baton_disk_free_bytes"))
                .isPositive());
    }

    @Test
    void eachNameHasOneTypeBeforeItsSamples() throws Exception {
        List<String> types = get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ")[2])
                .toList();

        assertThat(types).doesNotHaveDuplicates().hasSizeGreaterThan(180);
    }

    @Test
    void bucketsGrowAndEndWithAll() throws Exception {
        List<Double> buckets = get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("baton_fsync_duration_seconds_bucket"))
                .map(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .toList();

        assertThat(buckets).hasSizeGreaterThan(10).isSorted();
        assertThat(buckets.get(buckets.size() - 1))
                .isEqualTo(samples(get("/metrics").body()).get("baton_fsync_duration_seconds_count"));
    }

    @Test
    void openMetricsIsGivenToThoseWhoAskForIt() throws Exception {
        HttpResponse<String> answer = get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");

        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/openmetrics-text");
        assertThat(answer.body()).endsWith("# EOF\n").contains("# TYPE process_cpu_seconds counter");
    }

    @Test
    void aScrapeOfAnIdleServerTakesLittle() throws Exception {
        get("/metrics");

        assertThat(get("/metrics").body().length()).isBetween(20_000, 250_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz", "/startupz", "/healthz?verbose"})
    void probesSayThatAllIsWell(String path) throws Exception {
        HttpResponse<String> answer = get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"status\" : \"ok\"").hasLineCount(1);
    }

    @Test
    void everyCheckOfHealthHasAnAge() throws Exception {
        String first = get("/healthz?verbose").body();

        for (String check : List.of("loaded", "storage", "threads", "space")) {
            assertThat(first)
                    .containsPattern("\"" + check + "\" : \\{ \"status\" : \"ok\", \"check\" : \"[^\"]+\","
                            + " \"found\" : \"ok\", \"since\" : \"20[^\"]+Z\", \"age_ms\" : \\d+ }");
        }
        assertThat(get("/healthz").body())
                .contains("\"checks\" : { \"loaded\" : \"ok\", \"storage\" : \"ok\", \"threads\" : \"ok\",");
    }

    @Test
    void whatIsNotThereIs404AndWhatChangesIs405() throws Exception {
        HttpRequest post = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.adminPort() + "/commands/stat_reset"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();

        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/commands/../../etc/passwd").body()).contains("Unknown command");
        HttpResponse<String> refused = HTTP.send(post, HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(refused.headers().allValues("Allow")).containsExactly("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics", "/livez", "/commands/ruok", "/commands/none", "/nothing"})
    void noPageIsShownInAnotherOrTakenForSomethingElse(String path) throws Exception {
        HttpHeaders headers = get(path).headers();

        assertThat(headers.allValues("X-Frame-Options")).containsExactly("DENY");
        assertThat(headers.allValues("X-Content-Type-Options")).containsExactly("nosniff");
    }

    @Test
    void aTraceMaskThatIsNoNumberIsTold() throws Exception {
        assertThat(get("/commands/stmk?traceMask=abc").body())
                .contains("\"error\" : \"setTraceMask requires long traceMask argument, got abc\"");
        assertThat(get("/commands/stmk").body())
                .contains("\"error\" : \"setTraceMask requires long traceMask argument\"");
    }

    @Test
    void nothingIsRestoredUnlessThatIsSwitchedOn() throws Exception {
        HttpRequest post = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.adminPort() + "/commands/restore"))
                .POST(HttpRequest.BodyPublishers.ofString("a snapshot"))
                .build();

        HttpResponse<String> answer = HTTP.send(post, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body())
                .contains("\"command\" : \"restore\"", "the command is switched off: admin.restore.enabled=true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/commands/dump", "/commands/wchp", "/commands/mntr", "/metrics"})
    void aPageThatCostsSomethingIsNotGivenAsOftenAsSomebodyAsks(String path) throws Exception {
        ServerSettings settings = ServerSettings.inMemory().withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL));
        try (BatonServer started = BatonServer.start(settings)) {
            URI base = URI.create("http://127.0.0.1:" + started.adminPort());
            HttpResponse<String> refused = firstRefused(base.resolve(path));

            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            assertThat(refused.body()).contains("too often; ask again in a second");
            assertThat(text(base.resolve("/readyz"))).contains("ok");
            assertThat(text(base.resolve("/commands/ruok"))).contains("\"error\" : null");
            assertThat(text(base.resolve("/commands/conf"))).contains("client_port");
        }
    }

    @Test
    void pagesDoNotUseUpWhatWordsMay() throws Exception {
        ServerSettings settings = ServerSettings.inMemory()
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL))
                .withWords(WordAccess.everywhere(Set.of("wchs")));
        try (BatonServer started = BatonServer.start(settings);
                RawClient client = new RawClient(started.port())) {
            HttpResponse<String> unused =
                    firstRefused(URI.create("http://127.0.0.1:" + started.adminPort() + "/commands/wchs"));

            client.send("wchs");

            assertThat(client.receiveAll()).contains("Total watches:0");
        }
    }

    /** Asks fifty times at once, until that is too often. */
    private static HttpResponse<String> firstRefused(URI page) {
        return Stream.generate(() -> fifty(page))
                .limit(100)
                .flatMap(List::stream)
                .filter(answer -> answer.statusCode() == 429)
                .findFirst()
                .orElseThrow();
    }

    /** Each of them claims to be asked from somewhere else, which counts for nothing. */
    private static List<HttpResponse<String>> fifty(URI page) {
        return IntStream.range(0, 50)
                .mapToObj(i -> HttpRequest.newBuilder(page)
                        .header("X-Forwarded-For", "10.0.0." + i)
                        .build())
                .map(each -> HTTP.sendAsync(each, HttpResponse.BodyHandlers.ofString()))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    @Test
    void aServerShowsWhereItsSettingsWereSaidButNoSecrets(@TempDir Path other) throws Exception {
        Path file = Files.write(
                other.resolve("zoo.cfg"),
                List.of(
                        "clientPort=1",
                        "dataDir=" + other.resolve("data"),
                        "DigestAuthenticationProvider.superDigest=super:hidden"));
        ConfigFile config = ConfigFile.read(file);
        ServerSettings settings = ServerSettings.inMemory().withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL));
        try (BatonServer started =
                BatonServer.start(settings, HostProcess.ofServer(config.report(), Optional.empty()))) {
            URI base = URI.create("http://127.0.0.1:" + started.adminPort());
            String page = text(base.resolve("/api/v1/config"));

            assertThat(page)
                    .contains("\"key\" : \"clientPort\", \"value\" : \"1\", \"origin\" : \"zoo.cfg line 1\"")
                    .contains("\"value\" : \"***\"");
            assertThat(text(base.resolve("/commands/initial_configuration")))
                    .contains("clientPort=1\\ndataDir=")
                    .contains("superDigest=***");
            assertThat(page + text(base.resolve("/commands/icfg"))).doesNotContain("hidden");
        }
    }

    private static String text(URI page) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @ParameterizedTest
    @ValueSource(strings = {"elsewhere.example", "elsewhere.example:8080"})
    void aNameThatIsNotOursIsRefusedOnLoopback(String host) throws Exception {
        assertThat(say("GET /commands/stat HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET / HTTP/1.1\r\nContent-Length: 1000000000\r\nHost: localhost\r\n\r\n",
                "GET /commands/ruok HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: nonsense\r\n\r\n",
            })
    void whatIsNoRequestIsRefused(String said) throws Exception {
        assertThat(say(said)).startsWith("HTTP/1.1 4");
    }

    private static String say(String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.adminPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void aPortThatIsTakenStopsTheStartOnlyIfItWasAskedFor() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ListenAddress address = new ListenAddress("127.0.0.1", taken.getLocalPort());
            AdminSettings asked = AdminSettings.at(address);
            AdminSettings silent = asked.withPresence(Presence.IF_FREE);

            StartFailedException failure = catchThrowableOfType(
                    StartFailedException.class,
                    () -> BatonServer.start(ServerSettings.inMemory().withAdmin(asked)));
            assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(failure).hasMessageContaining(address.toString()).hasMessageContaining("admin.serverPort");

            try (BatonServer started =
                    BatonServer.start(ServerSettings.inMemory().withAdmin(silent))) {
                assertThat(started.adminPort()).isZero();
                RawClient.withSession(started.port(), 10_000).close();
            }
        }
    }

    @Test
    void thePortOfMetricsShowsNothingElse() throws Exception {
        LoopbackPort port = LoopbackPort.claim();
        AdminSettings metricsOnly =
                AdminSettings.NONE.withMetrics(new ListenAddress("127.0.0.1", port.number()), CounterNames.PLAIN);
        try (port;
                BatonServer started =
                        BatonServer.start(ServerSettings.inMemory().withAdmin(metricsOnly))) {
            URI base = URI.create("http://" + port);
            HttpResponse<String> metrics = HTTP.send(
                    HttpRequest.newBuilder(base.resolve("/metrics")).build(), HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> commands = HTTP.send(
                    HttpRequest.newBuilder(base.resolve("/commands/stat")).build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(started.adminPort()).isZero();
            assertThat(samples(metrics.body())).containsKey("commit_count").doesNotContainKey("commit_count_total");
            assertThat(commands.statusCode()).isEqualTo(404);
        }
    }
}
