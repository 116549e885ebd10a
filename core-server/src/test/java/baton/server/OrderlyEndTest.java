package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.TestCertificate;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import baton.protocol.tls.TlsException;
import baton.server.config.ServerSettings;
import baton.server.config.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is told something last reads it, and then the end, whatever he still says: a reset could take it from him. */
@Timeout(60)
@ParameterizedClass
@ExtendWith(ServerCertificate.class)
@EnumSource
class OrderlyEndTest {
    /** More than the server reads ahead. */
    private static final int REQUESTS_UNREAD = 20_000;

    private static final int LARGE_BYTES = 300_000;

    private final ServerSettings settings;
    private final TestCertificate certificate;

    OrderlyEndTest(Transport transport, TestCertificate certificate) {
        this.settings = ServerSettings.inMemory()
                .withLimits(TransportUnderTest.limits(transport))
                .withSecure(TransportUnderTest.secured(certificate));
        this.certificate = certificate;
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "TLSv1.2", "TLSv1.3"})
    void whoSaysMoreBehindTheEndOfHisSessionReadsTheAnswerAndTheEnd(String protocol) throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        said.write(RawClient.request(7, Request.CloseSession.INSTANCE));
        for (int i = 0; i < REQUESTS_UNREAD; i++) {
            said.write(RawClient.request(8 + i, new Request.Exists("/", false)));
        }
        try (BatonServer server = BatonServer.start(settings);
                RawClient client = client(server, protocol, 65_536)) {
            sendAllThatIsTaken(client, said.toByteArray());

            assertThat(client.receiveHeader().xid()).isEqualTo(7);
            assertThat(client.receiveAll()).isEmpty();
        }
    }

    /** A socket that is closed at once takes with it what the client has no room for yet. */
    @ParameterizedTest
    @ValueSource(strings = {"plain", "TLSv1.2", "TLSv1.3"})
    void whoReadsSlowlyReadsAllThatWasAnswered(String protocol) throws Exception {
        try (BatonServer server = BatonServer.start(settings);
                RawClient client = client(server, protocol, 4_096)) {
            client.send(
                    1,
                    new Request.Create("/large", Bytes.wrap(new byte[LARGE_BYTES]), Acl.OPEN, CreateMode.PERSISTENT));
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

    /** Returns one that has a session, and room for so much that it has not read. */
    private RawClient client(BatonServer server, String protocol, int receiveBytes)
            throws IOException, GeneralSecurityException, TlsException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBytes);
        socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
        RawClient client = new RawClient(
                protocol.equals("plain")
                        ? socket
                        : TransportUnderTest.trusting(certificate, protocol)
                                .getSocketFactory()
                                .createSocket(socket, "127.0.0.1", server.port(), true));
        client.connect(new ConnectRequest(0, 30_000, 0, ConnectRequest.NO_PASSWORD, false));
        return client;
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
