package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.ReplyHeader;
import baton.protocol.Request;
import baton.protocol.SessionId;
import baton.protocol.WireReader;
import baton.protocol.WireWriter;
import baton.server.config.ConnectionSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.config.Transport;
import baton.server.config.WordAccess;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@ParameterizedClass
@EnumSource(names = {"AUTO", "IO_URING"})
class BadInputTest {
    private static final int FRAME_BYTES_MAX = 0xfffff;

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger("baton.server");
    private final LimitSettings limits;
    private BatonServer server;
    private RawClient bystander;

    BadInputTest(Transport transport) {
        limits = TransportUnderTest.limits(transport);
    }

    @BeforeEach
    void start() throws Exception {
        lines.start();
        log.addAppender(lines);
        server = BatonServer.start(
                ServerSettings.inMemory().withLimits(limits).withSessions(SessionSettings.ofTick(500)));
        bystander = RawClient.withSession(server.port(), 10_000);
    }

    @AfterEach
    void othersHaveNoticedNothing() throws Exception {
        bystander.send(7, Request.Ping.INSTANCE);
        assertThat(bystander.receiveHeader().isOk()).isTrue();
        bystander.close();
        server.close();
        log.detachAppender(lines);
        assertThat(lines.list)
                .as("bad input is no fault of the server")
                .noneMatch(each -> each.getLevel() == Level.ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, FRAME_BYTES_MAX + 1, Integer.MAX_VALUE, 0x47455420})
    void aLengthOutOfBoundsCutsTheConnectionOff(int length) throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.send(ByteBuffer.allocate(8).putInt(length).array());

