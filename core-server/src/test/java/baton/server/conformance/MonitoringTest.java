package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.FourLetterWord;
import baton.core.testkit.LoopbackPort;
import baton.core.testkit.ServerProcess;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.Request;
import baton.server.BatonServer;
import baton.server.RawClient;
import baton.server.config.AdminSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.config.WordAccess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What operators' tools ask: both servers, after the same client has done the same things, answer with the same keys in
 * the same shape.
 */
class MonitoringTest {
    @TempDir
    static Path directory;

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Names that are not fields but what was found: sessions, paths, times, properties. */
    private static final Pattern FOUND = Pattern.compile("-?\\d+|/.*|.*\\..*");

    private static ServerProcess apache;
    private static BatonServer baton;
    private static LoopbackPort apacheAdminPort;
    private static ApacheClient apacheClient;
    private static ApacheClient batonClient;

    @BeforeAll
    static void start() throws Exception {
        apacheAdminPort = LoopbackPort.claim();
        apache = ServerProcess.apache(
                Files.createDirectory(directory.resolve("apache")),
                List.of(
                        "admin.enableServer=true",
                        "admin.serverAddress=127.0.0.1",
                        "admin.serverPort=" + apacheAdminPort.number()));
        baton = BatonServer.start(ServerSettings.inDirectory(directory.resolve("baton"))
                .withSessions(new SessionSettings(100, 200, 60_000))
                .withWords(WordAccess.everywhere(Set.of("*")))
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL)));
        apacheClient = new ApacheClient(apache.connectString(), 30_000);
        batonClient = new ApacheClient(baton.connectString(), 30_000);
        for (ApacheClient each : List.of(apacheClient, batonClient)) {
            use(each);
        }
        for (int each : List.of(apache.address().getPort(), baton.port())) {
            comeBackAndLeave(each);
        }
    }

    private static void comeBackAndLeave(int port) throws IOException {
        try (RawClient first = new RawClient(port);
                RawClient again = new RawClient(port)) {
            ConnectResponse granted =
                    first.connect(new ConnectRequest(0, 30_000, 0, ConnectRequest.NO_PASSWORD, false));
            again.connect(new ConnectRequest(0, 30_000, granted.sessionId(), granted.password(), false));
            again.send(1, Request.CloseSession.INSTANCE);
            again.receive();
        }
    }

    private static void use(ApacheClient client) throws Exception {
        client.zk.create("/a", new byte[10], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        client.zk.create("/a/e", null, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        client.zk.exists("/a/e", true);
        client.zk.getData("/a", true, null);
        for (int i = 0; i < 3; i++) {
            client.zk.getChildren("/a", true, new Stat());
        }
        client.zk.addWatch("/a", AddWatchMode.PERSISTENT_RECURSIVE);
        for (int i = 0; i < 130; i++) {
            client.zk.setData("/a/e", new byte[i], -1);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        apacheClient.close();
        batonClient.close();
        baton.close();
        apache.close();
        apacheAdminPort.close();
    }

    private static String ofApache(String word) {
        return FourLetterWord.ask(apache.address(), word).orElse("");
    }

    private static String ofBaton(String word) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), baton.port());
        return FourLetterWord.ask(address, word).orElse("");
    }

    @Test
    void mntrHasEveryKeyThatApacheHas() {
        Set<String> missing = keys(ofApache("mntr"), "\t");
        missing.removeAll(keys(ofBaton("mntr"), "\t"));

        assertThat(missing).isEmpty();
    }

    @Test
    void mntrHasNoKeyThatApacheLacks() {
        Set<String> more = keys(ofBaton("mntr"), "\t");
        more.removeAll(keys(ofApache("mntr"), "\t"));

        assertThat(more).isEmpty();
    }

    @Test
    void mntrCountsWhatTheClientDid() {
        String text = ofBaton("mntr");

        assertThat(text)
                .contains("zk_server_state\tstandalone\n")
                .containsPattern("zk_cnt_updatelatency\t1[3-9]\\d\n")
                .containsPattern("zk_cnt_readlatency\t[4-9]\\d*\n")
                .containsPattern("zk_cnt_fsynctime\t1\\d\\d\n")
                .containsPattern("zk_commit_count\t1[3-9]\\d\n")
                .containsPattern("zk_uptime\t\\d+\n");
    }

    /** What does not is in the page about monitoring, with the reason. */
    @Test
    void whatMovesOnApacheMovesHereToo() {
        Set<String> still = moving(ofApache("mntr"));
        still.removeAll(moving(ofBaton("mntr")));

        assertThat(still)
                .isSubsetOf(
                        "zk_response_packet_cache_hits",
                        "zk_response_packet_cache_misses",
                        // Nothing is worth a snapshot here yet.
                        "zk_cnt_snapshottime",
                        "zk_snap_count");
    }

    /** Returns what is counted and not nothing any more; of what is measured, how often that was. */
    private static Set<String> moving(String text) {
        return text.lines()
                .filter(line -> line.matches("zk_(?!avg_|min_|max_|sum_|p\\d).*\\t0*[1-9].*"))
                .map(line -> line.substring(0, line.indexOf('\t')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zk_znode_count",
                "zk_ephemerals_count",
                "zk_watch_count",
                "zk_global_sessions",
                "zk_approximate_data_size",
                "zk_outstanding_requests"
            })
    void mntrCountsAsApacheDoes(String key) {
        assertThat(line(ofBaton("mntr"), key)).isEqualTo(line(ofApache("mntr"), key));
    }

    private static String line(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key + "\t"))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conf", "envi"})
    void valuesHaveTheSameKeysInTheSameOrder(String word) {
        assertThat(keyList(ofBaton(word), "=")).isEqualTo(keyList(ofApache(word), "="));
    }

    @ParameterizedTest
    @ValueSource(strings = {"srvr", "stat", "cons", "dump", "dirs", "wchs", "wchc", "wchp", "ruok", "isro", "gtmk"})
    void wordsAreAnsweredInTheSameShape(String word) throws Exception {
        // Reading changes nothing, but is the last thing that both connections have done.
        apacheClient.zk.exists("/a", false);
        batonClient.zk.exists("/a", false);

        assertThat(shape(ofBaton(word))).isEqualTo(shape(ofApache(word)));
    }

    /** The summary knows of the watches on data and existence alone. */
    @Test
    void watchesAreCountedAsApacheCountsThem() throws Exception {
        for (ApacheClient each : List.of(apacheClient, batonClient)) {
            each.zk.exists("/a/e", true);
            each.zk.getChildren("/a", true, new Stat());
        }

        assertThat(ofBaton("wchs")).isEqualTo(ofApache("wchs"));
    }

    @Test
    void wordsSentWithMoreBehindThemAreAnswered() {
        assertThat(ofBaton("ruok\n")).isEqualTo(ofApache("ruok\n")).isEqualTo("imok");
    }

    @Test
    void theTraceMaskIsSetAndKept() {
        String answer = ofBaton("stmk\0\0\0\0\0\0\0\7");

        assertThat(answer).isEqualTo("7");
        assertThat(ofBaton("gtmk")).isEqualTo("7");
        ofBaton("stmk\0\0\0\0\0\0\1\62");
    }

    @Test
    void hashTellsADigestEvery128Transactions() {
        assertThat(ofBaton("hash")).matches("80: -?\\d+\n");
    }

    @Test
    void connectionsBeginToCountAnew() {
        assertThat(ofBaton("crst")).isEqualTo(ofApache("crst")).isEqualTo("Connection stats reset.\n");
        assertThat(ofBaton("cons")).containsPattern("recved=[01],sent=[01],sid=");
    }

    @Test
    void aListOfConnectionsTellsWhatEachDidLast() throws Exception {
        apacheClient.zk.setData("/a", new byte[1], -1);
        // A ping may come in between.
        await().untilAsserted(() -> {
            batonClient.zk.setData("/a", new byte[1], -1);

            assertThat(ofBaton("cons"))
                    .containsPattern(" /127\\.0\\.0\\.1:\\d+\\[1\\]\\(queued=0,recved=\\d+,sent=\\d+,sid=0x[0-9a-f]+,"
                            + "lop=SETD,est=\\d+,to=30000,lcxid=0x[0-9a-f]+,lzxid=0x[0-9a-f]+,lresp=\\d+,"
                            + "llat=\\d+,minlat=\\d+,avglat=\\d+,maxlat=\\d+\\)\n");
        });
    }

    @Test
    void aConnectionThatHasAskedForNothingShowsHowItGotItsSession() throws Exception {
        List<String> shown = withSessionOnly(baton.port(), MonitoringTest::ofBaton);
        List<String> ofApache = withSessionOnly(apache.address().getPort(), MonitoringTest::ofApache);

        assertThat(shown).containsExactly(",lop=SESS,lcxid=0x0,lzxid=newest", ",lop=SESS,lcxid=0x0,lzxid=0x0");
        assertThat(ofApache).containsExactly(shown.get(0), ",lop=null,lcxid=0x0,lzxid=0x0");
    }

    /** Returns what is shown of a connection that has opened a session, and of another that has taken it up. */
    private static List<String> withSessionOnly(int port, UnaryOperator<String> answers) throws IOException {
        try (RawClient first = new RawClient(port);
                RawClient again = new RawClient(port)) {
            ConnectResponse granted =
                    first.connect(new ConnectRequest(0, 30_000, 0, ConnectRequest.NO_PASSWORD, false));
            String opened = lastDone(answers, granted.sessionId());
            again.connect(new ConnectRequest(0, 30_000, granted.sessionId(), granted.password(), false));
            assertThat(first.isCutOff()).isTrue();
            return List.of(opened, lastDone(answers, granted.sessionId()));
        }
    }

    private static String lastDone(UnaryOperator<String> answers, long sessionId) {
        String newest = answers.apply("srvr").replaceFirst("(?s).*Zxid: (0x[0-9a-f]+).*", "$1");
        String pattern = "(?s).*,sid=0x" + Long.toHexString(sessionId)
                + "(,lop=\\w+),est=\\d+,to=\\d+((,lcxid=0x[0-9a-f]+)?,lzxid=0x[0-9a-f]+),.*";
        return answers.apply("cons").replaceFirst(pattern, "$1$2").replace("lzxid=" + newest, "lzxid=newest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "configuration",
                "conf",
                "connections",
                "connection_stat_reset",
                "dirs",
                "dump",
                "environment",
                "get_trace_mask",
                "initial_configuration",
                "is_read_only",
                "last_snapshot",
                "leader",
                "observers",
                "ruok",
                "server_stats",
                "stats",
                "voting_view",
                "watches",
                "watches_by_path",
                "watch_summary",
                "zabstate",
                "bogus"
            })
    void commandsAnswerWithTheSameFields(String command) throws Exception {
        JsonNode expected = get(apacheAdminPort.number(), command);
        JsonNode actual = get(baton.adminPort(), command);

        assertThat(fields("", actual, new TreeSet<>())).isEqualTo(fields("", expected, new TreeSet<>()));
        assertThat(actual.get("command")).isEqualTo(expected.get("command"));
        assertThat(actual.get("error")).isEqualTo(expected.get("error"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "is_read_only",
                "leader",
                "observers",
                "ruok",
                "set_trace_mask",
                "voting_view",
                "watch_summary",
                "zabstate",
                "bogus"
            })
    void whatDoesNotDependOnTheMomentIsTheSameText(String command) throws Exception {
        assertThat(text(baton.adminPort(), "/commands/" + command).strip())
                .isEqualTo(
                        text(apacheAdminPort.number(), "/commands/" + command).strip());
    }

    @Test
    void addressesAndZxidsAreWrittenAlike() throws Exception {
        for (int port : List.of(apacheAdminPort.number(), baton.adminPort())) {
            assertThat(get(port, "connections")
                            .at("/connections/0/remote_socket_address")
                            .asText())
                    .matches("127\\.0\\.0\\.1:\\d+");
            assertThat(get(port, "last_snapshot").get("zxid").asText()).matches("[0-9a-f]+");
        }
    }

    @Test
    void theMonitorCommandHasEveryFieldThatApacheHas() throws Exception {
        Set<String> missing = fields("", get(apacheAdminPort.number(), "monitor"), new TreeSet<>());
        missing.removeAll(fields("", get(baton.adminPort(), "monitor"), new TreeSet<>()));

        assertThat(missing).isEmpty();
    }

    @Test
    void commandsAreLaidOutAsApacheDoes() throws Exception {
        assertThat(text(baton.adminPort(), "/commands/ruok").strip())
                .isEqualTo(text(apacheAdminPort.number(), "/commands/ruok").strip());
        assertThat(text(baton.adminPort(), "/commands")).contains("<a href=\"/commands/monitor\">monitor</a>");
    }

    private static JsonNode get(int port, String command) throws Exception {
        return JSON.readTree(text(port, "/commands/" + command));
    }

    private static String text(int port, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static Set<String> fields(String at, JsonNode node, Set<String> found) {
        if (node.isArray()) {
            node.forEach(each -> fields(at + "[]", each, found));
        }
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            // Properties of the process are fields of the environment, and found elsewhere.
            boolean isFound = FOUND.matcher(each.getKey()).matches() && !at.isEmpty();
            String name = at + "." + (isFound ? "*" : each.getKey());
            found.add(name);
            fields(name, each.getValue(), found);
        }
        return found;
    }

    private static Set<String> keys(String text, String separator) {
        return new TreeSet<>(keyList(text, separator));
    }

    private static List<String> keyList(String text, String separator) {
        return text.lines()
                .filter(line -> line.contains(separator))
                .map(line -> line.substring(0, line.indexOf(separator)))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** Replaces everything that differs from moment to moment. */
    private static String shape(String text) {
        return text.lines()
                .map(line -> line.replaceAll("Zookeeper version: .*", "Zookeeper version: V"))
                .map(line -> line.replaceAll("expire at .*:", "expire at DATE:"))
                .map(line -> line.replaceAll("0x[0-9a-f]+", "HEX"))
                .map(line -> line.replaceAll("lop=[A-Z]+", "lop=OP"))
                .map(line -> line.replaceAll("\\d+(\\.\\d+)?", "N"))
                .distinct()
                .sorted()
                .collect(Collectors.joining("\n"));
    }
}
