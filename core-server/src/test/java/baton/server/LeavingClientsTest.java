package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.TestCertificate;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.config.FlowSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.config.Transport;
import baton.server.config.WordAccess;
import java.io.ByteArrayOutputStream;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that close their end without waiting, as the C client does behind the end of its session, and {@code nc -N} behind a word. */
@Timeout(60)
@ParameterizedClass
@ExtendWith(ServerCertificate.class)
@EnumSource(names = {"AUTO", "NIO", "IO_URING"})
class LeavingClientsTest {
    /** Longer than any test: what goes at once has not gone by expiry. */
    private static final int SESSION_MILLIS = 600_000;

    private static final String LOCK = "/lock";
    private static final int PAIRS = 40;

    private final LimitSettings limits;
    private final TestCertificate certificate;
    private BatonServer server;
    private RawClient bystander;

    LeavingClientsTest(Transport transport, TestCertificate certificate) {
        limits = TransportUnderTest.limits(transport);
        this.certificate = certificate;
    }

    @BeforeEach
    void start() throws Exception {
        server = BatonServer.start(ServerSettings.inMemory()
                .withLimits(limits)
                .withSessions(SessionSettings.ofTick(SESSION_MILLIS / 2))
                .withWords(WordAccess.everywhere(Set.of("*")))
                .withSecure(TransportUnderTest.secured(certificate)));
        bystander = RawClient.withSession(server.port(), SESSION_MILLIS);
    }

    @AfterEach
    void stop() throws Exception {
        bystander.close();
        server.close();
    }

    @Test
    void aSessionEndsThoughItsClientDoesNotWaitForTheAnswer() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), SESSION_MILLIS)) {
            client.send(farewell());
        }

        awaitTheLockToBeFree();
    }

    @Test
    void aSessionEndsThoughItsClientResetsTheConnectionBehindWhatItSaid() throws Exception {
        RawClient client = RawClient.withSession(server.port(), SESSION_MILLIS);
        client.send(farewell());
        // So the server has read it all, which is not more than it reads ahead.
        assertThat(client.receiveHeader().xid()).isEqualTo(1);

        client.reset();

        awaitTheLockToBeFree();
    }

    @Test
    void aSessionEndsThoughThereIsNoRoomForAllThatItsClientSaidBefore() throws Exception {
        FlowSettings narrow = FlowSettings.DEFAULT.withOutstandingRequestsMax(1);
        try (BatonServer full = BatonServer.start(ServerSettings.inMemory()
                        .withLimits(limits.withFlow(narrow))
                        .withSessions(SessionSettings.ofTick(SESSION_MILLIS / 2)));
                RawClient other = RawClient.withSession(full.port(), SESSION_MILLIS)) {
            RawClient client = RawClient.withSession(full.port(), SESSION_MILLIS);
            client.send(farewell());
            assertThat(client.receiveHeader().xid()).isEqualTo(1);

            client.reset();

            await().until(() -> errorOf(LOCK, other) == ErrorCode.NO_NODE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionEndsThoughItsClientDoesNotWaitForTheAnswerOverTls(String protocol) throws Exception {
        SSLContext context = TransportUnderTest.trusting(certificate, protocol);
        try (RawClient client =
                new RawClient(context.getSocketFactory().createSocket("127.0.0.1", server.securePort()))) {
            assertThat(client.connect(newSession()).isRefused()).isFalse();
            client.send(farewell());
        }

        awaitTheLockToBeFree();
    }

    @Test
    void whoSaysNoMoreIsToldEverythingAndThenCutOff() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), SESSION_MILLIS)) {
            for (int xid = 1; xid <= PAIRS; xid++) {
                client.send(xid, xid % 2 == 1 ? write() : read());
            }
            client.endOutput();

            for (int xid = 1; xid <= PAIRS; xid++) {
                assertThat(client.receiveHeader().xid()).isEqualTo(xid);
            }
            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void whoAsksForASessionAndSaysNoMoreIsAnsweredAndCutOff() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.sendFrame(newSession()::write);
            client.endOutput();

            assertThat(client.receive()).isNotEmpty();
            assertThat(client.isCutOff()).isTrue();
        }
    }

    @Test
    void whoSaysNothingAtAllIsCutOffAtOnce() throws Exception {
        for (int port : new int[] {server.port(), server.securePort()}) {
            try (RawClient client = new RawClient(port)) {
                client.endOutput();

                assertThat(client.isCutOff()).isTrue();
            }
        }
    }

    @Test
    void whoLeavesWithASessionThatGoesOnIsCutOffAtOnce() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), SESSION_MILLIS)) {
            client.endOutput();

            assertThat(client.isCutOff()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ruok", "stat", "conf", "mntr"})
    void aWordIsAnsweredThoughNothingMoreCanBeSaid(String word) throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.send(word);
            client.endOutput();

            assertThat(client.receiveAll()).isNotEmpty();
        }
    }

    /** Takes a lock, writes and reads in turn, so that each read must wait, and ends the session. */
    private static byte[] farewell() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int xid = 1;
        all.writeBytes(RawClient.request(xid++, create(LOCK, CreateMode.EPHEMERAL)));
        for (int i = 0; i < PAIRS; i++) {
            all.writeBytes(RawClient.request(xid++, write()));
            all.writeBytes(RawClient.request(xid++, read()));
        }
        all.writeBytes(RawClient.request(xid++, create("/gone", CreateMode.PERSISTENT)));
        all.writeBytes(RawClient.request(xid, Request.CloseSession.INSTANCE));
        return all.toByteArray();
    }

    private static Request create(String path, CreateMode mode) {
        return new Request.Create(OpCode.CREATE, path, Bytes.EMPTY, Acl.OPEN, mode.flags());
    }

    private static Request write() {
        return new Request.SetData("/", Bytes.utf8("written"), -1);
    }

    private static Request read() {
        return new Request.GetData("/", false);
    }

    private static ConnectRequest newSession() {
        return new ConnectRequest(0, SESSION_MILLIS, 0, ConnectRequest.NO_PASSWORD, false);
    }

    /** What was written last is there, and what was the session's is not. */
    private void awaitTheLockToBeFree() {
        await().until(() ->
                errorOf("/gone", bystander) == ErrorCode.OK && errorOf(LOCK, bystander) == ErrorCode.NO_NODE);
    }

    private static ErrorCode errorOf(String path, RawClient asker) throws Exception {
        asker.send(1, new Request.Exists(path, false));
        return asker.receiveHeader().errorCode();
    }
}
