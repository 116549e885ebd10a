package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.config.AdminSettings;
import baton.server.config.AdminSettings.CounterNames;
import baton.server.config.AdminSettings.MetricsOverTls;
import baton.server.config.ListenAddress;
import baton.server.config.TlsSettings;
import baton.server.transport.EventLoops.Security;
import baton.server.transport.HttpSite;
import baton.server.transport.TlsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ports for metrics alone. */
class AdminPortTest {
    private static final int CONNECTIONS_MAX = 2;
    private static final HttpSite SITE =
            query -> CompletableFuture.completedFuture(HttpSite.Reply.text(200, "shown " + query.path()));

    @TempDir
    static Path directory;

    /** Of the server, and of whoever scrapes it. */
    private static TestCertificate certificate;

    private AdminPort port;

    @BeforeAll
    static void certify() {
        certificate = TestCertificate.ofServer(directory, "both");
    }

    @BeforeEach
    void open() throws Exception {
        TlsSettings tls = TlsSettings.of(
                StoreFile.of(certificate.bothPem(), Secret.EMPTY),
                StoreFile.of(certificate.certificatePem(), Secret.EMPTY));
        AdminSettings settings = AdminSettings.NONE
                .withMetrics(ListenAddress.EPHEMERAL, CounterNames.BOTH)
                .withSecureMetrics(new MetricsOverTls(ListenAddress.EPHEMERAL, tls));
        port = AdminPort.open(
                settings,
                CONNECTIONS_MAX,
                SITE,
                new Security.Plain(),
                new Security.Encrypted(new TlsServer(tls, Runnable::run)),
                failure -> {});
    }

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void showMetricsAndNothingElseWithTlsAndWithout() throws Exception {
        InetSocketAddress plain = port.addresses().get(0);
        InetSocketAddress secure = port.addresses().get(1);
        HttpClient certified =
                client(StoreFile.of(certificate.bothPem(), Secret.EMPTY).keys().getKeyManagers());

        assertThat(get(certified, "http", plain, "/metrics").body()).isEqualTo("shown /metrics");
        assertThat(get(certified, "http", plain, "/commands").statusCode()).isEqualTo(404);
        assertThat(get(certified, "https", secure, "/metrics").body()).isEqualTo("shown /metrics");
        assertThat(get(certified, "https", secure, "/commands").statusCode()).isEqualTo(404);
    }

    @Test
    void overTlsAreForThoseWithACertificateOnly() throws Exception {
        InetSocketAddress secure = port.addresses().get(1);
        HttpClient uncertified = client(new KeyManager[0]);

        assertThatThrownBy(() -> get(uncertified, "https", secure, "/metrics")).isInstanceOf(IOException.class);
    }

    @Test
    void haveSoManyConnectionsAndNotOneMore() throws Exception {
        InetSocketAddress plain = port.addresses().get(0);
        try (Socket first = connected(plain);
                Socket second = connected(plain);
                Socket third = connected(plain)) {
            assertThat(first.getInputStream().read()).isEqualTo(-1);
            for (Socket each : List.of(second, third)) {
                each.getOutputStream().write("GET /metrics HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(each.getInputStream().read()).isEqualTo('H');
            }
        }
    }

    private static Socket connected(InetSocketAddress to) throws IOException {
        Socket socket = new Socket(to.getAddress(), to.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    @Test
    void whoNamesAnAddressThatIsNotHereIsNotToldToChangeThePort() throws Exception {
        assertThatThrownBy(() -> open(new ListenAddress("nowhere.invalid", 8080)))
                .isInstanceOf(ListenException.class)
                .hasMessage("cannot listen on nowhere.invalid:8080 for HTTP: nobody here knows that host;"
                        + " name an address of this machine by admin.serverAddress");
        assertThatThrownBy(() -> open(new ListenAddress("192.0.2.1", 8080)))
                .isInstanceOf(ListenException.class)
                .hasMessageStartingWith("cannot listen on 192.0.2.1:8080 for HTTP: ")
                .hasMessageEndingWith("this machine has no such address: name one that it has by admin.serverAddress");
    }

    @Test
    void whoNamesAPortThatIsTakenIsToldToChangeIt() {
        ListenAddress taken =
                new ListenAddress("127.0.0.1", port.addresses().get(0).getPort());

        assertThatThrownBy(() -> open(taken))
                .isInstanceOf(ListenException.class)
                .hasMessageStartingWith("cannot listen on " + taken + " for HTTP: ")
                .hasMessageEndingWith("; stop what listens there, or name another port by admin.serverPort");
    }

    private static void open(ListenAddress address) throws ListenException {
        AdminPort.open(
                        AdminSettings.at(address),
                        CONNECTIONS_MAX,
                        SITE,
                        new Security.Plain(),
                        new Security.Plain(),
                        failure -> {})
                .close();
    }

    private static HttpClient client(KeyManager[] keys) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                keys,
                StoreFile.of(certificate.certificatePem(), Secret.EMPTY).trust().getTrustManagers(),
                null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private static HttpResponse<String> get(HttpClient http, String scheme, InetSocketAddress port, String path)
            throws Exception {
        URI page = URI.create(scheme + "://127.0.0.1:" + port.getPort() + path);
        return http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
    }
}
