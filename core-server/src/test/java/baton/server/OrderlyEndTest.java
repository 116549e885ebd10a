package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Request;
import baton.server.config.ServerSettings;
import baton.server.config.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is told something last reads it, and then the end, whatever he still says: a reset could take it from him. */
@Timeout(60)
class OrderlyEndTest {
    /** More than the server reads ahead. */
    private static final int REQUESTS_UNREAD = 20_000;

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

    private static void sendAllThatIsTaken(RawClient client, byte[] bytes) throws IOException {
        try {
            client.send(bytes);
        } catch (SocketException closedMeanwhile) {
            // What counts is what can be read now.
            return;
        }
    }
}
