package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.TestCertificate;
import baton.protocol.ConnectRequest;
import baton.server.config.ConnectionSettings;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.config.Transport;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever connects and then says nothing, or too little, is given up, on whichever port and however far he came. */
@Timeout(60)
@ParameterizedClass
@ExtendWith(ServerCertificate.class)
@EnumSource(names = {"AUTO", "IO_URING"})
class SilentClientsTest {
    private static final int PATIENCE_MILLIS = 700;
    private static final int READ_MILLIS_MAX = 20_000;
    private static final int ATTEMPTS_MAX = 10;

    /** The first bytes of what a TLS client says first. */
    private static final byte[] BEGINNING = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01};

    private static final int SESSION_MILLIS = 800;

    /** Of a request that takes minutes at one byte each eighth of a session. */
    private static final int ENDLESS_BYTES = 5_000;

    private static final byte[] ANNOUNCED = {0, 0, ENDLESS_BYTES >> 8, (byte) (ENDLESS_BYTES & 0xff)};

    private final LimitSettings limits;
    private final TestCertificate certificate;
    private BatonServer server;

    SilentClientsTest(Transport transport, TestCertificate certificate) {
        limits = TransportUnderTest.limits(transport);
        this.certificate = certificate;
    }

    @BeforeEach
    void start() throws Exception {
        server = BatonServer.start(ServerSettings.inMemory()
                .withLimits(limits.withConnections(ConnectionSettings.DEFAULT.withHandshakeMillis(PATIENCE_MILLIS)))
                .withSessions(SessionSettings.ofTick(SESSION_MILLIS / 4))
                .withSecure(TransportUnderTest.secured(certificate)));
    }

    @AfterEach
    void othersAreServed() throws Exception {
        try {
            assertThat(inTime(this::isRefused)).isFalse();
        } finally {
            server.close();
        }
    }

    private boolean isRefused() throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            return client.connect(new ConnectRequest(0, 10_000, 0, ConnectRequest.NO_PASSWORD, false))
                    .isRefused();
        }
    }

    @Test
    void whoSaysNothingOrDoesNotFinishTheHandshakeIsGivenUp() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (int port : new int[] {server.port(), server.securePort()}) {
            clients.add(new RawClient(port));
            RawClient halfway = new RawClient(port);
            halfway.send(BEGINNING);
            clients.add(halfway);
        }

        for (RawClient each : clients) {
            assertThat(each.isCutOff()).isTrue();
            each.close();
        }
    }

    @Test
    void whoSaysNothingBehindTheHandshakeIsGivenUp() throws Exception {
        SSLContext context = TransportUnderTest.trusting(certificate, "TLS");
        for (int port : new int[] {server.port(), server.securePort()}) {
            try (SSLSocket socket = inTime(() -> shakeHands(context, port))) {
                assertThat(isAtItsEnd(socket.getInputStream())).isTrue();
            }
        }
    }

    /** Its ephemeral nodes, which others take for locks, must not outlive it. */
    @Test
    void whoNeverFinishesARequestLosesTheSession() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), SESSION_MILLIS)) {
            client.send(ANNOUNCED);

            assertThat(isCutOffAmidst(client)).isTrue();
        }
    }

    private static boolean isCutOffAmidst(RawClient client) throws IOException {
        try {
            boolean isCutOff = false;
            for (int sent = 0; sent < ENDLESS_BYTES - 1 && !isCutOff; sent++) {
                client.send(new byte[1]);
                isCutOff = client.isCutOffWithin(SESSION_MILLIS / 8);
            }
            return isCutOff;
        } catch (SocketException cutOff) {
            return true;
        }
    }

    private static SSLSocket shakeHands(SSLContext context, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
        try {
            socket.setSoTimeout(READ_MILLIS_MAX);
            socket.startHandshake();
            return socket;
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    private interface Attempt<T> {
        T make() throws IOException;
    }

    /** Tries again if it was not fast enough, and so was given up, too. */
    private static <T> T inTime(Attempt<T> attempt) throws IOException {
        for (int left = ATTEMPTS_MAX - 1; ; left--) {
            try {
                return attempt.make();
            } catch (EOFException | SSLException | SocketException tooSlow) {
                if (left == 0) {
                    throw tooSlow;
                }
            }
        }
    }

    /** Whoever was given up before he had read the last of the handshake hears of that here. */
    private static boolean isAtItsEnd(InputStream in) throws IOException {
        try {
            return in.read() < 0;
        } catch (SSLException | SocketException cutOff) {
            return true;
        }
    }
}
