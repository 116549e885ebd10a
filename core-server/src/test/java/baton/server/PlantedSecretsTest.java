package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import baton.core.testkit.TestCertificate;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import baton.protocol.SessionId;
import baton.protocol.Xid;
import baton.server.config.AdminSettings;
import baton.server.config.ConfigException;
import baton.server.config.ConfigFile;
import baton.server.config.ListenAddress;
import baton.server.config.SecurePort;
import baton.server.config.ServerSettings;
import baton.server.config.WordAccess;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Secrets are planted wherever a server can get one from. Then everything it says to anybody is searched for them: its
 * log down to the last detail, four-letter words, commands, metrics, settings as text, refusals.
 */
@Timeout(60)
class PlantedSecretsTest {
    private static final String PLANTED = "planted";
    private static final Pattern COMMAND = Pattern.compile("/commands/([a-z_]+)");
    private static final List<String> WORDS = List.of(
            "conf", "cons", "dirs", "dump", "envi", "gtmk", "hash", "isro", "mntr", "ruok", "srvr", "stat", "wchc",
            "wchp", "wchs");
    private static final List<String> PAGES =
            List.of("/commands", "/metrics", "/livez", "/readyz", "/healthz", "/api/v1/config", "/");
    private static final String PROPERTY = "javax.net.ssl.keyStorePassword";

    @TempDir
    static Path certificates;

    private static TestCertificate certificate;

    @TempDir
    Path directory;

    private final Map<String, String> said = new LinkedHashMap<>();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger everything = (Logger) LoggerFactory.getLogger("baton");
    private final Level usual = everything.getLevel();

    @BeforeAll
    static void makeCertificate() {
        certificate = TestCertificate.ofServer(certificates, "server");
    }

    @BeforeEach
    void listen() {
        lines.start();
        everything.addAppender(lines);
        everything.setAdditive(false);
        everything.setLevel(Level.TRACE);
        System.setProperty(PROPERTY, "planted-property");
    }

    @AfterEach
    void listenNoMore() {
        System.clearProperty(PROPERTY);
        everything.setLevel(usual);
        everything.setAdditive(true);
        everything.detachAppender(lines);
    }

    private List<String> configuration() throws IOException {
        Path logins = Files.writeString(
                directory.resolve("logins"),
                "Server { org.apache.zookeeper.server.auth.DigestLoginModule required user_alice=\"planted-login\"; };");
        Path secret = Files.writeString(directory.resolve("secret"), "planted-key-of-sessions");
        Path password = Files.writeString(directory.resolve("password"), TestCertificate.PASSWORD);
        return new ArrayList<>(List.of(
                "clientPort=1",
                "dataDir=" + directory.resolve("data"),
                "secureClientPort=2",
                "ssl.keyStore.location=" + certificate.pkcs12(),
                "ssl.keyStore.passwordPath=" + password,
                "ssl.trustStore.location=" + certificate.jks(),
                "ssl.trustStore.password=" + TestCertificate.PASSWORD,
                "ssl.clientAuth=none",
                "DigestAuthenticationProvider.superDigest=boss:planted-digest",
                "SASLAuthenticationProvider.superPassword=planted-super",
                "java.security.auth.login.config=" + logins,
                "fips-mode=false",
                "baton.session.secretPath=" + secret));
    }

