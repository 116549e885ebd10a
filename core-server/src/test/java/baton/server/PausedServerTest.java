package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.protocol.ConnectRequest;
import baton.protocol.ConnectResponse;
import baton.protocol.Request;
import baton.protocol.Xid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pause of the server costs nobody the session who was there all the time. */
class PausedServerTest {
    private static final int TIMEOUT_MILLIS = 1000;
    private static final Duration PAUSE = Duration.ofMillis(4L * TIMEOUT_MILLIS);

    @Test
    void aHeartbeatThatWaitsInTheSocketKeepsTheSession(@TempDir Path directory) throws Exception {
        try (ServerProcess server = start(directory)) {
            int port = server.port();
            try (RawClient client = new RawClient(port)) {
                ConnectResponse session = connect(client);

                pause(server, () -> client.send(1, Request.Ping.INSTANCE));

                assertThat(client.receiveHeader().xid()).isEqualTo(Xid.PING);
                client.send(2, new Request.Exists("/", false));
                assertThat(client.receiveHeader().isOk()).isTrue();
                assertThat(session.isRefused()).isFalse();
            }
        }
    }

    @Test
    void aClientThatComesBackRightAfterThePauseGetsItsSession(@TempDir Path directory) throws Exception {
        try (ServerProcess server = start(directory)) {
            int port = server.port();
            RawClient first = new RawClient(port);
            ConnectResponse session = connect(first);

            // It gave the connection up during the pause, as clients do.
            pause(server, first::close);

            try (RawClient again = new RawClient(port)) {
                ConnectResponse renewed = again.connect(
                        new ConnectRequest(0, TIMEOUT_MILLIS, session.sessionId(), session.password(), false));
                assertThat(renewed.sessionId()).isEqualTo(session.sessionId());
            }
        }
    }

    private interface Meanwhile {
        void run() throws Exception;
    }

    private static void pause(ServerProcess server, Meanwhile meanwhile) throws Exception {
        long begin = System.nanoTime();
        server.pause();
        meanwhile.run();
        await().atMost(Duration.ofSeconds(30)).until(() -> System.nanoTime() - begin > PAUSE.toNanos());
        server.resume();
    }

    private static ServerProcess start(Path directory) throws Exception {
        return ServerProcess.start(directory.resolve("stderr"), config(directory), "--listen", "127.0.0.1:0");
    }

    private static String config(Path directory) throws Exception {
        return Files.write(
                        directory.resolve("zoo.cfg"),
                        List.of(
                                "clientPort=0001",
                                "clientPortAddress=127.0.0.1",
                                "dataDir=" + directory.resolve("data"),
                                "tickTime=500"))
                .toString();
    }

    private static ConnectResponse connect(RawClient client) throws Exception {
        return client.connect(new ConnectRequest(0, TIMEOUT_MILLIS, 0, ConnectRequest.NO_PASSWORD, false));
    }
}