            assertThat(client.isCutOff()).isTrue();
        }
        try (RawClient client = RawClient.withSession(server.port(), 10_000)) {
            client.send(ByteBuffer.allocate(8).putInt(length).array());

            assertThat(client.isCutOff()).isTrue();
        }
    }

    /** A proxy would have to be trusted; there is none. */
    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP4 10.0.0.1 127.0.0.1 40000 2181\r\n", "\r\n\r\n\0\r\nQUIT\n!\u0011\0\f"})
    void whoSaysThatItComesFromElsewhereIsCutOff(String claim) throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            WireWriter both = new WireWriter();
            both.raw(Bytes.wrap(claim.getBytes(StandardCharsets.ISO_8859_1)));
            int mark = both.beginFrame();
            new ConnectRequest(0, 5_000, 0, ConnectRequest.NO_PASSWORD, false).write(both);
            both.endFrame(mark);
            client.send(both.toArray());

            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void theLargestFrameIsTaken() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), 10_000)) {
            int overhead = RawClient.request(1, create("/large", new byte[0])).length - 4;
            byte[] content = new byte[FRAME_BYTES_MAX - overhead];
            client.send(1, create("/large", content));

            assertThat(client.receiveHeader()).isEqualTo(new ReplyHeader(1, 3, 0));
        }
    }

    @Test
    void framesOfLessThanAKibibyteMayBeTheLargest() throws Exception {
        try (BatonServer small =
                        BatonServer.start(ServerSettings.inMemory().withLimits(limits.withFrameBytesMax(200)));
                RawClient client = RawClient.withSession(small.port(), 10_000)) {
            int overhead = RawClient.request(1, create("/full", new byte[0])).length - 4;
            client.send(1, create("/full", new byte[200 - overhead]));
            assertThat(client.receiveHeader().isOk()).isTrue();

            client.send(2, create("/over", new byte[201 - overhead]));

            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void theSmallestLimitOfFramesLetsSessionsBegin() throws Exception {
        int smallest = 45;
        try (BatonServer small =
                        BatonServer.start(ServerSettings.inMemory().withLimits(limits.withFrameBytesMax(smallest)));
                RawClient client = RawClient.withSession(small.port(), 10_000)) {
            client.send(7, Request.Ping.INSTANCE);

            assertThat(client.receiveHeader().isOk()).isTrue();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> limits.withFrameBytesMax(smallest - 1));
    }

    @Test
    void garbageNeverDisturbsAnyoneElse() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[1 + random.nextInt(2000)];
            random.nextBytes(garbage);
            if (i % 2 == 0) {
                // A length that is in bounds, so that the rest is looked at.
                ByteBuffer.wrap(garbage).putShort(0, (short) 0);
            }
            RawClient client = i % 3 == 0 ? RawClient.withSession(server.port(), 10_000) : new RawClient(server.port());
            client.send(garbage);
            client.close();
        }
    }

    @Test
    void anUndecodableReadIsRefusedAndTheConnectionStays() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), 10_000)) {
            client.send(ByteBuffer.allocate(16)
                    .putInt(12)
                    .putInt(5)
                    .putInt(4)
                    .putInt(99)
                    .array());
            ReplyHeader refused = client.receiveHeader();
            client.send(6, Request.Ping.INSTANCE);

            assertThat(refused.errorCode()).isEqualTo(ErrorCode.MARSHALLING_ERROR);
            assertThat(refused.xid()).isEqualTo(5);
            assertThat(client.receiveHeader().isOk()).isTrue();
        }
    }

    @Test
    void anUndecodableWriteIsRefusedInItsPlaceAndUsesNoZxid() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), 10_000)) {
            client.send(1, create("/a", new byte[0]));
            client.send(ByteBuffer.allocate(16)
                    .putInt(12)
                    .putInt(2)
                    .putInt(1)
                    .putInt(99)
                    .array());
            client.send(3, create("/b", new byte[0]));

            assertThat(client.receiveHeader()).isEqualTo(new ReplyHeader(1, 3, 0));
            assertThat(client.receiveHeader()).isEqualTo(new ReplyHeader(2, 3, ErrorCode.MARSHALLING_ERROR));
            assertThat(client.receiveHeader()).isEqualTo(new ReplyHeader(3, 4, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 13, 99, -10, -1, 10_000})
    void anOperationNobodyKnowsIsSaidSoAndCutOff(int operation) throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), 10_000)) {
            client.send(ByteBuffer.allocate(12)
                    .putInt(8)
                    .putInt(4)
                    .putInt(operation)
                    .array());

            assertThat(client.receiveHeader()).isEqualTo(new ReplyHeader(4, -1, ErrorCode.UNIMPLEMENTED));
            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void aFrameThatArrivesByteByByteIsTakenWhole() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), 10_000)) {
            for (byte each : RawClient.request(9, create("/slow", new byte[3]))) {
                client.send(new byte[] {each});
            }

            assertThat(client.receiveHeader().xid()).isEqualTo(9);
        }
    }

    @Test
    void whatIsSentBehindTheConnectRequestWaitsForTheSession() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            WireWriter both = new WireWriter();
            int mark = both.beginFrame();
            new ConnectRequest(0, 5000, 0, ConnectRequest.NO_PASSWORD, false).write(both);
            both.endFrame(mark);
            both.raw(Bytes.wrap(RawClient.request(1, create("/first", new byte[0]))));
            both.raw(Bytes.wrap(RawClient.request(2, new Request.Exists("/first", false))));
            client.send(both.toArray());

            assertThat(ConnectResponse.read(WireReader.of(client.receive())).isRefused())
                    .isFalse();
            assertThat(client.receiveHeader().xid()).isEqualTo(1);
            assertThat(client.receiveHeader()).satisfies(reply -> {
                assertThat(reply.xid()).isEqualTo(2);
                assertThat(reply.isOk()).isTrue();
            });
        }
    }

    @Test
    void aClientFromTheFutureIsCutOffWithoutAWord() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            WireWriter out = new WireWriter();
            int mark = out.beginFrame();
            new ConnectRequest(1L << 40, 5000, 0, ConnectRequest.NO_PASSWORD, false).write(out);
            out.endFrame(mark);
            client.send(out.toArray());

            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void anOldClientGetsAnAnswerWithoutTheReadOnlyByte() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            ConnectResponse response =
                    client.connect(new ConnectRequest(0, 0, 1, 0, ConnectRequest.NO_PASSWORD, false, false));

            assertThat(response.readOnlySent()).isFalse();
            assertThat(response.timeoutMillis()).isEqualTo(1000);
        }
    }

    @Test
    void anUnknownSessionIsRefusedAndCutOff() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            ConnectResponse response =
                    client.connect(new ConnectRequest(0, 5000, 77, ConnectRequest.NO_PASSWORD, false));

            assertThat(response).isEqualTo(ConnectResponse.refused(false, true));
            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void nothingIsAnsweredBehindTheEndOfTheSession() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), 10_000)) {
            WireWriter out = new WireWriter();
            out.raw(Bytes.wrap(RawClient.request(1, Request.CloseSession.INSTANCE)));
            out.raw(Bytes.wrap(RawClient.request(2, Request.Ping.INSTANCE)));
            client.send(out.toArray());

            assertThat(client.receiveHeader().xid()).isEqualTo(1);
            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void aConnectionTooManyIsCutOffAndTheOthersStay() throws Exception {
        ServerSettings settings = ServerSettings.inMemory()
                .withLimits(limits.withConnections(ConnectionSettings.DEFAULT.withPerAddressMax(2)));
        try (BatonServer small = BatonServer.start(settings);
                RawClient first = RawClient.withSession(small.port(), 10_000);
                RawClient second = RawClient.withSession(small.port(), 10_000)) {
            try (RawClient third = new RawClient(small.port())) {
                assertThat(third.isCutOff()).isTrue();
            }
            first.send(1, Request.Ping.INSTANCE);
            second.send(1, Request.Ping.INSTANCE);

            assertThat(first.receiveHeader().isOk()).isTrue();
            assertThat(second.receiveHeader().isOk()).isTrue();
        }
    }

    @Test
    void aClientThatDoesNotReadStopsOnlyItself() throws Exception {
        int requests = 3000;
        byte[] content = new byte[50_000];
        try (RawClient greedy = RawClient.withSession(server.port(), 10_000)) {
            greedy.send(1, create("/big", content));
            assertThat(greedy.receiveHeader().isOk()).isTrue();
            WireWriter all = new WireWriter();
            for (int i = 0; i < requests; i++) {
                all.raw(Bytes.wrap(RawClient.request(i, new Request.GetData("/big", false))));
            }
            greedy.send(all.toArray());

            // 150 MB of answers nobody reads yet: the bystander is served, and nothing is lost.
            bystander.send(1, Request.Ping.INSTANCE);
            assertThat(bystander.receiveHeader().isOk()).isTrue();
            for (int i = 0; i < requests; i++) {
                assertThat(greedy.receiveHeader().xid()).isEqualTo(i);
            }
        }
    }

    @Test
    void aConnectionThatNeverAsksForASessionIsCutOff() throws Exception {
        ServerSettings settings = ServerSettings.inMemory()
                .withLimits(limits.withConnections(ConnectionSettings.DEFAULT.withHandshakeMillis(50)));
        try (BatonServer impatient = BatonServer.start(settings);
                RawClient client = new RawClient(impatient.port())) {
            client.send(new byte[] {0, 0});

            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void aSilentClientLosesItsSessionAndIsCutOff() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            ConnectResponse response =
                    client.connect(new ConnectRequest(0, 1000, 0, ConnectRequest.NO_PASSWORD, false));

            assertThat(client.isCutOff()).isTrue();
            try (RawClient again = new RawClient(server.port())) {
                ConnectResponse refused =
                        again.connect(new ConnectRequest(0, 1000, response.sessionId(), response.password(), false));
                assertThat(refused.isRefused())
                        .as("session " + SessionId.format(response.sessionId()))
                        .isTrue();
            }
        }
    }

    private static Request create(String path, byte[] content) {
        return new Request.Create(path, Bytes.wrap(content), Acl.OPEN, CreateMode.PERSISTENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ruok", "srvr", "stat", "mntr", "isro", "conf", "envi"})
    void aWordIsAnsweredAndTheConnectionClosed(String word) throws IOException {
        String answer;
        try (RawClient client = new RawClient(server.port())) {
            client.send(word + "\n");
            answer = client.receiveAll();
        }

        String expected = switch (word) {
            case "ruok" -> "imok";
            case "isro" -> "rw";
            case "mntr" -> "zk_num_alive_connections\t2\n";
            case "conf" -> "clientPort=" + server.port();
            case "envi" -> "Environment:\n";
            default -> "Mode: standalone\nNode count: 5\n";
        };
        assertThat(answer).contains(expected);
    }

    @Test
    void heavyWordsAreAnsweredNowAndThenOnly() throws Exception {
        try (BatonServer open = BatonServer.start(
                ServerSettings.inMemory().withLimits(limits).withWords(WordAccess.everywhere(Set.of("*"))))) {
            List<String> answers = new ArrayList<>();
            for (String word : List.of("cons", "dump", "wchc", "wchp")) {
                for (int i = 0; i < 20; i++) {
                    try (RawClient client = new RawClient(open.port())) {
                        client.send(word);
                        answers.add(client.receiveAll());
                    }
                }
            }

            long refused = answers.stream()
                    .filter(each -> each.endsWith("asked for too often; ask again in a second.\n"))
                    .count();
            assertThat(answers.get(0)).doesNotContain("too often");
            assertThat(refused).isBetween(1L, 50L);
            try (RawClient client = new RawClient(open.port())) {
                client.send("ruok");
                assertThat(client.receiveAll()).isEqualTo("imok");
            }
        }
    }

    /** At once: also one that others may follow up with a number. */
    @ParameterizedTest
    @ValueSource(strings = {"wchs", "stmk"})
    void aWordThatIsNotAllowedIsSaidSo(String word) throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            client.send(word);

            assertThat(client.receiveAll()).isEqualTo(word + " is not executed because it is not in the whitelist.\n");
        }
    }
}
