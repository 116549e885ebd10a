package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.config.TlsSettings;
import baton.server.config.TlsSettings.ClientAuth;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class HttpPortTest {
    private static final int MORE_THAN_THERE_ARE_PLACES = 300;
    private static final int MORE_THAN_HALF_OF_ALL = 40 << 20;
    private static final int IDLE_MILLIS = 20_000;

    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final CompletableFuture<HttpSite.Reply> later = new CompletableFuture<>();
    private HttpSite site;
    private HttpPort port;

    @BeforeEach
    void open() throws IOException {
        site = query -> {
            if (query.path().equals("/later")) {
                asked.complete(null);
                return later;
            }
            if (query.path().equals("/huge")) {
                return CompletableFuture.completedFuture(HttpSite.Reply.text(200, "x".repeat(MORE_THAN_HALF_OF_ALL)));
            }
            if (query.path().equals("/livez")) {
                return CompletableFuture.completedFuture(HttpSite.Reply.text(200, "alive\n"));
            }
            throw new IllegalStateException("the site is broken");
        };
        port = opened(IDLE_MILLIS);
    }

    private HttpPort opened(int idleMillis) throws IOException {
        return opened(idleMillis, new EventLoops.Security.Plain());
    }

    private HttpPort opened(int idleMillis, EventLoops.Security security) throws IOException {
        return HttpPort.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new HttpPort.Bounds(256, idleMillis),
                site,
                security,
                Thread::new,
                failure -> {});
    }

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void aSiteThatThrowsIsAnsweredForAsAnInternalError() throws IOException {
        assertThat(get("/metrics")).startsWith("HTTP/1.1 500 ").endsWith("internal error, see the server's log\n");
    }

    @Test
    void aPathThatCannotBeDecodedIsTheClientsFault() throws IOException {
        assertThat(get("/metrics%zz")).startsWith("HTTP/1.1 400 ").endsWith("the path cannot be decoded\n");
    }

    @Test
    void whoOpensManyConnectionsAndSaysNothingKeepsNobodyOut() throws IOException {
        List<Socket> silent = silentConnections();

        assertThat(get("/metrics")).startsWith("HTTP/1.1 500 ");
        close(silent);
    }

    @Test
    void whoWaitsForAnAnswerKeepsHisPlace() throws Exception {
        try (Socket waiting = connection()) {
            ask(waiting, "/later");
            asked.get(20, TimeUnit.SECONDS);
            List<Socket> silent = silentConnections();

            later.complete(HttpSite.Reply.text(200, "at last\n"));

            assertThat(answer(waiting)).startsWith("HTTP/1.1 200 ").endsWith("at last\n");
            close(silent);
        }
    }

    @Test
    void whoSaysNoMoreIsAnsweredAllTheSameAndThenLetGo() throws Exception {
        try (Socket waiting = connection()) {
            waiting.setSoTimeout(IDLE_MILLIS / 2);
            ask(waiting, "/later", "keep-alive");
            waiting.shutdownOutput();
            asked.get(20, TimeUnit.SECONDS);
            // By then the port has seen the end, too.
            assertThat(get("/livez")).startsWith("HTTP/1.1 200 ");

            later.complete(HttpSite.Reply.text(200, "at last\n"));

            assertThat(answer(waiting)).startsWith("HTTP/1.1 200 ").endsWith("at last\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, false", "TLSv1.3, false", "TLSv1.3, true"})
    void whoSaysNoMoreOverTlsIsAnsweredAllTheSame(String protocol, boolean byTls, @TempDir Path directory)
            throws Exception {
        TestCertificate certificate = TestCertificate.ofServer(directory, "server");
        TlsSettings settings = TlsSettings.of(StoreFile.of(certificate.bothPem(), Secret.EMPTY), null)
                .withClientAuth(ClientAuth.NONE);
        port.close();
        port = opened(IDLE_MILLIS, new EventLoops.Security.Encrypted(new TlsServer(settings, Runnable::run)));
        SSLContext context = SSLContext.getInstance(protocol);
        context.init(
                null,
                StoreFile.of(certificate.certificatePem(), Secret.EMPTY).trust().getTrustManagers(),
                null);
        try (Socket plain = connection();
                Socket waiting = context.getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true)) {
            waiting.setSoTimeout(IDLE_MILLIS / 2);
            ask(waiting, "/later");
            asked.get(20, TimeUnit.SECONDS);
            // Before TLS 1.3 its end is that of both directions.
            (byTls ? waiting : plain).shutdownOutput();
            try (Socket other = connection()) {
                other.shutdownOutput();
                assertThat(answer(other)).isEmpty();
            }

            later.complete(HttpSite.Reply.text(200, "at last\n"));

            assertThat(begins(waiting)).isEqualTo("HTTP/1.1 200");
        }
    }

    @Test
    void whoSaysNoMoreBeforeHeHasAskedIsLetGo() throws Exception {
        try (Socket silent = connection();
                Socket halfway = connection()) {
            halfway.getOutputStream().write("GET /livez HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
            for (Socket each : List.of(silent, halfway)) {
                each.setSoTimeout(IDLE_MILLIS / 2);
                each.shutdownOutput();

                assertThat(answer(each)).doesNotContain("alive");
            }
        }
    }

    @Test
    void whoAnnouncesALongBodyIsToldThatItIsNotTaken() throws IOException {
        try (Socket socket = connection()) {
            String request = "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n"
                    + "Expect: 100-continue\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

            assertThat(answer(socket)).startsWith("HTTP/1.1 413 ").endsWith("bytes is not taken\n");
        }
    }

    @Test
    void pagesThatNobodyTakesHaveALimitTogether() throws IOException {
        try (Socket slow = connection()) {
            ask(slow, "/huge");
            assertThat(begins(slow)).isEqualTo("HTTP/1.1 200");

            assertThat(get("/huge")).startsWith("HTTP/1.1 503 ").contains("Retry-After: 5");
            assertThat(get("/livez")).startsWith("HTTP/1.1 200 ").endsWith("alive\n");

            slow.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
        try (Socket next = connection()) {
            ask(next, "/huge");
            assertThat(begins(next)).isEqualTo("HTTP/1.1 200");
        }
    }

    @Test
    void whoSendsOnAndDoesNotTakeHisPageLosesIt() throws IOException {
        try (Socket slow = connection()) {
            ask(slow, "/huge", "keep-alive");
            assertThat(begins(slow)).isEqualTo("HTTP/1.1 200");
            ask(slow, "/livez", "keep-alive");

            await().untilAsserted(() -> assertThat(firstLine("/huge")).isEqualTo("HTTP/1.1 200"));
        }
    }

    @Test
    void whoSendsAByteNowAndThenHasNoMoreTimeToTakeHisPage() throws IOException {
        port.close();
        port = opened(1_000);
        try (Socket slow = connection()) {
            ask(slow, "/huge", "keep-alive");
            assertThat(begins(slow)).isEqualTo("HTTP/1.1 200");

            // Whoever is cut off learns it by a byte that cannot be sent any more.
            await().until(() -> {
                try {
                    slow.getOutputStream().write('G');
                    return false;
                } catch (IOException cutOff) {
                    return true;
                }
            });
        }
    }

    private String firstLine(String path) throws IOException {
        try (Socket socket = connection()) {
            ask(socket, path);
            return begins(socket);
        }
    }

    private static String begins(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII);
    }

    private List<Socket> silentConnections() throws IOException {
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < MORE_THAN_THERE_ARE_PLACES; i++) {
            silent.add(connection());
        }
        return silent;
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket each : sockets) {
            each.close();
        }
    }

    private String get(String path) throws IOException {
        try (Socket socket = connection()) {
            ask(socket, path);
            return answer(socket);
        }
    }

    private Socket connection() throws IOException {
        return new Socket(port.address().getAddress(), port.address().getPort());
    }

    private static void ask(Socket socket, String path) throws IOException {
        ask(socket, path, "close");
    }

    private static void ask(Socket socket, String path, String connection) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: " + connection + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
