package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Bytes;
import baton.protocol.Request;
import baton.protocol.Xid;
import baton.server.BatonServer;
import baton.server.config.AuthSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.SaslSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.storage.ApacheServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ClientInfo;
import org.apache.zookeeper.server.auth.DigestLoginModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logins by SASL, with Apache ZooKeeper's client, and beside Apache ZooKeeper's server. */
@Timeout(60)
class SaslTest {
    private static final int TICK_MILLIS = 15_000;
    private static final Map<String, String> PASSWORDS = Map.of("bob", "secret", "root", "boss");
    private static final String FIPS = "zookeeper.fips-mode";
    private static final String FORGIVEN = "zookeeper.allowSaslFailedClients";
    private static final String REQUIRED = "zookeeper.sessionRequireClientSASLAuth";
    private static final String ENFORCED = "zookeeper.enforce.auth.enabled";
    private static final String SCHEMES = "zookeeper.enforce.auth.schemes";

    @TempDir
    Path temp;

    private final List<AutoCloseable> toClose = new ArrayList<>();

    @BeforeEach
    void allowDigestMd5() {
        System.setProperty(FIPS, "false");
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : toClose) {
            each.close();
        }
        Configuration.setConfiguration(null);
        List.of(FIPS, FORGIVEN, REQUIRED, ENFORCED, SCHEMES).forEach(System::clearProperty);
    }

    @Test
    void aUserWhoLogsInOwnsWhatHeCreates() throws Exception {
        BatonServer server = serve(login());
        ZooKeeper bob = client(server, "bob", "secret", KeeperState.SaslAuthenticated);
        ZooKeeper nobody = client(server, null, "", KeeperState.SyncConnected);

        bob.create("/mine", new byte[0], Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);

        assertThat(bob.getACL("/mine", null).get(0).getId().toString().trim()).isEqualTo("'sasl,'bob");
        assertThat(bob.whoAmI()).contains(new ClientInfo("sasl", "bob"));
        assertThat(bob.getData("/mine", false, null)).isEmpty();
        assertThatThrownBy(() -> nobody.getData("/mine", false, null))
                .isInstanceOf(KeeperException.NoAuthException.class);
    }

    @Test
    void aUserNamedAboveAllListsPassesThem() throws Exception {
        BatonServer server = serve(login());
        ZooKeeper bob = client(server, "bob", "secret", KeeperState.SaslAuthenticated);
        ZooKeeper root = client(server, "root", "boss", KeeperState.SaslAuthenticated);

        bob.create("/mine", new byte[0], Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);

        assertThat(root.getData("/mine", false, null)).isEmpty();
    }

    @Test
    void aWrongPasswordFailsTheClientForGood() throws Exception {
        BatonServer server = serve(login());

        ZooKeeper client = client(server, "bob", "wrong", KeeperState.AuthFailed);

        assertThatThrownBy(() -> client.exists("/", false)).isInstanceOf(KeeperException.AuthFailedException.class);
    }

    @Test
    void aFailedLoginIsAnsweredAsApacheAnswersIt() throws Exception {
        assertSame(login(), sasl(Bytes.EMPTY), sasl(Bytes.utf8("nonsense")));
    }

    @Test
    void aLoginThatBeginsInTheMiddleIsAnsweredAsApacheAnswersIt() throws Exception {
        assertSame(login(), sasl(Bytes.utf8("nonsense")));
    }

    @Test
    void aFailedLoginMayBeForgiven() throws Exception {
        System.setProperty(FORGIVEN, "true");

        assertSame(
                AuthSettings.DEFAULT.withSasl(SaslSettings.of(PASSWORDS).withFailureForgiven()),
                sasl(Bytes.EMPTY),
                sasl(Bytes.utf8("nonsense")),
                SentRequest.of(3, new Request.GetData("/", false)));
    }

    @Test
    void whoMustLogInIsToldSo() throws Exception {
        System.setProperty(REQUIRED, "true");
        AuthSettings required = login().withRequiredSchemes(Set.of("sasl"));

        assertSame(required, SentRequest.of(3, new Request.GetData("/", false)));
        assertSame(required, SentRequest.of(Xid.PING, Request.Ping.INSTANCE));
        assertSame(required, new SentRequest(4, 999, new byte[0], "no such operation"));
        assertSame(required, sasl(Bytes.EMPTY), sasl(Bytes.utf8("nonsense")));
    }

    @Test
    void whoMustProveSomethingMayDoItByAnyOfTheSchemes() throws Exception {
        System.setProperty(ENFORCED, "true");
        System.setProperty(SCHEMES, "sasl,digest");
        AuthSettings required = login().withRequiredSchemes(Set.of("sasl", "digest"));

        assertSame(required, proof("u:p"), SentRequest.of(3, new Request.GetData("/", false)));
        assertSame(required, SentRequest.of(3, new Request.GetData("/", false)));
    }

    private static SentRequest sasl(Bytes token) {
        return SentRequest.of(7, new Request.Sasl(token));
    }

    private static SentRequest proof(String text) {
        return SentRequest.of(Xid.AUTH, new Request.Auth(0, "digest", Bytes.utf8(text)));
    }

    private static AuthSettings login() {
        return AuthSettings.DEFAULT.withSasl(SaslSettings.of(PASSWORDS).withSuperUsers(Set.of("root")));
    }

    private BatonServer serve(AuthSettings auth) throws Exception {
        BatonServer server = BatonServer.start(ServerSettings.inMemory()
                .withSessions(SessionSettings.ofTick(TICK_MILLIS))
                .withFeatures(FeatureSettings.DEFAULT.withAuth(auth)));
        toClose.add(server);
        return server;
    }

    /** Asks both servers on a session of its own each, one request after the other. */
    private void assertSame(AuthSettings auth, SentRequest... requests) throws Exception {
        Configuration.setConfiguration(section("Server", "user_", PASSWORDS));
        try (ApacheServer apacheServer = ApacheServer.forgetful(temp.resolve("apache" + toClose.size()), TICK_MILLIS);
                Party apache = new Party(apacheServer.port());
                Party ours = new Party(serve(auth).port())) {
            Step open = new Step.Open(0, 60_000, false, true);
            assertThat(ours.perform(open)).isEqualTo(apache.perform(open));
            for (SentRequest each : requests) {
                Step step = new Step.Ask(0, List.of(each));
                assertThat(shown(ours.perform(step))).describedAs("%s", each).isEqualTo(shown(apache.perform(step)));
            }
        }
    }

    /** Leaves out the challenge, which must never be the same. */
    private static List<String> shown(List<String> said) {
        return said.stream()
                .map(line -> line.replaceAll("\\d+ bytes SaslToken\\[token=Bytes.*", "a challenge"))
                .toList();
    }

    private ZooKeeper client(BatonServer server, String user, String password, KeeperState expected) throws Exception {
        Configuration.setConfiguration(
                user == null
                        ? section("Other", "", Map.of())
                        : section("Client", "", Map.of("username", user, "password", password)));
        CountDownLatch reached = new CountDownLatch(1);
        Watcher watcher = event -> {
            if (event.getState() == expected) {
                reached.countDown();
            }
        };
        ZooKeeper client = new ZooKeeper(server.connectString(), 30_000, watcher);
        toClose.add(0, client);
        assertThat(reached.await(20, TimeUnit.SECONDS))
                .describedAs("%s reached", expected)
                .isTrue();
        return client;
    }

    private static Configuration section(String section, String prefix, Map<String, String> options) {
        Map<String, String> prefixed = new java.util.HashMap<>();
        options.forEach((name, value) -> prefixed.put(prefix + name, value));
        AppConfigurationEntry entry = new AppConfigurationEntry(
                DigestLoginModule.class.getName(), AppConfigurationEntry.LoginModuleControlFlag.REQUIRED, prefixed);
        return new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return name.equals(section) ? new AppConfigurationEntry[] {entry} : null;
            }
        };
    }
}
