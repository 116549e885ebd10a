package baton.etcd;

import static baton.core.testkit.Stages.failure;
import static baton.core.testkit.Stages.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import baton.core.CoordinationCore;
import baton.core.CoordinationException;
import baton.core.CoreAccess;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.Lifetime;
import baton.core.Login;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.SessionOptions;
import baton.core.TlsContext;
import baton.core.TlsContexts;
import baton.core.TlsFiles;
import baton.core.testkit.EtcdServer;
import baton.core.testkit.ObservedSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections and logins. */
class EtcdSecurityTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    @BeforeEach
    void need() {
        EtcdServer.assumeInstalled();
    }

    // ---- TLS

    @Test
    void bothSidesShowCertificates() throws Exception {
        Pem server = Pem.generate(directory, "server");
        Pem client = Pem.generate(directory, "client");
        Map<String, Path> files = Map.of(
                "cert-file", server.certificate(), "key-file", server.key(), "trusted-ca-file", client.certificate());
        CoreAccess known = CoreAccess.OPEN.over(
                TlsFiles.trusting(server.certificate()).showing(client.certificate(), client.key()));
        CoreAccess unknown = CoreAccess.OPEN.over(TlsFiles.trusting(server.certificate()));

        try (EtcdServer etcd = EtcdServer.startWithTls(files);
                CoordinationCore let = CoordinationCore.connect(etcd.connectString(), known);
                CoordinationCore notLet = CoordinationCore.connect(etcd.connectString(), unknown)) {
            CoreSession session = ObservedSession.open(let, TIMEOUT).session();
            var waiting = notLet.openSession(
                    SessionOptions.withTimeout(TIMEOUT),
                    ObservedSession.open(let, TIMEOUT).observer());

            value(session.create(CreateSpec.plain(NodePath.of("/a"), Payload.EMPTY, Lifetime.EPHEMERAL)));
            value(session.verifyAlive());
            assertThat(waiting.toCompletableFuture()).isNotDone();
            value(session.end());
        }
    }

    @Test
    void whatTheApplicationHasRenewedIsUsed() throws Exception {
        Pem server = Pem.generate(directory, "server");
        Pem former = Pem.generate(directory, "former");
        List<TlsContext> renewed = List.of(trusting(former), trusting(server));
        AtomicInteger connections = new AtomicInteger();
        CoreAccess access =
                CoreAccess.OPEN.over((TlsContexts) () -> renewed.get(Math.min(connections.getAndIncrement(), 1)));
        Map<String, Path> files = Map.of("cert-file", server.certificate(), "key-file", server.key());

        try (EtcdServer etcd = EtcdServer.startWithTls(files);
                CoordinationCore core = CoordinationCore.connect(etcd.connectString(), access)) {
            CoreSession session = ObservedSession.open(core, TIMEOUT).session();

            value(session.verifyAlive());
            assertThat(connections).hasValueGreaterThan(1);
            value(session.end());
        }
    }

    private static TlsContext trusting(Pem trusted) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = Files.newInputStream(trusted.certificate())) {
            store.setCertificateEntry(
                    "it", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return TlsContext.of(context);
    }

    @Test
    void filesThatAreNoneAreRefusedAtOnce() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> CoordinationCore.connect("etcd://e1", CoreAccess.OPEN.over(TlsFiles.trusting(empty))))
                .withMessageContaining("empty.pem");
    }

    /** A key and a certificate that vouches for itself. */
    private record Pem(Path certificate, Path key) {
        static Pem generate(Path directory, String name) throws IOException, InterruptedException {
            Path store = directory.resolve(name + ".p12");
            Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
            Process keytool = new ProcessBuilder(
                            tool.toString(),
                            "-genkeypair",
                            "-alias",
                            "it",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=" + name,
                            "-validity",
                            "2",
                            "-ext",
                            "san=ip:127.0.0.1",
                            "-ext",
                            "bc=ca:true",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            "secret")
                    .inheritIO()
                    .start();
            assertThat(keytool.waitFor()).isZero();
            try (var in = Files.newInputStream(store)) {
                KeyStore keys = KeyStore.getInstance("PKCS12");
                keys.load(in, "secret".toCharArray());
                return new Pem(
                        write(
                                directory.resolve(name + ".crt"),
                                "CERTIFICATE",
                                keys.getCertificate("it").getEncoded()),
                        write(
                                directory.resolve(name + ".key"),
                                "PRIVATE KEY",
                                keys.getKey("it", "secret".toCharArray()).getEncoded()));
            } catch (GeneralSecurityException broken) {
                throw new IOException(broken);
            }
        }

        private static Path write(Path file, String kind, byte[] bytes) throws IOException {
            String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
            return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
        }
    }

    // ---- logins

    @Test
    void loginsAreTakenOrRefusedForGood() {
        try (EtcdServer etcd = EtcdServer.start()) {
            secure(etcd);
            try (CoordinationCore right = as(etcd, new Login("shop", "open sesame"));
                    CoordinationCore wrong = as(etcd, new Login("shop", "guess"));
                    CoordinationCore nobody = CoordinationCore.connect(etcd.connectString() + "/shop")) {
                CoreSession session = ObservedSession.open(right, TIMEOUT).session();
                value(session.create(CreateSpec.plain(NodePath.of("/a"), Payload.EMPTY, Lifetime.EPHEMERAL)));

                assertThat(denied(wrong)).isEqualTo(CoreError.DENIED);
                assertThat(denied(nobody)).isEqualTo(CoreError.DENIED);
                value(session.end());
            }
        }
    }

    @Test
    void whatARoleMayNotDoIsDenied() {
        try (EtcdServer etcd = EtcdServer.start()) {
            secure(etcd);
            try (CoordinationCore elsewhere = CoordinationCore.connect(
                    etcd.connectString() + "/bank", CoreAccess.OPEN.as(new Login("shop", "open sesame")))) {
                assertThat(denied(elsewhere)).isEqualTo(CoreError.DENIED);
            }
        }
    }

    @Test
    void aTokenThatRanOutIsReplacedUnnoticed() {
        try (EtcdServer etcd = EtcdServer.start()) {
            secure(etcd);
            try (CoordinationCore core = as(etcd, new Login("shop", "open sesame"))) {
                ObservedSession.Opened opened = ObservedSession.open(core, TIMEOUT);
                // Whoever changes users makes all tokens worthless.
                String token = rootToken(etcd);
                etcd.post(
                        "/v3/auth/user/changepw",
                        "{\"name\":\"shop\",\"password\":\"open sesame\"}",
                        Map.of("Authorization", token));

                value(opened.session().verifyAlive());
                value(opened.session().create(CreateSpec.plain(NodePath.of("/a"), Payload.EMPTY, Lifetime.EPHEMERAL)));

                assertThat(opened.observer().heard()).isEmpty();
                value(opened.session().end());
            }
        }
    }

    private static CoordinationCore as(EtcdServer etcd, Login login) {
        return CoordinationCore.connect(etcd.connectString() + "/shop", CoreAccess.OPEN.as(login));
    }

    private static CoreError denied(CoordinationCore core) {
        CoordinationException refused = failure(core.openSession(SessionOptions.withTimeout(TIMEOUT), new Nobody()));
        assertThat(refused).hasMessageContaining("etcd");
        return refused.code();
    }

    private static void secure(EtcdServer etcd) {
        etcd.post("/v3/auth/user/add", "{\"name\":\"shop\",\"password\":\"open sesame\"}");
        etcd.post("/v3/auth/role/add", "{\"name\":\"shop\"}");
        etcd.post(
                "/v3/auth/role/grant",
                "{\"name\":\"shop\",\"perm\":{\"permType\":\"READWRITE\",\"key\":\"" + base64("/shop")
                        + "\",\"range_end\":\"" + base64("/shoq") + "\"}}");
        etcd.post("/v3/auth/user/grant", "{\"user\":\"shop\",\"role\":\"shop\"}");
        etcd.requireLogin("root");
    }

    private static String rootToken(EtcdServer etcd) {
        String answer = etcd.post("/v3/auth/authenticate", "{\"name\":\"root\",\"password\":\"root\"}");
        return answer.replaceFirst(".*\"token\":\"([^\"]*)\".*", "$1");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static final class Nobody implements baton.core.SessionObserver {
        @Override
        public void disconnected() {}

        @Override
        public void reconnected() {}

        @Override
        public void extended(long deadlineNanos) {}

        @Override
        public void ended(baton.core.EndReason reason) {}
    }
}
