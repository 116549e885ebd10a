package baton.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import baton.server.BatonServer;
import baton.server.RawClient;
import baton.server.config.AdminSettings;
import baton.server.config.AdminSettings.Restores;
import baton.server.config.ConnectionSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.config.WordAccess;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * What operators say on their port, and the words of monitoring scripts on that of the clients, nearly right and by the
 * thousand: each is answered or cut off, nothing of it is an error of the server, and a client is served all the while.
 *
 * <p>One seed says the same: {@code -Dfuzz.seed=N}.
 */
@Timeout(1200)
class OperatorFuzzTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int ROUNDS_BETWEEN_LOOKS = 50;

    private static final int LEFT_OPEN = 300;

    private static final List<String> COMMANDS = List.of(
            "configuration",
            "connections",
            "connection_stat_reset",
            "dirs",
            "dump",
            "environment",
            "get_trace_mask",
            "hash",
            "initial_configuration",
            "is_read_only",
            "last_snapshot",
            "leader",
            "monitor",
            "observers",
            "ruok",
            "server_stats",
            "set_trace_mask?traceMask=1",
            "snapshot?streaming=true",
            "stats",
            "stat_reset",
            "system_properties",
            "voting_view",
            "watches",
            "watches_by_path",
            "watch_summary",
            "zabstate",
            "restore");

    private static final List<String> WORDS = List.copyOf(new TreeSet<>(WordAccess.WORDS));

    private static final List<String> PAGES =
            List.of("/", "/metrics", "/livez", "/readyz", "/startupz", "/healthz?verbose", "/api/v1/config");

    private static final List<String> BODIES = List.of(
            "Content-Length: 10\r\n\r\n0123456789",
            "Content-Length: 4\r\nExpect: 100-continue\r\n\r\nZKSN",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
            "Content-Length: 0\r\n\r\n",
            "\r\n");

    private static final List<String> ODD = List.of(
            "\0",
            "\r\n",
            "\n",
            " ",
            "%",
            "%00",
            "%2e%2e/",
            "../",
            "?",
            "&",
            "=",
            ":",
            ";",
            "-1",
            "0",
            "2147483648",
            "9223372036854775808",
            "1e9",
            "Host: elsewhere\r\n",
            "Content-Length: 1000000000\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Connection: Upgrade\r\n",
            "Authorization: digest root:none\r\n",
            "ffffffff\r\n",
            "\u00ff",
            "HTTP/9.9",
            "POST ",
            "HEAD ",
            "TRACE ");

    @TempDir
    Path directory;

    private final long seed = Long.getLong("fuzz.seed", 20_261_123L);
    private final Random random = new Random(seed);
    private final Deque<Socket> leftOpen = new ArrayDeque<>();
    private int served;

    @Test
    void threeThousandThingsSaidByOperatorsHarmNobody() throws Exception {
        say(3_000);
    }

    @Test
    @Tag("soak")
    void aMillionThingsSaidByOperatorsHarmNobody() throws Exception {
        say(1_000_000);
    }

    private void say(int count) throws Exception {
        System.out.printf(Locale.ROOT, "%,d things said by operators, seed %d%n", count, seed);
        AdminSettings admin = AdminSettings.at(ListenAddress.EPHEMERAL).withRestores(new Restores(true, 0));
        ServerSettings settings = ServerSettings.inDirectory(directory)
                .withAdmin(admin)
                .withLimits(LimitSettings.DEFAULT.withConnections(ConnectionSettings.DEFAULT.withPerAddressMax(0)))
                .withWords(WordAccess.everywhere(WordAccess.WORDS));
        ListAppender<ILoggingEvent> errors = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("baton.server");
        errors.start();
        logger.addAppender(errors);
        try (BatonServer server = BatonServer.start(settings);
                RawClient bystander = RawClient.withSession(server.port(), 40_000)) {
            bystander.send(0, new Request.Create("/node", Bytes.EMPTY, Acl.OPEN, CreateMode.PERSISTENT));
            assertThat(bystander.receiveHeader().isOk()).isTrue();
            for (int i = 0; i < count; i++) {
                if (random.nextInt(3) > 0) {
                    ask(server.adminPort());
                } else {
                    word(server.port());
                }
                if (i % ROUNDS_BETWEEN_LOOKS == 0) {
                    serve(server, bystander);
                }
            }
            serve(server, bystander);
            assertThat(server.failure()).isNotDone();
            hangUp();
            await().until(() -> isAlone(server));
        } finally {
            logger.detachAppender(errors);
            hangUp();
        }
        assertThat(errors.list)
                .filteredOn(each -> each.getLevel().isGreaterOrEqual(Level.ERROR))
                .as("seed %d", seed)
                .isEmpty();
    }

    private void hangUp() throws IOException {
        for (Socket each : leftOpen) {
            each.close();
        }
    }

    /** Says whether no connection is left but those of the client and of who asks. */
    private static boolean isAlone(BatonServer server) throws IOException {
        try (RawClient script = new RawClient(server.port())) {
            script.send("mntr");
            return script.receiveAll().matches("(?s).*zk_num_alive_connections\t[12]\n.*");
        }
    }

    /** Says something over HTTP; what comes back, if anything, is an answer that is not the server's own fault. */
    private void ask(int port) throws IOException {
        byte[] said = spoilt(request());
        String answer = answer(port, said);
        assertThat(answer)
                .as("answer to %s, seed %d", new String(said, StandardCharsets.ISO_8859_1), seed)
                .matches("(?s)|HTTP/1\\.[01] [1-4]\\d\\d .*|HTTP/1\\.[01] 50[1-9] .*");
    }

    private String request() {
        boolean isPage = random.nextInt(4) == 0;
        String path = isPage ? pick(PAGES) : "/commands/" + pick(COMMANDS);
        return random.nextInt(4) == 0
                ? "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
                        + pick(BODIES)
                : "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/openmetrics-text\r\n\r\n";
    }

    private void word(int port) throws IOException {
        byte[] word = pick(WORDS).getBytes(StandardCharsets.ISO_8859_1);
        answer(port, random.nextInt(3) == 0 ? word : spoilt(word));
    }

    /** Says it and hears the end of it, or leaves the connection as it is. */
    private String answer(int port, byte[] said) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(said);
            if (random.nextInt(8) == 0) {
                leave(socket);
                return "";
            }
            socket.shutdownOutput();
            return new String(read(socket.getInputStream()), StandardCharsets.ISO_8859_1);
        } catch (SocketException cut) {
            return "";
        } finally {
            if (leftOpen.peekLast() != socket) {
                socket.close();
            }
        }
    }

    private static byte[] read(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        in.transferTo(all);
        return all.toByteArray();
    }

    private void leave(Socket socket) throws IOException {
        leftOpen.addLast(socket);
        if (leftOpen.size() > LEFT_OPEN) {
            leftOpen.removeFirst().close();
        }
    }

    private byte[] spoilt(String text) {
        return spoilt(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private byte[] spoilt(byte[] said) {
        byte[] other = said;
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(other.length + 1);
            other = switch (random.nextInt(6)) {
                case 0 -> flipped(other);
                case 1 ->
                    joined(Arrays.copyOf(other, at), pick(ODD).getBytes(StandardCharsets.ISO_8859_1), tail(other, at));
                case 2 -> joined(Arrays.copyOf(other, at), other, tail(other, at));
                case 3 -> Arrays.copyOf(other, at);
                case 4 ->
                    joined(
                            Arrays.copyOf(other, at),
                            "x".repeat(random.nextInt(20_000)).getBytes(StandardCharsets.ISO_8859_1),
                            tail(other, at));
                default -> joined(Arrays.copyOf(other, at), tail(other, random.nextInt(other.length + 1)));
            };
        }
        return other;
    }

    private byte[] flipped(byte[] said) {
        byte[] other = said.clone();
        if (other.length > 0) {
            other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return other;
    }

    private static byte[] tail(byte[] said, int from) {
        return Arrays.copyOfRange(said, from, said.length);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] each : parts) {
            all.writeBytes(each);
        }
        return all.toByteArray();
    }

    /** Writes as a client, and asks as an operator and as a script. */
    private void serve(BatonServer server, RawClient bystander) throws IOException {
        bystander.send(++served, new Request.SetData("/node", Bytes.EMPTY, served - 1));
        assertThat(bystander.receiveHeader().isOk())
                .as("write %d, seed %d", served, seed)
                .isTrue();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.adminPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write("GET /commands/ruok HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            assertThat(new String(read(socket.getInputStream()), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 200 ");
        }
        try (RawClient script = new RawClient(server.port())) {
            script.send("ruok");
            assertThat(script.receiveAll()).isEqualTo("imok");
        }
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
