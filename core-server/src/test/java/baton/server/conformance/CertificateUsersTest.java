package baton.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.LoopbackPort;
import baton.core.testkit.ServerProcess;
import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.BatonServer;
import baton.server.config.AuthSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.SecurePort;
import baton.server.config.ServerSettings;
import baton.server.config.TlsSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users known by their certificates: Apache ZooKeeper's client, over TLS as applications use it, to its own server and to
 * ours. Both say the same to the same.
 */
@Timeout(120)
class CertificateUsersTest {
    @TempDir
    static Path directory;

    private static TestCertificate server;
    private static TestCertificate alice;
    private static TestCertificate bob;
    private static TestCertificate boss;
    private static Path trust;

    @BeforeAll
    static void makeCertificates() {
        server = TestCertificate.ofServer(directory, "server");
        alice = TestCertificate.ofClient(directory, "alice");
        bob = TestCertificate.ofClient(directory, "bob");
        boss = TestCertificate.ofClient(directory, "boss");
        trust = TestCertificate.trust(directory.resolve("trust.p12"), List.of(server, alice, bob, boss));
    }

    @Test
    void areServedAsApacheServesThem() throws Exception {
        List<String> theirs;
        try (LoopbackPort port = LoopbackPort.claim();
                ServerProcess apache =
                        ServerProcess.apache(Files.createDirectory(directory.resolve("data")), secure(port.number()))) {
            theirs = talk(port.number());
        }
        List<String> ours;
        Secret password = Secret.of(TestCertificate.PASSWORD);
        TlsSettings tls = TlsSettings.of(StoreFile.of(server.pkcs12(), password), StoreFile.of(trust, password));
        try (BatonServer baton = BatonServer.start(ServerSettings.inMemory()
                .withFeatures(FeatureSettings.DEFAULT.withAuth(AuthSettings.DEFAULT.withX509SuperUser("CN=boss")))
                .withSecure(SecurePort.alone(tls)))) {
            ours = talk(baton.securePort());
        }

        assertThat(ours).isEqualTo(theirs);
        assertThat(ours)
                .contains(
                        "alice is 127.0.0.1 by ip, CN=alice by x509",
                        "alice reads /hers: OK",
                        "bob reads /hers: NOAUTH",
                        "boss reads /hers: OK");
    }

    private static List<String> secure(int port) {
        return List.of(
                "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
                "secureClientPort=" + port,
                "secureClientPortAddress=127.0.0.1",
                "authProvider.x509=org.apache.zookeeper.server.auth.X509AuthenticationProvider",
                "X509AuthenticationProvider.superUser=CN=boss",
                "ssl.keyStore.location=" + server.pkcs12(),
                "ssl.keyStore.password=" + TestCertificate.PASSWORD,
                "ssl.trustStore.location=" + trust,
                "ssl.trustStore.password=" + TestCertificate.PASSWORD);
    }

    /** What three users do, and what they are told. */
    private static List<String> talk(int port) throws Exception {
        List<String> said = new ArrayList<>();
        try (ApacheClient first = connect(port, alice);
                ApacheClient second = connect(port, bob);
                ApacheClient third = connect(port, boss)) {
            ZooKeeper zk = first.zk;
            said.add("alice is " + whoIs(zk));
            note(
                    said,
                    "alice creates /hers",
                    () -> zk.create("/hers", new byte[1], only("CN=alice"), CreateMode.PERSISTENT));
            note(said, "alice creates /own", () -> zk.create("/own", null, Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT));
            note(said, "alice creates /bad", () -> zk.create("/bad", null, only("alice"), CreateMode.PERSISTENT));
            note(
                    said,
                    "alice creates /pair",
                    () -> zk.create("/pair", null, only("CN=bob,OU=x"), CreateMode.PERSISTENT));
            said.add("the list of /own is " + zk.getACL("/own", null));
            said.add("the list of /hers is " + zk.getACL("/hers", null));
            note(said, "alice says a name", () -> {
                zk.addAuthInfo("digest", "alice:secret".getBytes());
                zk.getData("/hers", false, null);
            });
            said.add("alice is " + whoIs(zk));
            use(said, "alice", first.zk);
            use(said, "bob", second.zk);
            use(said, "boss", third.zk);
        }
        return said;
    }

    private static void use(List<String> said, String name, ZooKeeper zk) {
        for (String path : List.of("/hers", "/own", "/pair")) {
            note(said, name + " reads " + path, () -> zk.getData(path, false, null));
            note(said, name + " writes " + path, () -> zk.setData(path, new byte[2], -1));
            note(said, name + " lists " + path, () -> zk.getChildren(path, false));
            note(said, name + " sees the list of " + path, () -> zk.getACL(path, null));
        }
    }

    private static String whoIs(ZooKeeper zk) throws InterruptedException {
        return String.join(
                ", ",
                zk.whoAmI().stream()
                        .map(each -> each.getUser() + " by " + each.getAuthScheme())
                        .sorted()
                        .toList());
    }

    private interface Deed {
        void run() throws KeeperException, InterruptedException;
    }

    private static void note(List<String> said, String what, Deed deed) {
        String answer;
        try {
            deed.run();
            answer = "OK";
        } catch (KeeperException e) {
            answer = e.code().name();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        said.add(what + ": " + answer);
    }

    private static List<ACL> only(String name) {
        return Collections.singletonList(new ACL(Perms.ALL, new Id("x509", name)));
    }

    private static ApacheClient connect(int port, TestCertificate own) throws Exception {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        try (ClientX509Util names = new ClientX509Util()) {
            config.setProperty(
                    names.getSslKeystoreLocationProperty(), own.pkcs12().toString());
            config.setProperty(names.getSslKeystorePasswdProperty(), TestCertificate.PASSWORD);
            config.setProperty(names.getSslTruststoreLocationProperty(), trust.toString());
            config.setProperty(names.getSslTruststorePasswdProperty(), TestCertificate.PASSWORD);
        }
        return new ApacheClient("127.0.0.1:" + port, 10_000, config);
    }
}