    @Test
    void areFoundInNothingAServerSays() throws Exception {
        ConfigFile file = ConfigFile.read(Files.write(directory.resolve("zoo.cfg"), configuration()));
        said.put("warnings", file.warnings() + " " + file.notes());
        SecurePort secure = new SecurePort(
                ListenAddress.EPHEMERAL, false, file.settings().secure().tls());
        ServerSettings settings = file.settings()
                .withListen(ListenAddress.EPHEMERAL)
                .withSecure(secure)
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL))
                .withWords(WordAccess.everywhere(Set.of("*")));
        said.put("settings", settings.toString());
        said.put("report", file.report().toString());

        String session;
        try (BatonServer server = BatonServer.start(settings, HostProcess.ofServer(file.report(), Optional.empty()))) {
            session = use(server);
            for (String word : WORDS) {
                try (RawClient client = new RawClient(server.port())) {
                    client.send(word);
                    said.put("word " + word, client.receiveAll());
                }
            }
            for (String each : PAGES) {
                said.put(each, get(server, each));
            }
            for (String each : commands()) {
                said.put("/commands/" + each, get(server, "/commands/" + each));
            }
        }
        said.put("log", log());

        assertThat(said.get("word ruok")).isEqualTo("imok");
        assertThat(said.get("word conf")).contains("tickTime=3000");
        assertThat(said.get("/commands/system_properties")).contains(PROPERTY);
        assertThat(said.get("log")).contains("listening address=");
        assertThat(commands()).hasSizeGreaterThan(20);
        assertNothingFound();
        // Who learns the number of a session may take it up, where passwords are made of it.
        assertThat(said.get("log")).doesNotContainIgnoringCase(session);
        assertThat(said.get("/metrics")).doesNotContainIgnoringCase(session);
    }

    @Test
    void areFoundInNoRefusal() throws Exception {
        List<String> wrong = configuration();
        wrong.set(4, "ssl.keyStore.password=planted-wrong");
        wrong.addAll(List.of(
                "ssl.keystore.password=planted-slip",
                "DigestAuthenticationProvider.superDigset=boss:planted-slip",
                "SASLAuthenticationProvider.superPassword=planted-twice",
                "ssl.quorum.keyStore.password=planted-unused",
                "tickTime=none"));
        Path file = Files.write(directory.resolve("zoo.cfg"), wrong);

        ConfigException refusal = catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file));
        said.put("refusal", refusal + " " + refusal.problems());

        assertThat(said.get("refusal")).contains("tickTime=none", "ssl.keystore.password", "server.p12");
        assertNothingFound();
    }

    @Test
    void areNotFoundThoughSlipsAreForgiven() throws Exception {
        List<String> slips = configuration();
        slips.addAll(List.of(
                "baton.config.unknown=warn",
                "ssl.keystore.password=planted-slip",
                "DigestAuthenticationProvider.superDigset=boss:planted-slip",
                "ssl.quorum.keyStore.password: planted-unused"));

        ConfigFile file = ConfigFile.read(Files.write(directory.resolve("zoo.cfg"), slips));
        said.put("remarks", file.warnings() + " " + file.notes());
        said.put("report", file.report().toString());

        assertThat(said.get("remarks")).contains("superDigset");
        assertThat(said.get("report")).contains("superDigset=***");
        assertNothingFound();
    }

    /** Proves to be somebody, in vain and with success, writes something; returns the number of the session. */
    private static String use(BatonServer server) throws IOException {
        try (RawClient client = new RawClient(server.port());
                RawClient stranger = new RawClient(server.port())) {
            ConnectRequest request = new ConnectRequest(0, 10_000, 0, ConnectRequest.NO_PASSWORD, false);
            ConnectResponse response = client.connect(request);
            client.send(Xid.AUTH, new Request.Auth(0, "digest", Bytes.utf8("u:planted-proof")));
            assertThat(client.receiveHeader().isOk()).isTrue();
            client.send(1, new Request.Create("/n", Bytes.utf8("planted-data"), Acl.OPEN, CreateMode.PERSISTENT));
            assertThat(client.receiveHeader().isOk()).isTrue();
            client.send(2, new Request.Exists("/n", true));
            assertThat(client.receiveHeader().isOk()).isTrue();
            stranger.connect(
                    new ConnectRequest(0, 10_000, response.sessionId(), Bytes.utf8("planted-guess-16"), false));
            stranger.send(Xid.AUTH, new Request.Auth(0, "nonsense", Bytes.utf8("planted-nonsense")));
            client.send(3, Request.CloseSession.INSTANCE);
            assertThat(client.receiveHeader().isOk()).isTrue();
            return SessionId.format(response.sessionId()).replaceFirst("^0x", "");
        }
    }

    private Set<String> commands() {
        Set<String> names = new TreeSet<>();
        Matcher found = COMMAND.matcher(said.get("/commands"));
        while (found.find()) {
            names.add(found.group(1));
        }
        return names;
    }

    private static String get(BatonServer server, String path) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + server.adminPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private String log() {
        StringBuilder text = new StringBuilder();
        for (ILoggingEvent each : List.copyOf(lines.list)) {
            text.append(each.getFormattedMessage()).append('\n');
            if (each.getThrowableProxy() != null) {
                text.append(ThrowableProxyUtil.asString(each.getThrowableProxy()));
            }
        }
        return text.toString();
    }

    private void assertNothingFound() {
        said.forEach(
                (where, text) -> assertThat(text).describedAs(where).doesNotContain(PLANTED, TestCertificate.PASSWORD));
    }
}
