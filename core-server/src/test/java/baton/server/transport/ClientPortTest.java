package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.server.config.LimitSettings;
import baton.server.transport.EventLoops.Security;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A port between two servers: who comes is sent away, and neither of them learns of him. */
class ClientPortTest {
    private static final int WAIT_MILLIS = 60_000;

    private final EventLoops loops = new EventLoops(1, SocketIo.NIO, Executors.defaultThreadFactory());
    private final AtomicInteger served = new AtomicInteger();

    @AfterEach
    void stop() {
        loops.close();
    }

    @Test
    void sendsAwayWhoComesWhileItIsVacant() throws IOException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        ClientPort port = loops.listen(loopback, new Security.Plain(), LimitSettings.DEFAULT, channel -> {
            served.incrementAndGet();
            throw new IllegalStateException("nobody is to be served");
        });
        port.vacate();

        try (Socket late = new Socket()) {
            late.setSoTimeout(WAIT_MILLIS);
            assertThatThrownBy(() -> {
                        late.connect(port.address());
                        late.getInputStream().read();
                    })
                    .as("a reset, by when it is connected or a little later")
                    .isInstanceOf(SocketException.class);
        }

        assertThat(served).hasValue(0);
        port.close();
    }
}
