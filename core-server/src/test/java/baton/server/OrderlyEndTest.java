package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import baton.server.config.ServerSettings;
import baton.server.config.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is told something last reads it, and then the end, whatever he still says: a reset could take it from him. */
@Timeout(60)
class OrderlyEndTest {
    /** More than the server reads ahead. */
    private static final int REQUESTS_UNREAD = 20_000;

    private static final int LARGE_BYTES = 300_000;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whoSaysMoreBehindTheEndOfHisSessionReadsTheAnswerAndTheEnd(Transport transport) throws Exception {
        ServerSettings settings = ServerSettings.inMemory().withLimits(TransportUnderTest.limits(transport));
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        said.write(RawClient.request(7, Request.CloseSession.INSTANCE));
        for (int i = 0; i < REQUESTS_UNREAD; i++) {
            said.write(RawClient.request(8 + i, new Request.Exists("/", false)));
        }
        try (BatonServer server = BatonServer.start(settings);
                RawClient client = RawClient.withSession(server.port(), 30_000)) {
            sendAllThatIsTaken(client, said.toByteArray());

            assertThat(client.receiveHeader().xid()).isEqualTo(7);
            assertThat(client.receiveAll()).isEmpty();
        }
    }

    /** A socket that is closed at once takes with it what the client has no room for yet. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void whoReadsSlowlyReadsAllThatWasAnswered(Transport transport) throws Exception {
        ServerSettings settings = ServerSettings.inMemory().withLimits(TransportUnderTest.limits(transport));
        try (BatonServer server = BatonServer.start(settings);
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4_096);
            socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
            try (RawClient client = new RawClient(socket)) {
                client.connect(new ConnectRequest(0, 30_000, 0, ConnectRequest.NO_PASSWORD, false));
                client.send(
                        1,
                        new Request.Create(
                                "/large", Bytes.wrap(new byte[LARGE_BYTES]), Acl.OPEN, CreateMode.PERSISTENT));
                client.receive();
                ByteArrayOutputStream said = new ByteArrayOutputStream();
                said.write(RawClient.request(2, new Request.GetData("/large", false)));
                said.write(RawClient.request(3, Request.CloseSession.INSTANCE));
                for (int i = 0; i < REQUESTS_UNREAD; i++) {
                    said.write(RawClient.request(4 + i, new Request.Exists("/", false)));
                }

                sendAllThatIsTaken(client, said.toByteArray());

                assertThat(client.receive()).hasSizeGreaterThan(LARGE_BYTES);
                assertThat(client.receiveHeader().xid()).isEqualTo(3);
                assertThat(client.receiveAll()).isEmpty();
            }
        }
    }

    private static void sendAllThatIsTaken(RawClient client, byte[] bytes) throws IOException {
        try {
            client.send(bytes);
        } catch (SocketException closedMeanwhile) {
            // What counts is what can be read now.
            return;
        }
    }
}
