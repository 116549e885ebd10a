package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpPortTest {
    private HttpPort port;

    @BeforeEach
    void open() throws IOException {
        HttpSite broken = query -> {
            throw new IllegalStateException("the site is broken");
        };
        port = HttpPort.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                10_000,
                broken,
                new EventLoops.Security.Plain(),
                Thread::new);
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

    private String get(String path) throws IOException {
        try (Socket socket =
                new Socket(port.address().getAddress(), port.address().getPort())) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
