package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.server.transport.HttpSite.Query;
import baton.server.transport.HttpSite.Reception;
import baton.server.transport.HttpSite.Reply;
import baton.server.transport.HttpSite.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LongBodiesTest {
    private static final byte[] LONG = new byte[8 << 20];

    /** Much longer than a test may be held up between two steps of a connection. */
    private static final int IDLE_MILLIS = 2_000;

    private static final String NOT_YOU = "not you\n";

    private final AtomicLong takenBytes = new AtomicLong();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> abandoned = new CompletableFuture<>();
    private final CompletableFuture<Reply> outcome = new CompletableFuture<>();
    private volatile CompletableFuture<Void> taking = CompletableFuture.completedFuture(null);
    private HttpPort port;

    /** Takes what is sent to /long; of /refused nothing. */
    private final class Site implements HttpSite, Upload {
        @Override
        public CompletionStage<Reply> answer(Query query) {
            return query.path().equals("/slow")
                    ? new CompletableFuture<>()
                    : CompletableFuture.completedFuture(Reply.text(200, "alive\n"));
        }

        @Override
        public Optional<Reception> receive(Query query, long announcedBytes) {
            return switch (query.path()) {
                case "/long" -> Optional.of(new Reception.Taken(this));
                case "/refused" -> Optional.of(new Reception.Refused(Reply.text(401, NOT_YOU)));
                default -> Optional.empty();
            };
        }

        @Override
        public CompletionStage<Void> take(ByteBuffer piece) {
            takenBytes.addAndGet(piece.remaining());
            return taking;
        }

        @Override
        public CompletionStage<Reply> end() {
            ended.complete(null);
            return outcome;
        }

        @Override
        public void abandon() {
            abandoned.complete(null);
        }
    }

    private Socket connection(int idleMillis) throws IOException {
        if (port == null) {
            port = HttpPort.open(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    new HttpPort.Bounds(256, idleMillis),
                    new Site(),
                    new EventLoops.Security.Plain(),
                    Thread::new,
                    failure -> {});
        }
        return new Socket(port.address().getAddress(), port.address().getPort());
    }

    private Socket connection() throws IOException {
        return connection(20_000);
    }

    @AfterEach
    void close() {
        port.close();
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void post(Socket socket, String path, String headers) throws IOException {
        send(socket, "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    }

    private static String length() {
        return "Content-Length: " + LONG.length + "\r\n";
    }

    /** Reads up to the text. */
    private static String readTo(Socket socket, String end) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int each = in.read();
            assertThat(each).as("after %s", text).isNotNegative();
            text.append((char) each);
        }
        return text.toString();
    }

    @Test
    void isTakenWholeAndTheConnectionGoesOn() throws IOException {
        outcome.complete(Reply.text(200, "done\n"));
        try (Socket socket = connection()) {
            for (int i = 1; i <= 2; i++) {
                post(socket, "/long", length());
                socket.getOutputStream().write(LONG);

                assertThat(readTo(socket, "done\n")).startsWith("HTTP/1.1 200 ");
                assertThat(takenBytes).hasValue((long) i * LONG.length);
            }
            send(socket, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(readTo(socket, "alive\n")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void isNotTakenBehindARequestThatIsNotAnsweredYet() throws IOException {
        try (Socket socket = connection()) {
            send(
                    socket,
                    "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            + "POST /long HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nbytes");

            assertThat(socket.getInputStream().read()).isNegative();
        }
        assertThat(takenBytes).hasValue(0);
        assertThat(ended).isNotDone();
    }

    @Test
    void isTakenPieceByPieceTooWhoeverDoesNotKnowItsLength() throws IOException {
        outcome.complete(Reply.text(200, "done\n"));
        try (Socket socket = connection()) {
            post(socket, "/long", "Transfer-Encoding: chunked\r\n");
            for (int i = 0; i < 3; i++) {
                send(socket, "5\r\nbytes\r\n");
            }
            send(socket, "0\r\n\r\n");

            assertThat(readTo(socket, "done\n")).startsWith("HTTP/1.1 200 ");
            assertThat(takenBytes).hasValue(15);
        }
    }

    @Test
    void isAskedForWhereTheSenderWaitsForThat() throws IOException {
        outcome.complete(Reply.text(200, "done\n"));
        try (Socket socket = connection()) {
            post(socket, "/long", length() + "Expect: 100-continue\r\n");
            assertThat(readTo(socket, "\r\n\r\n")).startsWith("HTTP/1.1 100 ");

            socket.getOutputStream().write(LONG);

            assertThat(readTo(socket, "done\n")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void isRefusedBeforeItIsSentWhereTheSenderWaitsForThat() throws IOException {
        try (Socket socket = connection()) {
            post(socket, "/refused", length() + "Expect: 100-continue\r\n");

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 401 ")
                    .endsWith(NOT_YOU);
        }
    }

    @Test
    void isRefusedBehindItsEndWhereNobodyLooksBefore() throws IOException {
        try (Socket socket = connection()) {
            post(socket, "/refused", length());
            socket.getOutputStream().write(LONG);
            assertThat(readTo(socket, NOT_YOU)).startsWith("HTTP/1.1 401 ");

            send(socket, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(readTo(socket, "alive\n")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void isReadNoFasterThanItIsTaken() throws Exception {
        taking = new CompletableFuture<>();
        outcome.complete(Reply.text(200, "done\n"));
        try (Socket socket = connection();
                Socket other = connection()) {
            post(socket, "/long", length());
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    socket.getOutputStream().write(LONG);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            await().until(() -> takenBytes.get() > 1 << 20);

            // With each answer the port's thread has come around once more, and could have read on.
            for (int i = 0; i < 300; i++) {
                send(other, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(readTo(other, "alive\n")).startsWith("HTTP/1.1 200 ");
            }
            assertThat(takenBytes.get()).isLessThan(4 << 20);
            taking.complete(null);

            assertThat(readTo(socket, "done\n")).startsWith("HTTP/1.1 200 ");
            sent.get(20, TimeUnit.SECONDS);
            assertThat(takenBytes).hasValue(LONG.length);
        }
    }

    @Test
    void isAbandonedWithItsSender() throws IOException {
        try (Socket socket = connection()) {
            post(socket, "/long", length());
            socket.getOutputStream().write(LONG, 0, LONG.length / 2);
            await().until(() -> takenBytes.get() == LONG.length / 2);
        }

        await().untilAsserted(() -> assertThat(abandoned).isCompleted());
        assertThat(ended).isNotDone();
    }

    @Test
    void isWaitedForHoweverLongItIsNotTaken() throws IOException {
        taking = new CompletableFuture<>();
        outcome.complete(Reply.text(200, "done\n"));
        try (Socket socket = connection(IDLE_MILLIS)) {
            sendShort(socket);
            await().untilAsserted(() -> assertThat(takenBytes).hasPositiveValue());

            awaitThatTheSilentAreSentAway();
            taking.complete(null);

            assertThat(readTo(socket, "done\n")).startsWith("HTTP/1.1 200 ");
        }
    }

    /** All at once: a sender who comes to a stop in between is silent, too. */
    private static void sendShort(Socket socket) throws IOException {
        send(socket, "POST /long HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nbytes");
    }

    /** Whoever comes now, and says nothing, is sent away later than those who have said nothing since before. */
    private void awaitThatTheSilentAreSentAway() throws IOException {
        try (Socket later = connection(IDLE_MILLIS)) {
            assertThat(later.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void whatBecomesOfItIsSaidHoweverLongThatTakes() throws IOException {
        try (Socket socket = connection(IDLE_MILLIS)) {
            sendShort(socket);
            await().untilAsserted(() -> assertThat(ended).isCompleted());

            awaitThatTheSilentAreSentAway();
            outcome.complete(Reply.text(200, "at last\n"));

            assertThat(readTo(socket, "at last\n")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void isLeftToOthersWhereItIsForAnotherPage() throws IOException {
        try (Socket socket = connection()) {
            socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
            post(socket, "/metrics", "Content-Length: 5\r\n");
            send(socket, "bytes");

            assertThat(readTo(socket, "alive\n")).startsWith("HTTP/1.1 200 ");
            assertThat(takenBytes).hasValue(0);
        }
    }

    @Test
    void isNotTakenFromAPageInABrowserByAnotherName() throws IOException {
        try (Socket socket = connection()) {
            send(socket, "POST /long HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 5\r\n\r\nbytes");

            assertThat(readTo(socket, "address\n")).startsWith("HTTP/1.1 403 ");
            assertThat(takenBytes).hasValue(0);
        }
    }
}
